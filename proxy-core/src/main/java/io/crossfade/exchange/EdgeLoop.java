package io.crossfade.exchange;

import io.crossfade.assign.Reason;
import io.crossfade.config.Limits;
import io.crossfade.http.HttpLimits;
import io.crossfade.http.RequestHead;
import io.crossfade.http.RequestScanner;
import io.crossfade.observe.Feed;
import io.crossfade.observe.LoopCounters;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.snapshot.Snapshots;
import io.crossfade.upstream.UpstreamPool;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * The tools of one event loop: its clock, scanner, pools, counters and deadlines. Nothing here is shared, so nothing here is locked;
 * only the event loop may touch it unless a method says otherwise.
 */
public final class EdgeLoop {
    /** Number under which exchanges are counted that reached no variant. */
    public static final int UNROUTED_SERIES = 0;

    private final int number;
    private final Executor executor;
    private final Snapshots snapshots;
    private final LoopCounters counters;
    private final Refusals refusals;
    private final Feed.Loop feed;
    private final RequestHead requestHead = new RequestHead();
    private final SplittableRandom random;
    private final LoopClock clock;
    private final Deadlines deadlines;

    /** Those of the upstreams in force. */
    private final List<UpstreamPool> pools = new ArrayList<>();

    // those of the last snapshot that was read
    private Limits limits;
    private HttpLimits httpLimits;
    private RequestScanner requestScanner;
    private HeadFacts facts;

    private volatile boolean sweepAsked;
    private volatile boolean draining;

    /**
     * @param executor runs a task on the event loop, from any thread
     * @param clock as {@link System#nanoTime}
     * @param wakeup calls {@link Deadlines#woken} of {@link #deadlines}
     */
    public EdgeLoop(
            int number,
            Executor executor,
            LongSupplier clock,
            Deadlines.Wakeup wakeup,
            Snapshots snapshots,
            LoopCounters counters,
            Refusals refusals,
            Feed.Loop feed,
            SplittableRandom random) {
        this.number = number;
        this.executor = executor;
        this.snapshots = snapshots;
        Snapshot now = snapshots.current();
        this.limits = now.limits();
        this.httpLimits = now.httpLimits();
        this.counters = counters;
        this.refusals = refusals;
        this.feed = feed;
        this.requestScanner = new RequestScanner(httpLimits);
        this.facts = new HeadFacts(requestHead, httpLimits.requestLine());
        this.random = random;
        this.clock = new LoopClock(clock);
        this.deadlines = new Deadlines(this.clock, wakeup, this::sweepPools);
    }

    /**
     * The snapshot for the request whose head is read now, kept to its end: the one place where it is read. The bounds of this loop
     * become those of this snapshot.
     */
    @SuppressWarnings("ReferenceEquality") // equal bounds are the same object in one process
    public Snapshot snapshot() {
        Snapshot now = snapshots.current();
        if (now.limits() != limits) {
            takeLimits(now);
        }
        return now;
    }

    /** Takes over the bounds of the snapshot in force, so that a loop without requests has them too. */
    public void refresh() {
        takeLimits(snapshots.current());
    }

    /** Scanners keep nothing from one call to the next, so that they can be exchanged between two. */
    private void takeLimits(Snapshot now) {
        limits = now.limits();
        httpLimits = now.httpLimits();
        requestScanner = new RequestScanner(httpLimits);
        facts = new HeadFacts(requestHead, httpLimits.requestLine());
    }

    // ---- from any thread

    /** From now on the pool is swept, and closed with the loop. Before a snapshot names the pool. */
    public void add(UpstreamPool pool) {
        executor.execute(() -> pools.add(pool));
    }

    /** No new exchange finds this pool: idle connections are closed, lent ones end with their exchange. */
    public void retire(UpstreamPool pool) {
        executor.execute(() -> {
            pools.remove(pool);
            pool.close();
        });
    }

    /** Runs a task on the event loop, later. */
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /**
     * Has deadlines looked at. Again and again: a task that the event loop schedules for itself would cost it a timer at each of its
     * waits.
     */
    public void sweepSoon() {
        if (!sweepAsked) {
            sweepAsked = true;
            executor.execute(() -> {
                sweepAsked = false;
                deadlines.sweep();
            });
        }
    }

    /** Requests under way at the canary of a rollout go to the baseline, as far as they may be asked again. */
    public void recall(int rollout) {
        executor.execute(() -> deadlines.recall(rollout));
    }

    /** From now on every answer ends its connection. */
    public void drain() {
        draining = true;
    }

    /** Whether every answer ends its connection. */
    public boolean isDraining() {
        return draining;
    }

    // ---- the tools

    public LoopClock clock() {
        return clock;
    }

    public Deadlines deadlines() {
        return deadlines;
    }

    public Limits limits() {
        return limits;
    }

    public HttpLimits httpLimits() {
        return httpLimits;
    }

    public LoopCounters counters() {
        return counters;
    }

    public Refusals refusals() {
        return refusals;
    }

    public RequestScanner requestScanner() {
        return requestScanner;
    }

    /** What the last scan of a request found. */
    public RequestHead requestHead() {
        return requestHead;
    }

    /** Closes the idle connections to all upstreams. */
    public void closePools() {
        pools.forEach(UpstreamPool::close);
    }

    int number() {
        return number;
    }

    Feed.Loop feed() {
        return feed;
    }

    /** {@link #requestHead} as the routes see it. */
    HeadFacts facts() {
        return facts;
    }

    SplittableRandom random() {
        return random;
    }

    @SuppressWarnings("EnumOrdinal") // the counters are numbered in the order of the enum, in one process
    void assigned(int rollout, Reason reason) {
        counters.assigned(rollout, reason.ordinal());
    }

    private void sweepPools(long now) {
        for (UpstreamPool pool : pools) {
            pool.sweep(now);
        }
    }
}
