package io.crossfade.upstream;

import io.crossfade.outcome.Outcome;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to the endpoints of one upstream: last in, first out, bounded, without a lock.
 *
 * <p>Endpoints take turns. A refused connect is tried on the next endpoint, once each: nothing has been sent yet, so
 * that is safe for every method. Owned by its event loop; only {@link #census} may be called from elsewhere.
 */
public final class UpstreamPool {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * The bounds of a pool.
     *
     * @param maxConnections busy, idle and connecting together
     * @param maxPending borrowers that may wait for a connection
     * @param maxIdle idle connections kept
     */
    public record Settings(
            String name,
            List<InetSocketAddress> endpoints,
            int connectTimeoutMillis,
            int maxConnections,
            int maxPending,
            int maxIdle,
            long idleExpiryNanos) {}

    /** How many connections there were at the last sweep. */
    public record Census(int busy, int idle) {}

    /** The idle connections of one endpoint. */
    static final class Lane {
        final InetSocketAddress address;
        final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();

        Lane(InetSocketAddress address) {
            this.address = address;
        }
    }

    private final Settings settings;
    private final Bootstrap bootstrap;
    private final Consumer<UpstreamConnection> strayBytes;
    private final Lane[] lanes;
    private final ArrayDeque<UpstreamReceiver> pending = new ArrayDeque<>();
    private final ArrayDeque<Connect> connects = new ArrayDeque<>();
    private int turn;

    /** The time of the last sweep: exact enough for an expiry of seconds, and free. */
    private long sweptNanos = System.nanoTime();

    /** No line about a failed connection before this time. */
    private long quietUntilNanos = sweptNanos;

    private int unsaid;
    private int connecting;
    private int open;
    private int parked;
    private boolean closed;
    private volatile Census census = new Census(0, 0);

    /**
     * The bootstrap carries the event loop, the channel class and the socket options.
     *
     * @param strayBytes told of each idle connection that is closed because bytes arrived on it
     */
    public UpstreamPool(Settings settings, Bootstrap bootstrap, Consumer<UpstreamConnection> strayBytes) {
        this.settings = settings;
        this.strayBytes = strayBytes;
        this.bootstrap =
                bootstrap.clone().option(ChannelOption.CONNECT_TIMEOUT_MILLIS, settings.connectTimeoutMillis());
        this.lanes = settings.endpoints().stream().map(Lane::new).toArray(Lane[]::new);
    }

    /** Lends an idle connection or opens one; the receiver hears of it at once or later. */
    public void borrow(UpstreamReceiver receiver) {
        UpstreamConnection idle = takeIdle();
        if (idle != null) {
            idle.lendTo(receiver);
            receiver.upstreamConnected(idle);
        } else {
            borrowFresh(receiver);
        }
    }

    /** Lends a connection that never carried a request before. */
    public void borrowFresh(UpstreamReceiver receiver) {
        if (lanes.length == 0) {
            receiver.upstreamUnavailable(Outcome.NO_ENDPOINT, "upstream " + settings.name() + " has no endpoint");
        } else if (open + connecting < settings.maxConnections()) {
            new Connect(receiver).start();
        } else if (pending.size() < settings.maxPending()) {
            pending.addLast(receiver);
        } else {
            receiver.upstreamUnavailable(
                    Outcome.OVERLOADED,
                    "upstream " + settings.name() + " has " + pending.size() + " requests waiting (bound: maxPending)");
        }
    }

    /** Whether a borrower that could as well stay away would be served at once or soon: it leaves half of the waiting room. */
    public boolean hasRoom() {
        return parked > 0
                || open + connecting < settings.maxConnections()
                || pending.size() < settings.maxPending() / 2;
    }

    /** Forgets a receiver that waits for a connection; a connect under way goes on and its connection is parked. */
    public void cancel(UpstreamReceiver receiver) {
        if (!pending.remove(receiver)) {
            for (Connect connect : connects) {
                if (connect.receiver == receiver) {
                    connect.receiver = null;
                }
            }
        }
    }

    /** Closes connections idle for too long; called now and then by the event loop. */
    public void sweep(long nowNanos) {
        sweptNanos = nowNanos;
        int closing = 0; // counted as open until the event loop tells of their end
        for (Lane lane : lanes) {
            UpstreamConnection oldest = lane.idle.peekFirst();
            while (oldest != null && nowNanos - oldest.idleSinceNanos > settings.idleExpiryNanos()) {
                lane.idle.removeFirst();
                parked--;
                closing++;
                oldest.close();
                oldest = lane.idle.peekFirst();
            }
        }
        census = new Census(open - parked - closing, parked);
    }

    /** As of the last sweep; from any thread. */
    public Census census() {
        return census;
    }

    /** Closes the idle connections, for good: those that are lent end with their exchange, and so do those lent later. */
    public void close() {
        closed = true;
        for (Lane lane : lanes) {
            for (UpstreamConnection c = lane.idle.pollLast(); c != null; c = lane.idle.pollLast()) {
                parked--;
                c.close();
            }
        }
    }

    private @Nullable UpstreamConnection takeIdle() {
        if (lanes.length == 1) {
            return takeFrom(lanes[0]);
        }
        for (int i = 0; i < lanes.length; i++) {
            UpstreamConnection c = takeFrom(nextLane());
            if (c != null || open + connecting < settings.maxConnections()) {
                return c;
            }
        }
        return null;
    }

    private @Nullable UpstreamConnection takeFrom(Lane lane) {
        for (UpstreamConnection c = lane.idle.pollLast(); c != null; c = lane.idle.pollLast()) {
            parked--;
            if (c.isActive()) {
                return c;
            }
        }
        return null;
    }

    private Lane nextLane() {
        turn = turn + 1 < lanes.length ? turn + 1 : 0;
        return lanes[turn];
    }

    void park(UpstreamConnection connection, Lane lane) {
        UpstreamReceiver next = pending.pollFirst();
        if (next != null) {
            connection.lendTo(next);
            next.upstreamConnected(connection);
            return;
        }
        if (closed) {
            connection.close();
            return;
        }
        connection.idleSinceNanos = sweptNanos;
        lane.idle.addLast(connection);
        parked++;
        if (parked > settings.maxIdle()) {
            UpstreamConnection oldest = lane.idle.removeFirst();
            parked--;
            oldest.close();
        }
    }

    void closed(UpstreamConnection connection, Lane lane) {
        open--;
        if (lane.idle.removeLastOccurrence(connection)) {
            parked--;
        }
        UpstreamReceiver next = pending.pollFirst();
        if (next != null) {
            new Connect(next).start();
        }
    }

    /** What a client need not know, the address of an endpoint and what the kernel said, is in the log, now and then. */
    private void complain(Lane lane, Throwable cause) {
        if (sweptNanos - quietUntilNanos < 0) {
            unsaid++;
            return;
        }
        LOG.warn(
                "upstream {}: no connection to {}: {}, {} more since the last such line",
                settings.name(),
                lane.address,
                cause.getMessage(),
                unsaid);
        quietUntilNanos = sweptNanos + QUIET_NANOS;
        unsaid = 0;
    }

    void strayBytes(UpstreamConnection from) {
        strayBytes.accept(from);
    }

    String name() {
        return settings.name();
    }

    /** One wish for a connection, tried on each endpoint at most once. */
    private final class Connect {
        private @Nullable UpstreamReceiver receiver;
        private int tried;

        Connect(UpstreamReceiver receiver) {
            this.receiver = receiver;
        }

        void start() {
            connecting++;
            connects.addLast(this);
            attempt();
        }

        private void attempt() {
            Lane lane = lanes.length == 1 ? lanes[0] : nextLane();
            tried++;
            UpstreamConnection connection = new UpstreamConnection(UpstreamPool.this, lane);
            bootstrap
                    .clone()
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(connection);
                        }
                    })
                    .connect(lane.address)
                    .addListener(future -> {
                        if (future.isSuccess()) {
                            connected(connection);
                        } else {
                            onEventLoop(() -> failed(lane, future.cause()));
                        }
                    });
        }

        /** When not even a channel could be made Netty has no event loop to tell it on and takes a thread of its own. */
        private void onEventLoop(Runnable task) {
            EventLoop loop = (EventLoop) bootstrap.config().group();
            if (loop.inEventLoop()) {
                task.run();
            } else {
                loop.execute(task);
            }
        }

        private void connected(UpstreamConnection connection) {
            end();
            open++;
            UpstreamReceiver borrower = receiver;
            if (borrower == null) {
                park(connection, connection.lane());
            } else {
                connection.lendTo(borrower);
                borrower.upstreamConnected(connection);
            }
        }

        private void failed(Lane lane, Throwable cause) {
            complain(lane, cause);
            if (tried < lanes.length && receiver != null) {
                attempt();
                return;
            }
            end();
            UpstreamReceiver borrower = receiver;
            if (borrower != null) {
                tellFailure(borrower, cause);
            }
            servePending(cause);
        }

        private void tellFailure(UpstreamReceiver borrower, Throwable cause) {
            if (cause instanceof ConnectTimeoutException) {
                borrower.upstreamUnavailable(
                        Outcome.CONNECT_TIMEOUT,
                        "no connection to the upstream within " + settings.connectTimeoutMillis() + " ms");
            } else if (cause instanceof IOException) {
                borrower.upstreamUnavailable(Outcome.REFUSED, "no connection to the upstream");
            } else { // no socket to be had, most often for want of descriptors: the endpoint was not even asked
                borrower.upstreamUnavailable(Outcome.OVERLOADED, "no socket for a connection to the upstream");
            }
        }

        private void end() {
            connecting--;
            connects.remove(this);
        }

        /** The place that this failure leaves is for whoever waits; when nothing else is open their wait would have no end. */
        private void servePending(Throwable cause) {
            while (open + connecting == 0 && !pending.isEmpty()) {
                tellFailure(pending.removeFirst(), cause);
            }
            if (open + connecting < settings.maxConnections() && !pending.isEmpty()) {
                new Connect(pending.removeFirst()).start();
            }
        }
    }
}
