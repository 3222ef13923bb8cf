package io.crossfade.runtime;

import io.crossfade.admit.Breaker;
import io.crossfade.assign.Reason;
import io.crossfade.assign.Split;
import io.crossfade.assign.UnitKeys;
import io.crossfade.client.Clients;
import io.crossfade.client.Http1Client;
import io.crossfade.client.ListenerFacts;
import io.crossfade.config.Config;
import io.crossfade.config.Limits;
import io.crossfade.config.Listener;
import io.crossfade.config.RolloutSpec;
import io.crossfade.config.RouteRule;
import io.crossfade.config.Upstream;
import io.crossfade.exchange.Deadlines;
import io.crossfade.exchange.EdgeLoop;
import io.crossfade.exchange.RefusalLog;
import io.crossfade.exchange.Refusals;
import io.crossfade.http.HttpLimits;
import io.crossfade.http.Refusal;
import io.crossfade.http.RequestScanner;
import io.crossfade.observe.Counters;
import io.crossfade.observe.Feed;
import io.crossfade.route.RouteTable;
import io.crossfade.route.Rule;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.snapshot.Snapshots;
import io.crossfade.socket.Sockets;
import io.crossfade.socket.Transport;
import io.crossfade.upstream.Reading;
import io.crossfade.upstream.UpstreamPool;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The event loops, what each of them owns, and the sockets they serve; built once out of a configuration. */
final class DataPlane {
    private final Config config;
    private final Transport transport;
    private final Sockets sockets;
    private final EventLoopGroup group;
    private final List<EdgeLoop> loops = new ArrayList<>();
    private final List<Clients> clients = new ArrayList<>();
    private final IdentityHashMap<EventLoop, Clients> byEventLoop = new IdentityHashMap<>();
    private final List<Snapshot.Upstream> upstreams = new ArrayList<>();
    private final List<Breaker> breakers = new ArrayList<>();
    private final Map<String, InetSocketAddress> bound = new LinkedHashMap<>();
    private final List<Channel> listening = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Thread sweeps = new Thread(this::sweep, "edge-sweeps");
    private final Counters counters;
    private final Feed feed;
    private final Snapshots snapshots;

    DataPlane(Config config) throws IOException {
        this.config = config;
        this.transport = Transport.choose(config.transport());
        this.sockets = sockets(config.limits(), transport);
        List<UpstreamPool.Settings> settings = new ArrayList<>();
        for (Upstream upstream : config.upstreams()) {
            settings.add(poolSettings(upstream));
        }
        int size = config.eventLoops() > 0
                ? config.eventLoops()
                : Runtime.getRuntime().availableProcessors();
        this.group = new MultiThreadIoEventLoopGroup(size, new DefaultThreadFactory("edge"), transport.handlers());
        this.counters = new Counters(
                size,
                Arrays.stream(Refusal.values()).map(Refusal::word).toList(),
                config.rollouts().stream().map(RolloutSpec::name).toList(),
                Arrays.stream(Reason.values()).map(Reason::word).toList());
        this.feed = new Feed(size, config.rollouts().size(), config.control().observationQueue());
        int unrouted = counters.series("none", "none");
        if (unrouted != EdgeLoop.UNROUTED_SERIES) {
            throw new IllegalStateException("unrouted exchanges are counted in series " + unrouted);
        }
        RefusalLog refusalLog = new RefusalLog(System::nanoTime);
        HttpLimits httpLimits = HttpLimits.of(config.limits());
        List<EventLoop> eventLoops = new ArrayList<>();
        List<Refusals> refusals = new ArrayList<>();
        List<Reading> readings = new ArrayList<>();
        for (EventExecutor executor : group) {
            refusals.add(new Refusals(counters.loop(eventLoops.size()), refusalLog));
            readings.add(new Reading(httpLimits, config.limits().interimResponses()));
            eventLoops.add((EventLoop) executor);
        }
        for (int i = 0; i < settings.size(); i++) {
            upstreams.add(upstream(config.upstreams().get(i), settings.get(i), eventLoops, refusals, readings));
        }
        this.snapshots = new Snapshots(firstSnapshot(size));
        SplittableRandom seeds = new SplittableRandom(new SecureRandom().nextLong());
        for (int number = 0; number < size; number++) {
            LoopWakeup wakeup = new LoopWakeup(eventLoops.get(number));
            EdgeLoop loop = new EdgeLoop(
                    number,
                    eventLoops.get(number),
                    System::nanoTime,
                    wakeup,
                    snapshots,
                    counters.loop(number),
                    refusals.get(number),
                    feed.loop(number),
                    seeds.split());
            wakeup.of(loop.deadlines());
            for (Snapshot.Upstream upstream : upstreams) {
                loop.add(upstream.pool(number));
            }
            loops.add(loop);
            Clients ofLoop = new Clients(loop);
            clients.add(ofLoop);
            byEventLoop.put(eventLoops.get(number), ofLoop);
        }
        sweeps.setDaemon(true);
        sweeps.start();
    }

