package io.crossfade.exchange;

import static java.util.Objects.requireNonNull;

import io.crossfade.admit.Breaker;
import io.crossfade.admit.Recalls;
import io.crossfade.assign.Buckets;
import io.crossfade.assign.Reason;
import io.crossfade.assign.Split;
import io.crossfade.assign.UnitKeys;
import io.crossfade.client.Clients;
import io.crossfade.client.ListenerFacts;
import io.crossfade.config.Config;
import io.crossfade.config.RolloutSpec;
import io.crossfade.config.Upstream;
import io.crossfade.http.HttpLimits;
import io.crossfade.http.Refusal;
import io.crossfade.http.RequestScanner;
import io.crossfade.observe.Counters;
import io.crossfade.observe.Feed;
import io.crossfade.observe.RolloutFeed.Observed;
import io.crossfade.outcome.Outcome;
import io.crossfade.outcome.Statuses;
import io.crossfade.route.RouteTable;
import io.crossfade.route.Rule;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.snapshot.Snapshots;
import io.crossfade.socket.Connector;
import io.crossfade.upstream.Reading;
import io.crossfade.upstream.UpstreamPool;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * One event loop with its clock, its clients and its upstreams, and no thread, kernel or time of its own: real doors and the real
 * exchange over connections that a script holds in its hand.
 */
final class World {
    /** How an endpoint meets a connect. */
    enum Connects {
        ACCEPTS,
        REFUSES,
        IS_SILENT
    }

    private static final long MILLI = 1_000_000;
    private static final long SWEEP = Deadlines.SWEEP_MILLIS * MILLI;
    private static final String[] VARIANTS = {"none", "baseline", "canary"};

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final Config config;
    private final Counters counters;
    private final Feed feed;
    private final Snapshots snapshots;
    private final EdgeLoop loop;
    private final Clients clients;
    private final ListenerFacts listener;
    private final List<UpstreamPool> pools = new ArrayList<>();
    private final Map<String, Integer> told = new LinkedHashMap<>();

    final Map<String, ClientDoor> doors = new LinkedHashMap<>();
    final Map<String, EndpointDoor> endpoints = new LinkedHashMap<>();
    private final Map<String, Connects> connects = new LinkedHashMap<>();
    private final ArrayDeque<Runnable> network = new ArrayDeque<>();
    private final TreeMap<Long, Runnable> timers = new TreeMap<>();

    private long now = 1_000_000 * MILLI;
    private long nextSweep = now + SWEEP;
    private long wakeupAt = Long.MAX_VALUE;

    World(Config config) {
        this.config = config;
        counters = new Counters(
                1,
                Arrays.stream(Refusal.values()).map(Refusal::word).toList(),
                config.rollouts().stream().map(RolloutSpec::name).toList(),
                Arrays.stream(Reason.values()).map(Reason::word).toList());
        for (String variant : VARIANTS) {
            counters.series(variant.equals("none") ? "none" : "shop", variant);
        }
        feed = new Feed(1, config.rollouts().size());
        HttpLimits limits = HttpLimits.of(config.limits());
        Refusals refusals = new Refusals(counters.loop(0), new RefusalLog(() -> now));
        Map<String, Snapshot.Upstream> upstreams = new LinkedHashMap<>();
        Reading reading = new Reading(limits, config.limits().interimResponses());
        for (Upstream upstream : config.upstreams()) {
            upstreams.put(upstream.name(), upstream(upstream, reading, refusals));
        }
        snapshots = new Snapshots(new Snapshot(table(), routes(upstreams), config.limits(), limits));
        loop = new EdgeLoop(
                0,
                Runnable::run,
                () -> now,
                new Wakeup(),
                snapshots,
                counters.loop(0),
                refusals,
                feed.loop(0),
                new SplittableRandom(1));
        pools.forEach(loop::add);
        clients = new Clients(loop);
        listener = new ListenerFacts(
                List.of(),
                RequestScanner.UnderscoreNames.DROP,
                new AtomicInteger(),
                config.limits().maxConnections());
    }

