package io.crossfade.upstream;

import io.crossfade.outcome.Outcome;
import io.crossfade.socket.Connector;
import io.netty.channel.ConnectTimeoutException;
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
 * The calls of one event loop to one upstream: who gets one at once, who waits, who is refused. Bounded, without a lock.
 *
 * <p>Endpoints take turns, and of one endpoint the connection that was used last is lent first. A connect goes to one endpoint;
 * whether another one is asked after it failed is for the receiver to say ({@link #borrowElsewhere}). Owned by its event loop; only
 * {@link #census} may be called from elsewhere.
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

    private final Settings settings;
    private final Connector connector;
    private final Reading reading;
    private final Consumer<String> strayBytes;
    private final Events events = new Events();
    private final Lane[] lanes;
    private final ArrayDeque<UpstreamReceiver> pending = new ArrayDeque<>();
    private final ArrayDeque<Connect> connects = new ArrayDeque<>();
    private int turn;

    /** Lane of the connect that failed last. */
    private int failedLane;

    /** The time of the last sweep: exact enough for an expiry of seconds, and free. */
    private long sweptNanos;

    /** No line about a failed connection before this time. */
    private long quietUntilNanos;

    private int untold;
    private int connecting;
    private int open;
    private int parked;
    private boolean closed;
    private volatile Census census = new Census(0, 0);

    /**
     * @param strayBytes told of each connection that is closed because bytes arrived on it that belong to no answer, by its endpoint
     * @param nowNanos the time on the clock of {@link #sweep}
     */
    public UpstreamPool(
            Settings settings, Connector connector, Reading reading, Consumer<String> strayBytes, long nowNanos) {
        this.settings = settings;
        this.connector = connector;
        this.reading = reading;
        this.strayBytes = strayBytes;
        this.sweptNanos = nowNanos;
        this.quietUntilNanos = nowNanos;
        this.lanes = settings.endpoints().stream()
                .map(address -> new Lane(events, settings.name(), address))
                .toArray(Lane[]::new);
    }

    /** How many endpoints there are to try. */
    public int endpoints() {
        return lanes.length;
    }

    /** Lends an idle connection or opens one; the receiver hears of it at once or later. */
    public void borrow(UpstreamReceiver receiver) {
        if (lanes.length == 0) {
            tellNoEndpoint(receiver);
            return;
        }
        int lane = nextLane();
        KeptConnection idle = takeFrom(lanes[lane]);
        if (idle == null && !mayOpen()) {
            idle = takeFromAny();
        }
        if (idle != null) {
            idle.lendTo(receiver);
        } else {
            open(lane, receiver);
        }
    }

    /** Lends a connection that never carried a request before. */
    public void borrowFresh(UpstreamReceiver receiver) {
        if (lanes.length == 0) {
            tellNoEndpoint(receiver);
        } else {
            open(nextLane(), receiver);
        }
    }

    private void tellNoEndpoint(UpstreamReceiver receiver) {
        receiver.unavailable(Outcome.NO_ENDPOINT, "upstream " + settings.name() + " has no endpoint");
    }

    /** Opens a connection to the endpoint of this lane, or waits for any. */
    private void open(int lane, UpstreamReceiver receiver) {
        if (mayOpen()) {
            connect(lane, receiver);
        } else if (pending.size() < settings.maxPending()) {
            pending.addLast(receiver);
        } else {
            receiver.unavailable(
                    Outcome.OVERLOADED,
                    "upstream " + settings.name() + " has " + pending.size() + " requests waiting (bound: maxPending)");
        }
    }

    private boolean mayOpen() {
        return open + connecting < settings.maxConnections();
    }

    /**
     * Opens a connection to the endpoint behind the one whose connect has just failed; to be called while that is told. The place
     * of the failed connect is still free then.
     */
    public void borrowElsewhere(UpstreamReceiver receiver) {
        connect(failedLane + 1 < lanes.length ? failedLane + 1 : 0, receiver);
    }

    /** Whether a borrower that could as well stay away would be served at once or soon: it leaves half of the waiting room. */
    public boolean hasRoom() {
        return parked > 0 || mayOpen() || pending.size() < settings.maxPending() / 2;
    }

    /** Whether less than half of its connections are busy, so that a borrower that nobody has asked for takes nobody's place. */
    public boolean isHalfEmpty() {
        return pending.isEmpty() && 2L * (open - parked + connecting) < settings.maxConnections();
    }

    /** Forgets a receiver that waits for a connection; a connect under way goes on and its connection is parked. */
    public void cancel(UpstreamReceiver receiver) {
        if (!pending.remove(receiver)) {
            connects.forEach(connect -> connect.forget(receiver));
        }
    }

    /** Closes connections idle for too long; called now and then by the event loop. */
    public void sweep(long nowNanos) {
        sweptNanos = nowNanos;
        int closing = 0; // counted as open until the event loop tells of their end
        for (Lane lane : lanes) {
            KeptConnection expired = lane.expired(nowNanos, settings.idleExpiryNanos());
            while (expired != null) {
                parked--;
                closing++;
                expired.close();
                expired = lane.expired(nowNanos, settings.idleExpiryNanos());
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
            for (KeptConnection c = lane.newest(); c != null; c = lane.newest()) {
                parked--;
                c.close();
            }
        }
    }

    private @Nullable KeptConnection takeFromAny() {
        for (Lane lane : lanes) {
            KeptConnection c = takeFrom(lane);
            if (c != null) {
                return c;
            }
        }
        return null;
    }

    private @Nullable KeptConnection takeFrom(Lane lane) {
        for (KeptConnection c = lane.newest(); c != null; c = lane.newest()) {
            parked--;
            if (c.isActive()) {
                return c;
            }
        }
        return null;
    }

    private int nextLane() {
        turn = turn + 1 < lanes.length ? turn + 1 : 0;
        return turn;
    }

    private void connect(int number, UpstreamReceiver receiver) {
        Lane lane = lanes[number];
        Connect connect = new Connect(events, number, new Http1Call(lane, reading), receiver);
        connecting++;
        connects.addLast(connect);
        connector.connect(lane.address(), connect.call(), connect);
    }

    private void park(KeptConnection connection, Lane lane) {
        UpstreamReceiver next = pending.pollFirst();
        if (next != null) {
            connection.lendTo(next);
            return;
        }
        if (closed) {
            connection.close();
            return;
        }
        lane.park(connection, sweptNanos);
        parked++;
        KeptConnection oldest = parked > settings.maxIdle() ? lane.oldest() : null;
        if (oldest != null) {
            parked--;
            oldest.close();
        }
    }

    /** What a client need not know, the address of an endpoint and what the kernel said, is in the log, now and then. */
    private void complain(Lane lane, Throwable cause) {
        if (sweptNanos - quietUntilNanos < 0) {
            untold++;
            return;
        }
        LOG.warn(
                "upstream {}: no connection to {}: {}, {} more since the last such line",
                settings.name(),
                lane.address(),
                cause.getMessage(),
                untold);
        quietUntilNanos = sweptNanos + QUIET_NANOS;
        untold = 0;
    }

    private void tellFailure(UpstreamReceiver borrower, Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            borrower.unavailable(
                    Outcome.CONNECT_TIMEOUT,
                    "no connection to the upstream within " + settings.connectTimeoutMillis() + " ms");
        } else if (cause instanceof IOException) {
            borrower.unavailable(Outcome.REFUSED, "no connection to the upstream");
        } else { // no socket to be had, most often for want of descriptors: the endpoint was not even asked
            borrower.unavailable(Outcome.OVERLOADED, "no socket for a connection to the upstream");
        }
    }

    /** The place that a failure leaves is for whoever waits; when nothing else is open their wait would have no end. */
    private void servePending(Throwable cause) {
        while (open + connecting == 0 && !pending.isEmpty()) {
            tellFailure(pending.removeFirst(), cause);
        }
        if (mayOpen() && !pending.isEmpty()) {
            connect(nextLane(), pending.removeFirst());
        }
    }

    /** What connects and connections tell. */
    private final class Events implements Connect.Owner, Lane.Keeper {
        @Override
        public void connected(Connect connect) {
            end(connect);
            open++;
            lanes[connect.lane()].taken(sweptNanos);
            UpstreamReceiver borrower = connect.receiver();
            if (borrower == null) {
                park(connect.call(), lanes[connect.lane()]);
            } else {
                connect.call().lendTo(borrower);
            }
        }

        @Override
        public void failed(Connect connect, Throwable cause) {
            complain(lanes[connect.lane()], cause);
            end(connect);
            failedLane = connect.lane();
            lanes[failedLane].refused();
            UpstreamReceiver borrower = connect.receiver();
            if (borrower != null) {
                tellFailure(borrower, cause);
            }
            servePending(cause);
        }

        private void end(Connect connect) {
            connecting--;
            connects.remove(connect);
        }

        @Override
        public void returned(KeptConnection connection, Lane lane) {
            park(connection, lane);
        }

        @Override
        public void gone(KeptConnection connection, Lane lane) {
            open--;
            if (lane.unpark(connection)) {
                parked--;
            }
            UpstreamReceiver next = pending.pollFirst();
            if (next != null) {
                connect(nextLane(), next);
            }
        }

        @Override
        public void strayBytes(KeptConnection connection) {
            strayBytes.accept(connection.endpoint());
        }
    }
}
