package io.crossfade.exchange;

import io.crossfade.assign.Reason;
import io.crossfade.config.Limits;
import io.crossfade.http.HttpLimits;
import io.crossfade.http.RequestHead;
import io.crossfade.http.RequestScanner;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.ResponseScanner;
import io.crossfade.observe.Feed;
import io.crossfade.observe.LoopCounters;
import io.crossfade.snapshot.Snapshots;
import io.crossfade.upstream.UpstreamPool;
import io.netty.channel.EventLoop;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything one event loop owns: its scanners, pools, counters and the list of its client connections. Nothing here is
 * shared, so nothing here is locked; only the event loop may touch it unless a method says otherwise.
 */
public final class EdgeLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeLoop.class);

    /** How often deadlines are looked at; a deadline is late by at most this. */
    static final long SWEEP_MILLIS = 100;

    /** Number under which exchanges are counted that reached no variant. */
    public static final int UNROUTED_SLOT = 0;

    /**
     * An upstream as the exchange sees it on this loop.
     *
     * @param responseTimeoutNanos from the last request byte to the response head
     * @param idleTimeoutNanos longest silence inside a body
     * @param connectTimeoutNanos for all endpoints together, waiting in the queue included
     */
    public record Upstream(
            UpstreamPool pool, long connectTimeoutNanos, long responseTimeoutNanos, long idleTimeoutNanos) {}

    final int number;
    final Snapshots snapshots;
    final Limits limits;
    final HttpLimits httpLimits;
    final Upstream[] upstreams;
    final LoopCounters counters;
    final Refusals refusals;
    final Feed.Loop feed;
    final RequestScanner requestScanner;
    final RequestHead requestHead = new RequestHead();
    final HeadFacts facts;
    final ResponseScanner responseScanner;
    final ResponseHead responseHead = new ResponseHead();
    final SplittableRandom random;

    /** Deadlines that are not exact to the millisecond use this clock, moved by sweeps and by requests. */
    long nowNanos = System.nanoTime();

    private final EventLoop eventLoop;
    private @Nullable ClientConnection first;
    private int connections;
    private volatile boolean draining;

    public EdgeLoop(
            int number,
            EventLoop eventLoop,
            Snapshots snapshots,
            Limits limits,
            HttpLimits httpLimits,
            Upstream[] upstreams,
            LoopCounters counters,
            Refusals refusals,
            Feed.Loop feed,
            SplittableRandom random) {
        this.number = number;
        this.eventLoop = eventLoop;
        this.snapshots = snapshots;
        this.limits = limits;
        this.httpLimits = httpLimits;
        this.upstreams = upstreams;
        this.counters = counters;
        this.refusals = refusals;
        this.feed = feed;
        this.requestScanner = new RequestScanner(httpLimits);
        this.responseScanner = new ResponseScanner(httpLimits);
        this.facts = new HeadFacts(requestHead, httpLimits.requestLine());
        this.random = random;
    }

    /** Begins to watch deadlines; called once, from any thread. */
    public void start() {
        var unused = eventLoop.scheduleAtFixedRate(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** From now on every answer ends its connection, and idle connections are closed. From any thread. */
    public void drain() {
        draining = true;
        eventLoop.execute(() -> {
            for (ClientConnection c = first; c != null; ) {
                ClientConnection next = c.next;
                c.closeIfIdle();
                c = next;
            }
            if (connections == 0) {
                closePools();
            }
        });
    }

    /** Closes whatever is left, requests in flight too. From any thread. */
    public void abort() {
        eventLoop.execute(() -> {
            for (ClientConnection c = first; c != null; ) {
                ClientConnection next = c.next;
                c.abort();
                c = next;
            }
            closePools();
        });
    }

    @SuppressWarnings("EnumOrdinal") // the counters are numbered in the order of the enum, in one process
    void assigned(int rollout, Reason reason) {
        counters.assigned(rollout, reason.ordinal());
    }

    boolean draining() {
        return draining;
    }

    void add(ClientConnection connection) {
        connection.next = first;
        if (first != null) {
            first.previous = connection;
        }
        first = connection;
        connections++;
    }

    void remove(ClientConnection connection) {
        ClientConnection before = connection.previous;
        ClientConnection after = connection.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        connection.previous = null;
        connection.next = null;
        connections--;
        if (draining && connections == 0) {
            closePools();
        }
    }

    private void closePools() {
        for (Upstream upstream : upstreams) {
            upstream.pool().close();
        }
    }

    /** A connection whose deadline cannot be served is closed; the others are not made to wait for it. */
    private static void expire(ClientConnection c) {
        try {
            c.expired();
        } catch (RuntimeException | Error e) {
            c.broken(e);
        }
    }

    /** An exception would be the end of all sweeps, and without them nothing times out any more. */
    private void sweep() {
        try {
            sweepOnce();
        } catch (RuntimeException | Error e) {
            LOG.error("a sweep over the deadlines did not reach its end", e);
        }
    }

    private void sweepOnce() {
        long now = System.nanoTime();
        nowNanos = now;
        for (ClientConnection c = first; c != null; ) {
            ClientConnection next = c.next;
            if (c.deadlineNanos - now <= 0) {
                expire(c);
            } else {
                c.probe(now);
            }
            c = next;
        }
        for (Upstream upstream : upstreams) {
            upstream.pool().sweep(now);
        }
    }
}