    private final class Wakeup implements Deadlines.Wakeup {
        @Override
        public void in(long nanos) {
            wakeupAt = now + nanos;
        }

        @Override
        public void cancel() {
            wakeupAt = Long.MAX_VALUE;
        }
    }

    /** The time of this world, for what asks a wall clock. */
    private final class Time extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(now);
        }
    }

    // ---- what it is made of

    private Snapshot.Upstream upstream(Upstream upstream, Reading reading, Refusals refusals) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        int timeout = (int) upstream.connectTimeout().toMillis();
        for (Upstream.Endpoint endpoint : upstream.endpoints()) {
            addresses.add(address(endpoint));
            String number = addresses.size() == 1 ? "" : "." + addresses.size();
            connects.put(upstream.name() + number, Connects.ACCEPTS);
        }
        UpstreamPool pool = new UpstreamPool(
                new UpstreamPool.Settings(
                        upstream.name(),
                        addresses,
                        timeout,
                        upstream.maxConnections(),
                        upstream.maxPending(),
                        upstream.maxIdle(),
                        upstream.idleExpiry().toNanos()),
                new FakeConnector(upstream.name(), addresses, timeout),
                reading,
                endpoint -> refusals.add(Refusal.UPSTREAM_SURPLUS, endpoint),
                now);
        pools.add(pool);
        return new Snapshot.Upstream(
                upstream.name(),
                List.of(pool),
                (long) timeout * MILLI * Math.max(1, addresses.size()) + 1_000 * MILLI,
                upstream.responseTimeout().toNanos(),
                upstream.idleTimeout().toNanos());
    }

    private static InetSocketAddress address(Upstream.Endpoint endpoint) {
        try {
            return new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("a script names endpoints by their address", e);
        }
    }

    private RouteTable table() {
        return new RouteTable(config.routes().stream()
                .map(rule -> new Rule(
                        rule.name(),
                        rule.match().host(),
                        rule.match().pathPrefix(),
                        rule.match().methods(),
                        rule.match().headers()))
                .toList());
    }

    private List<Snapshot.Route> routes(Map<String, Snapshot.Upstream> upstreams) {
        RolloutSpec rollout = config.rollouts().get(0);
        Split split = new Split(rollout.salt(), rollout.weight());
        UnitKeys keys = new UnitKeys(rollout.unitFrom().stream()
                .map(source ->
                        new UnitKeys.Source(UnitKeys.Kind.valueOf(source.kind().name()), source.name()))
                .toList());
        Recalls recalls = new Recalls(rollout.recall().budget(), 1);
        return config.routes().stream()
                .map(rule -> new Snapshot.Route(
                        rule.name(),
                        rule.maxBody(),
                        rule.streaming(),
                        rule.recall(),
                        target("baseline", requireNonNull(upstreams.get(rollout.baseline()))),
                        target("canary", requireNonNull(upstreams.get(rollout.canary()))),
                        new Snapshot.RolloutView(
                                0, rollout.name(), split, keys, feed.brake(0), recalls, judging(rollout))))
                .toList();
    }

    private static Snapshot.Judging judging(RolloutSpec rollout) {
        int[] ends = rollout.analysis().errors().statuses().stream()
                .flatMapToInt(range -> IntStream.of(range.first(), range.last()))
                .toArray();
        return new Snapshot.Judging(
                Statuses.ranges(ends), rollout.analysis().latency().warmup().toNanos());
    }

    private Snapshot.Target target(String variant, Snapshot.Upstream upstream) {
        Upstream.Breaker b = config.upstreams().stream()
                .filter(u -> u.name().equals(upstream.name()))
                .findFirst()
                .orElseThrow()
                .breaker();
        Breaker breaker = new Breaker(
                variant, b.failureRate(), b.window(), b.minimumCalls(), b.openFor(), b.halfOpenCalls(), new Time());
        return new Snapshot.Target(
                variant, upstream, counters.series("shop", variant), breaker, new Breaker.Gate[] {breaker.gate()});
    }

    private final class FakeConnector implements Connector {
        private final String upstream;
        private final List<InetSocketAddress> addresses;
        private final int timeoutMillis;

        FakeConnector(String upstream, List<InetSocketAddress> addresses, int timeoutMillis) {
            this.upstream = upstream;
            this.addresses = addresses;
            this.timeoutMillis = timeoutMillis;
        }

        @Override
        public void connect(InetSocketAddress endpoint, ChannelHandler handler, Result result) {
            int at = addresses.indexOf(endpoint);
            String name = upstream + (at == 0 ? "" : "." + (at + 1));
            switch (connects.getOrDefault(name, Connects.ACCEPTS)) {
                case ACCEPTS ->
                    network.add(() -> {
                        long known = endpoints.keySet().stream()
                                .filter(key -> key.startsWith(name + '#'))
                                .count();
                        endpoints.put(
                                name + '#' + (known + 1),
                                new Http1EndpointDoor(
                                        endpoint, allocator, config.limits().writeHigh(), handler));
                        result.connected();
                    });
                case REFUSES -> network.add(() -> result.failed(new ConnectException("Connection refused")));
                case IS_SILENT -> {
                    long at2 = now + timeoutMillis * MILLI;
                    while (timers.containsKey(at2)) {
                        at2++;
                    }
                    timers.put(at2, () -> result.failed(new ConnectTimeoutException("connection timed out")));
                }
            }
        }
    }

    // ---- what a script does with it

    ClientDoor client(String name) {
        return doors.computeIfAbsent(
                name,
                key -> new Http1ClientDoor(
                        clients, listener, allocator, config.limits().writeHigh()));
    }

    boolean isEndpoint(String name) {
        return connects.containsKey(name);
    }

    void connects(String endpoint, Connects how) {
        connects.put(endpoint, how);
    }

    /** The connection of an endpoint that owes an answer for the longest time, or the last one of it. */
    EndpointDoor endpoint(String name) {
        EndpointDoor exact = endpoints.get(name);
        if (exact != null) {
            return exact;
        }
        EndpointDoor last = null;
        for (Map.Entry<String, EndpointDoor> each : endpoints.entrySet()) {
            if (each.getKey().startsWith(name + '#') && each.getValue().isOpen()) {
                if (each.getValue().owesAnswer()) {
                    return each.getValue();
                }
                last = each.getValue();
            }
        }
        if (last == null) {
            throw new IllegalArgumentException("no open connection to " + name);
        }
        return last;
    }

    void weight(int weight) {
        snapshots.weight(0, weight);
    }

    /** As an immediate rollback does. */
    void recall() {
        weight(0);
        loop.recall(0);
    }

    /** As the control thread does when it has judged all that it has seen. */
    void judge() {
        feed.drain((rollout, unit, flags, slot, baselineOk, canaryOk) -> {});
        feed.judged(0);
    }

    /** As the control thread does after a window. */
    void p99(long millis) {
        long p99 = millis * MILLI;
        feed.slowThresholds(0, new long[] {p99 / 4, p99 / 2, p99, 2 * p99}, p99, 2);
    }

    /** As the control thread does when an attempt begins. */
    void newUnits() {
        feed.callNewUnits(0, true);
    }

    /** 1,000 answers of the baseline in pieces, each with a silence of so long. */
    void gaps(long millis) {
        for (int i = 0; i < 1_000; i++) {
            feed.loop(0).gap(0, millis * MILLI);
        }
    }

    /** What the control thread is told since the last time, in words. */
    List<String> told() {
        List<String> told = new ArrayList<>();
        feed.drain((rollout, unit, flags, slot, baselineOk, canaryOk) -> told.add(words(flags)));
        return told;
    }

    private static String words(int flags) {
        String grave = (flags & Observed.GRAVE) != 0 ? " grave" : "";
        String slow = " slow at " + Integer.bitCount(Observed.slow(flags));
        String what = (flags & Observed.FAILED) != 0
                ? "failed"
                : (flags & Observed.NEW_UNIT) == Observed.NEW_UNIT
                        ? "new unit"
                        : (flags & Observed.ANSWERED) != 0
                                ? "answered class " + Observed.answerClass(flags) + grave
                                : (flags & Observed.ABORTED) != 0
                                        ? "gave up" + slow + grave
                                        : ((flags & Observed.OVERDUE) != 0 ? "overdue" : "ended") + slow;
        String placed = (flags & Observed.RANDOMISED) != 0 ? "" : " placed";
        String variant = (flags & Observed.CANARY) != 0 ? " on canary" : " on baseline";
        return what + placed + variant + " at " + Observed.weight(flags) / 1_000 + "%";
    }

    void drain() {
        clients.drain();
    }

    void after(long millis) {
        long until = now + millis * MILLI;
        while (true) {
            long timer = timers.isEmpty() ? Long.MAX_VALUE : timers.firstKey();
            long next = Math.min(Math.min(nextSweep, wakeupAt), timer);
            if (next > until) {
                now = until;
                return;
            }
            now = next;
            if (next == timer) {
                requireNonNull(timers.remove(timer)).run();
            } else if (next == wakeupAt) {
                wakeupAt = Long.MAX_VALUE;
                loop.deadlines().woken();
            } else {
                nextSweep += SWEEP;
                loop.sweepSoon();
            }
            settle();
        }
    }

    /** Lets everything move that can move without time. */
    void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            Runnable first = network.pollFirst();
            if (first != null) {
                first.run();
                moved = true;
            }
            for (ClientDoor door : List.copyOf(doors.values())) {
                moved |= door.deliver();
            }
            for (EndpointDoor door : List.copyOf(endpoints.values())) {
                moved |= door.deliver();
            }
        }
    }

    /** Exchanges that have ended since the last time, in words. */
    List<String> ended() {
        List<String> words = new ArrayList<>();
        for (int series = 0; series < VARIANTS.length; series++) {
            for (Outcome outcome : Outcome.values()) {
                for (int codeClass = 0; codeClass < 6; codeClass++) {
                    int count = (int) counters.count(series, outcome, codeClass);
                    String status = codeClass == 0 ? "no status" : codeClass + "xx";
                    String what = outcome.word() + " " + status + " on " + VARIANTS[series];
                    int before = told.getOrDefault(what, 0);
                    told.put(what, count);
                    for (int i = before; i < count; i++) {
                        words.add(what);
                    }
                }
            }
        }
        return words;
    }

    /** Refusals since the last time, by their word. */
    List<String> refused() {
        List<String> words = new ArrayList<>();
        Refusal[] all = Refusal.values();
        for (int i = 0; i < all.length; i++) {
            Refusal refusal = all[i];
            int count = (int) counters.refusals(i);
            int before = told.getOrDefault(refusal.word(), 0);
            told.put(refusal.word(), count);
            for (int more = before; more < count; more++) {
                words.add(refusal.word());
            }
        }
        return words;
    }

    /** Ends all connections; what is left then was lost. */
    String left() {
        settle();
        long open = counters.inFlight();
        doors.values().forEach(ClientDoor::end);
        settle();
        pools.forEach(UpstreamPool::close);
        endpoints.values().forEach(EndpointDoor::end);
        settle();
        long bytes = allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
        return open + " exchanges under way, then " + counters.inFlight() + " and " + bytes + " bytes";
    }

    static int buckets(String percent) {
        return (int) (Double.parseDouble(percent.replace("%", "")) / 100 * Buckets.COUNT);
    }
}
