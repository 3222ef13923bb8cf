package io.crossfade.runtime;

import io.crossfade.assign.Reason;
import io.crossfade.client.Clients;
import io.crossfade.client.Http1Client;
import io.crossfade.client.ListenerFacts;
import io.crossfade.config.Config;
import io.crossfade.config.Limits;
import io.crossfade.config.Upstream;
import io.crossfade.control.Numbered;
import io.crossfade.control.WeightSink;
import io.crossfade.exchange.Deadlines;
import io.crossfade.exchange.EdgeLoop;
import io.crossfade.exchange.RefusalLog;
import io.crossfade.exchange.Refusals;
import io.crossfade.http.HttpLimits;
import io.crossfade.http.Refusal;
import io.crossfade.observe.Counters;
import io.crossfade.observe.Feed;
import io.crossfade.snapshot.Snapshots;
import io.crossfade.socket.Sockets;
import io.crossfade.socket.Transport;
import io.crossfade.upstream.Reading;
import io.crossfade.upstream.UpstreamPool;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
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
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops, what each of them owns, and the sockets they serve. Configurations come and go, these stay. */
final class DataPlane implements WeightSink {
    private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);

    private final Transport transport;
    private final EventLoopGroup group;
    private final List<EventLoop> eventLoops = new ArrayList<>();
    private final List<Refusals> refusals = new ArrayList<>();

    /** By event loop; one thread at a time. */
    private final List<Reading> readings = new ArrayList<>();

    private final List<EdgeLoop> loops = new ArrayList<>();
    private final List<Clients> clients = new ArrayList<>();
    private final IdentityHashMap<EventLoop, Clients> byEventLoop = new IdentityHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Listeners listeners = new Listeners(connections, this::listening);
    private final Thread sweeps = new Thread(this::sweep, "edge-sweeps");
    private final Counters counters;
    private final Feed feed;
    private final SnapshotCompiler compiler;
    private volatile Runnable everySecond = () -> {};
    private final Snapshots snapshots;
    private volatile Compiled inForce;

    DataPlane(Config config) throws IOException {
        this.transport = Transport.choose(config.transport());
        int size = config.eventLoops() > 0
                ? config.eventLoops()
                : Runtime.getRuntime().availableProcessors();
        this.group = new MultiThreadIoEventLoopGroup(size, new DefaultThreadFactory("edge"), transport.handlers());
        this.counters = new Counters(
                size,
                Arrays.stream(Refusal.values()).map(Refusal::word).toList(),
                List.of(),
                Arrays.stream(Reason.values()).map(Reason::word).toList());
        this.feed = new Feed(size, 0, config.control().observationQueue());
        int unrouted = counters.series("none", "none");
        if (unrouted != EdgeLoop.UNROUTED_SERIES) {
            throw new IllegalStateException("unrouted exchanges are counted in series " + unrouted);
        }
        RefusalLog refusalLog = new RefusalLog(System::nanoTime);
        for (EventExecutor executor : group) {
            refusals.add(new Refusals(counters.loop(eventLoops.size()), refusalLog));
            eventLoops.add((EventLoop) executor);
        }
        this.compiler = new SnapshotCompiler(size, counters, feed, this::pools);
        this.inForce = first(config);
        this.snapshots = new Snapshots(inForce.snapshot());
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
            for (Compiled.Pooled pooled : inForce.upstreams().values()) {
                loop.add(pooled.upstream().pool(number));
            }
            loops.add(loop);
            Clients ofLoop = new Clients(loop);
            clients.add(ofLoop);
            byEventLoop.put(eventLoops.get(number), ofLoop);
        }
        sweeps.setDaemon(true);
        sweeps.start();
    }

    /** The event loops run already: what cannot be compiled ends them again. */
    private Compiled first(Config config) throws IOException {
        try {
            return compiler.compile(config, null);
        } catch (IOException | RuntimeException e) {
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** Has something done once a second, on the thread that has deadlines looked at. */
    void everySecond(Runnable task) {
        everySecond = task;
    }

    /** Runs until {@link #close}; a thread by itself, because a task of the event loops would cost them a timer at each wait. */
    private void sweep() {
        long pause = TimeUnit.MILLISECONDS.toNanos(Deadlines.SWEEP_MILLIS);
        long secondEnds = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, pause);
            if (System.nanoTime() - secondEnds >= 0) {
                secondEnds += TimeUnit.SECONDS.toNanos(1);
                tick();
            }
            for (EdgeLoop loop : loops) {
                try {
                    loop.sweepSoon();
                } catch (RejectedExecutionException stopped) {
                    return;
                }
            }
        }
    }

    /** A mistake here must not end the sweeps. */
    private void tick() {
        try {
            everySecond.run();
        } catch (RuntimeException e) {
            LOG.error("what is done once a second failed", e);
        }
    }

    Snapshots snapshots() {
        return snapshots;
    }

    @Override
    public void weight(int rollout, int weight, boolean recall) {
        snapshots.weight(rollout, weight);
        if (recall) {
            loops.forEach(loop -> loop.recall(rollout));
        }
    }

    @Override
    public void weightOfNext(int rollout, int weight) {
        snapshots.weightOfNext(rollout, weight);
    }

    Counters counters() {
        return counters;
    }

    Feed feed() {
        return feed;
    }

    Compiled inForce() {
        return inForce;
    }

    Map<String, InetSocketAddress> bound() {
        return listeners.bound();
    }

    String transport() {
        return transport.word() + ", " + loops.size() + (loops.size() == 1 ? " event loop" : " event loops");
    }

    /** Opens the listeners; from then on requests are served. */
    void listen() throws IOException {
        Config config = inForce.config();
        listeners.prepare(config.listeners(), config.limits()).commit(facts -> {}, facts -> {});
    }

    /** A configuration that could be in force: compiled, its addresses bound. */
    final class Prepared {
        private final Compiled next;
        private final Listeners.Change doors;

        private Prepared(Compiled next, Listeners.Change doors) {
            this.next = next;
            this.doors = doors;
        }

        List<Numbered> rollouts() {
            return next.rollouts();
        }

        /** Nothing was changed, and nothing is kept of it. */
        void abandon() {
            doors.abandon();
        }

        /** Puts it in force, whole, and lets go of what it does not name. Returns when each event loop has its bounds. */
        void commit() {
            Compiled before = inForce;
            for (int i = 0; i < loops.size(); i++) {
                next.poolsWithout(before, i).forEach(loops.get(i)::add);
            }
            inForce = next;
            snapshots.publish(next.snapshot());
            for (int i = 0; i < loops.size(); i++) {
                EdgeLoop loop = loops.get(i);
                Feed.Loop ofLoop = feed.loop(i);
                int observations = next.config().control().observationQueue();
                eventLoops
                        .get(i)
                        .submit(() -> {
                            loop.refresh();
                            ofLoop.capacity(observations);
                        })
                        .awaitUninterruptibly();
            }
            doors.commit(ListenerFacts::end, facts -> {
                facts.end();
                clients.forEach(ofLoop -> ofLoop.closeIdle(facts));
            });
            for (int i = 0; i < loops.size(); i++) {
                before.poolsWithout(next, i).forEach(loops.get(i)::retire);
            }
        }
    }

    /**
     * Makes everything that a configuration needs, and changes nothing that is in force. One thread at a time.
     *
     * @throws IOException with the reason in its message, when this machine cannot do it
     */
    Prepared prepare(Config config) throws IOException {
        Compiled next = compiler.compile(config, inForce);
        return new Prepared(next, listeners.prepare(config.listeners(), config.limits()));
    }

    /** Stops accepting, gives requests in flight time to end, then closes everything. */
    void close() {
        listeners.close();
        clients.forEach(Clients::drain);
        long deadline =
                System.nanoTime() + inForce.config().limits().drainTimeout().toNanos();
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

    private List<UpstreamPool> pools(Upstream upstream, Limits limits) throws IOException {
        UpstreamPool.Settings settings = poolSettings(upstream);
        Sockets sockets = sockets(limits);
        HttpLimits httpLimits = HttpLimits.of(limits);
        List<UpstreamPool> pools = new ArrayList<>();
        for (int i = 0; i < eventLoops.size(); i++) {
            Refusals ofLoop = refusals.get(i);
            pools.add(new UpstreamPool(
                    settings,
                    sockets.connecting(eventLoops.get(i), settings.connectTimeoutMillis()),
                    reading(i, httpLimits, limits.interimResponses()),
                    endpoint -> ofLoop.add(Refusal.UPSTREAM_SURPLUS, endpoint),
                    System.nanoTime()));
        }
        return pools;
    }

    /** The pools of a loop share what they read with, as long as its bounds are the same. */
    private Reading reading(int loop, HttpLimits limits, int interims) {
        Reading known = loop < readings.size() ? readings.get(loop) : null;
        if (known != null && known.limits().equals(limits) && known.interims() == interims) {
            return known;
        }
        Reading made = new Reading(limits, interims);
        if (known == null) {
            readings.add(made);
        } else {
            readings.set(loop, made);
        }
        return made;
    }

    private Sockets sockets(Limits limits) {
        return new Sockets(
                transport,
                limits.backlog(),
                limits.receiveBuffer(),
                limits.readBuffer(),
                limits.writeLow(),
                limits.writeHigh());
    }

    private ServerBootstrap listening(Listeners.Door door) {
        return Sockets.listening(group, () -> sockets(door.limits()), eventLoop -> {
            Clients ofLoop = byEventLoop.get(eventLoop);
            if (ofLoop == null) {
                throw new IllegalStateException("a channel on a foreign event loop");
            }
            return new Http1Client(ofLoop, door.facts());
        });
    }
}