    /** Runs until {@link #close}; a thread by itself, because a task of the event loops would cost them a timer at each wait. */
    private void sweep() {
        long pause = TimeUnit.MILLISECONDS.toNanos(Deadlines.SWEEP_MILLIS);
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, pause);
            for (EdgeLoop loop : loops) {
                try {
                    loop.sweepSoon();
                } catch (RejectedExecutionException stopped) {
                    return;
                }
            }
        }
    }

    Snapshots snapshots() {
        return snapshots;
    }

    /** As {@code WeightSink} has it. */
    void weight(int rollout, int weight, boolean recall) {
        snapshots.weight(rollout, weight);
        if (recall) {
            loops.forEach(loop -> loop.recall(rollout));
        }
    }

    Counters counters() {
        return counters;
    }

    Feed feed() {
        return feed;
    }

    List<Breaker> breakers() {
        return List.copyOf(breakers);
    }

    Map<String, InetSocketAddress> bound() {
        return Map.copyOf(bound);
    }

    String transport() {
        return transport.word() + ", " + loops.size() + (loops.size() == 1 ? " event loop" : " event loops");
    }

    /** Connections of an upstream on all loops, as of their last sweeps. */
    UpstreamPool.Census census(int upstream) {
        int busy = 0;
        int idle = 0;
        for (UpstreamPool pool : upstreams.get(upstream).pools()) {
            UpstreamPool.Census c = pool.census();
            busy += c.busy();
            idle += c.idle();
        }
        return new UpstreamPool.Census(busy, idle);
    }

    /** Opens the listeners; from then on requests are served. */
    void listen() throws IOException {
        for (Listener listener : config.listeners()) {
            ChannelFuture binding = listening(listener).bind(listener.address()).awaitUninterruptibly();
            if (!binding.isSuccess()) {
                throw new IOException(
                        "listener " + listener.name() + " cannot be bound to "
                                + NetUtil.toSocketAddressString(listener.address()) + ": "
                                + binding.cause().getMessage()
                                + " (expected: an address of this machine whose port is free and allowed)",
                        binding.cause());
            }
            listening.add(binding.channel());
            bound.put(listener.name(), (InetSocketAddress) binding.channel().localAddress());
        }
    }

    /** Stops accepting, gives requests in flight time to end, then closes everything. */
    void close() {
        for (Channel listener : listening) {
            listener.close().awaitUninterruptibly();
        }
        clients.forEach(Clients::drain);
        long deadline = System.nanoTime() + config.limits().drainTimeout().toNanos();
        try {
            while (connections.get() > 0 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever interrupts a drain wants it over
        }
        clients.forEach(Clients::abort);
        sweeps.interrupt();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static UpstreamPool.Settings poolSettings(Upstream upstream) throws IOException {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (Upstream.Endpoint endpoint : upstream.endpoints()) {
            try {
                addresses.add(new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port()));
            } catch (UnknownHostException e) {
                throw new IOException("upstream " + upstream.name() + ": no address for " + endpoint.host(), e);
            }
        }
        return new UpstreamPool.Settings(
                upstream.name(),
                addresses,
                (int) upstream.connectTimeout().toMillis(),
                upstream.maxConnections(),
                upstream.maxPending(),
                upstream.maxIdle(),
                upstream.idleExpiry().toNanos());
    }

    private Snapshot.Upstream upstream(
            Upstream upstream,
            UpstreamPool.Settings settings,
            List<EventLoop> eventLoops,
            List<Refusals> refusals,
            List<Reading> readings) {
        List<UpstreamPool> pools = new ArrayList<>();
        for (int i = 0; i < eventLoops.size(); i++) {
            Refusals ofLoop = refusals.get(i);
            pools.add(new UpstreamPool(
                    settings,
                    sockets.connecting(eventLoops.get(i), settings.connectTimeoutMillis()),
                    readings.get(i),
                    endpoint -> ofLoop.add(Refusal.UPSTREAM_SURPLUS, endpoint),
                    System.nanoTime()));
        }
        long allConnects = upstream.connectTimeout().toNanos()
                * Math.max(1, upstream.endpoints().size());
        return new Snapshot.Upstream(
                upstream.name(),
                pools,
                allConnects + TimeUnit.SECONDS.toNanos(1),
                upstream.responseTimeout().toNanos(),
                upstream.idleTimeout().toNanos());
    }

    private static Sockets sockets(Limits limits, Transport transport) {
        return new Sockets(
                transport,
                limits.backlog(),
                limits.receiveBuffer(),
                limits.readBuffer(),
                limits.writeLow(),
                limits.writeHigh());
    }

    private ServerBootstrap listening(Listener listener) {
        ListenerFacts facts = new ListenerFacts(
                listener.trustedPeers(),
                RequestScanner.UnderscoreNames.valueOf(
                        listener.underscoreNames().name()),
                connections,
                config.limits().maxConnections());
        return sockets.listening(group, eventLoop -> {
            Clients ofLoop = byEventLoop.get(eventLoop);
            if (ofLoop == null) {
                throw new IllegalStateException("a channel on a foreign event loop");
            }
            return new Http1Client(ofLoop, facts);
        });
    }

    /** Every rollout begins at the baseline; the control thread moves the weight from there. */
    private Snapshot firstSnapshot(int loopCount) {
        List<Rule> rules = new ArrayList<>();
        List<Snapshot.Route> routes = new ArrayList<>();
        Map<String, Breaker> byName = new LinkedHashMap<>();
        for (RouteRule rule : config.routes()) {
            RouteRule.Match match = rule.match();
            rules.add(new Rule(rule.name(), match.host(), match.pathPrefix(), match.methods(), match.headers()));
            routes.add(route(rule, byName, loopCount));
        }
        breakers.addAll(byName.values());
        return new Snapshot(new RouteTable(rules), routes, config.limits(), HttpLimits.of(config.limits()));
    }

    private Snapshot.Route route(RouteRule rule, Map<String, Breaker> byName, int loopCount) {
        String rolloutName = rule.rollout();
        if (rolloutName == null) {
            String upstream = String.valueOf(rule.upstream());
            return new Snapshot.Route(
                    rule.name(),
                    rule.maxBody(),
                    target(rule.name(), "none", upstream, upstream, byName, loopCount),
                    null,
                    null);
        }
        int number = rolloutNumber(rolloutName);
        RolloutSpec spec = config.rollouts().get(number);
        UnitKeys keys = new UnitKeys(spec.unitFrom().stream()
                .map(s -> new UnitKeys.Source(UnitKeys.Kind.valueOf(s.kind().name()), s.name()))
                .toList());
        return new Snapshot.Route(
                rule.name(),
                rule.maxBody(),
                target(rule.name(), "baseline", spec.baseline(), rolloutName + "/baseline", byName, loopCount),
                target(rule.name(), "canary", spec.canary(), rolloutName + "/canary", byName, loopCount),
                new Snapshot.Shift(number, rolloutName, new Split(spec.salt(), 0), keys));
    }

    private Snapshot.Target target(
            String route, String variant, String upstream, String breakerName, Map<String, Breaker> byName, int loops) {
        int number = upstreamNumber(upstream);
        Upstream.Breaker b = config.upstreams().get(number).breaker();
        Breaker breaker = byName.computeIfAbsent(
                breakerName,
                name -> new Breaker(
                        name, b.failureRate(), b.window(), b.minimumCalls(), b.openFor(), b.halfOpenCalls()));
        Breaker.Gate[] gates = new Breaker.Gate[loops];
        Arrays.setAll(gates, i -> breaker.gate());
        return new Snapshot.Target(variant, upstreams.get(number), counters.series(route, variant), breaker, gates);
    }

    private int rolloutNumber(String name) {
        for (int i = 0; i < config.rollouts().size(); i++) {
            if (config.rollouts().get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("rollout: " + name + " (expected: one of the configuration's)");
    }

    private int upstreamNumber(String name) {
        for (int i = 0; i < config.upstreams().size(); i++) {
            if (config.upstreams().get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("upstream: " + name + " (expected: one of the configuration's)");
    }
}
