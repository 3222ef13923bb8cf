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
import io.crossfade.snapshot.Snapshot;
import io.crossfade.snapshot.Snapshots;
import io.crossfade.upstream.UpstreamPool;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything one event loop owns: its scanners, pools, counters and the list of its client connections. Nothing here is
 * shared, so nothing here is locked; only the event loop may touch it unless a method says otherwise.
 */
public final class EdgeLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeLoop.class);

    /** How often {@link #sweepSoon} is to be called: a new deadline is not seen before the next sweep. */
    public static final long SWEEP_MILLIS = 100;

    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);

    /**
     * Deadlines of exchanges that a sweep sees coming are kept to so much, because the users of a silent canary wait for
     * nothing else before the first of them is known to fail.
     */
    private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * A sweep takes longer the more connections there are. So many times as long none but a regular one comes after it, so that those
     * between take at most a twentieth of the event loop's time.
     */
    private static final int PAUSES_PER_SWEEP = 19;

    /** Number under which exchanges are counted that reached no variant. */
    public static final int UNROUTED_SERIES = 0;

    final int number;
    Limits limits;
    HttpLimits httpLimits;
    final LoopCounters counters;
    final Refusals refusals;
    final Feed.Loop feed;
    RequestScanner requestScanner;
    final RequestHead requestHead = new RequestHead();
    HeadFacts facts;
    ResponseScanner responseScanner;
    final ResponseHead responseHead = new ResponseHead();
    final SplittableRandom random;

    /** Deadlines that are not exact to the millisecond use this clock, moved by sweeps and by requests. */
    long nowNanos = System.nanoTime();

    private final Snapshots snapshots;
    private final EventLoop eventLoop;

    /** Those of the upstreams in force. */
    private final List<UpstreamPool> pools = new ArrayList<>();

    private @Nullable ClientConnection first;
    private int connections;
    private @Nullable Future<?> closeSweep;
    private long closeSweepNanos;
    private long pauseNanos = CLOSE_NANOS;
    private volatile boolean sweepAsked;
    private volatile boolean draining;

    public EdgeLoop(
            int number,
            EventLoop eventLoop,
            Snapshots snapshots,
            LoopCounters counters,
            Refusals refusals,
            Feed.Loop feed,
            SplittableRandom random) {
        this.number = number;
        this.eventLoop = eventLoop;
        this.snapshots = snapshots;
        Snapshot now = snapshots.current();
        this.limits = now.limits();
        this.httpLimits = now.httpLimits();
        this.counters = counters;
        this.refusals = refusals;
        this.feed = feed;
        this.requestScanner = new RequestScanner(httpLimits);
        this.responseScanner = new ResponseScanner(httpLimits);
        this.facts = new HeadFacts(requestHead, httpLimits.requestLine());
        this.random = random;
    }

    /**
     * The snapshot for the request whose head is read now, kept to its end: the one place where it is read. The bounds of this loop
     * become those of this snapshot.
     */
    @SuppressWarnings("ReferenceEquality") // equal bounds are the same object in one process
    Snapshot snapshot() {
        Snapshot now = snapshots.current();
        if (now.limits() != limits) {
            takeLimits(now);
        }
        return now;
    }

    /** Scanners keep nothing from one call to the next, so that they can be exchanged between two. */
    private void takeLimits(Snapshot now) {
        limits = now.limits();
        httpLimits = now.httpLimits();
        requestScanner = new RequestScanner(httpLimits);
        responseScanner = new ResponseScanner(httpLimits);
        facts = new HeadFacts(requestHead, httpLimits.requestLine());
    }

    /** From now on the pool is swept, and closed with the loop. From any thread, before a snapshot names the pool. */
    public void add(UpstreamPool pool) {
        eventLoop.execute(() -> pools.add(pool));
    }

    /** No new exchange finds this pool: idle connections are closed, lent ones end with their exchange. From any thread. */
    public void retire(UpstreamPool pool) {
        eventLoop.execute(() -> {
            pools.remove(pool);
            pool.close();
        });
    }

    /**
     * Has deadlines looked at. From any thread, again and again: a task that the event loop schedules for itself would cost it a
     * timer at each of its waits.
     */
    public void sweepSoon() {
        if (!sweepAsked) {
            sweepAsked = true;
            eventLoop.execute(() -> {
                sweepAsked = false;
                sweep();
            });
        }
    }

    /** From now on every answer ends its connection, and idle connections are closed. From any thread. */
    public void drain() {
        draining = true;
        eventLoop.execute(() -> {
            forEach(ClientConnection::closeIfIdle);
            if (connections == 0) {
                closePools();
            }
        });
    }

    /** Closes whatever is left, requests in flight too. From any thread. */
    public void abort() {
        eventLoop.execute(() -> {
            forEach(ClientConnection::abort);
            closePools();
        });
    }

    /**
     * Requests under way at the canary of a rollout go to the baseline, as far as they may be asked again. From any thread.
     */
    public void recall(int rollout) {
        eventLoop.execute(() -> forEach(c -> c.recall(rollout)));
    }

    /** A connection of which something goes wrong is closed; the others are not made to pay for it. */
    private void forEach(Consumer<ClientConnection> act) {
        for (ClientConnection c = first; c != null; ) {
            ClientConnection next = c.next;
            try {
                act.accept(c);
            } catch (RuntimeException | Error e) {
                c.broken(e);
            }
            c = next;
        }
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
        pools.forEach(UpstreamPool::close);
    }

    /** A connection whose deadline cannot be served is closed; the others are not made to wait for it. */
    private static void expire(ClientConnection c) {
        try {
            c.expired();
        } catch (RuntimeException | Error e) {
            c.broken(e);
        }
    }

    /** An exception would be the end of all sweeps */
    private void sweep() {
        try {
            sweepOnce();
        } catch (RuntimeException | Error e) {
            LOG.error("a sweep over the deadlines did not reach its end", e);
        }
    }

    /**
     * Of those that wait for a canary one at a time is told that it waited in vain, and none while the failures before it are not
     * judged, as long as no other is late by more than a sweep: each is a failure of a user, and the rollback that the last one
     * causes saves the others.
     */
    private void sweepOnce() {
        long now = System.nanoTime();
        nowNanos = now;
        long soonest = Long.MAX_VALUE;
        boolean canaryFailed = false;
        for (ClientConnection c = first; c != null; ) {
            ClientConnection next = c.next;
            long late = now - c.deadlineNanos;
            boolean canary = late >= 0 && c.awaitsCanary();
            if (canary && late < SWEEP_NANOS && (canaryFailed || c.unjudged())) {
                soonest = 0;
            } else if (late >= 0) {
                canaryFailed |= canary;
                expire(c);
            } else {
                c.probe(now);
                soonest = Math.min(soonest, c.presses(now));
            }
            c = next;
        }
        for (UpstreamPool pool : pools) {
            pool.sweep(now);
        }
        pauseNanos = Math.max(CLOSE_NANOS, PAUSES_PER_SWEEP * (System.nanoTime() - now));
        sweepIn(soonest);
    }

    /** Has deadlines looked at in so long, unless that happens anyway before the next regular sweep. */
    void sweepIn(long nanos) {
        long in = Math.max(nanos, pauseNanos);
        if (in >= SWEEP_NANOS) {
            return;
        }
        long at = System.nanoTime() + in;
        Future<?> planned = closeSweep;
        if (planned != null) {
            if (at - closeSweepNanos >= 0) {
                return;
            }
            planned.cancel(false);
        }
        closeSweepNanos = at;
        closeSweep = eventLoop.schedule(
                () -> {
                    closeSweep = null;
                    sweep();
                },
                in,
                TimeUnit.NANOSECONDS);
    }
}
