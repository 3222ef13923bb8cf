package io.crossfade.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The way of observations from the event loops to the control thread.
 *
 * <p>Each loop has its own ring and, per rollout, its own running totals of successes, which nobody else writes. An
 * observation carries the totals as they were; the control thread remembers how much of them it has taken and makes the
 * differences. So a success is told exactly once, with an observation or by {@link #successes}, and none is lost when the
 * ring is full.
 *
 * <p>What succeeded slowly counts as a success too, its own observation's included. Only successes of units placed by
 * hash are looked at for slowness, and only they make up the baseline's latencies.
 */
public final class Feed implements RolloutFeed {
    /** Observations that a loop can hold for the control thread; half of them full wakes it. 24 bytes each. */
    public static final int RING_CAPACITY = 1 << 14;

    /** As many as the flags have bits for. */
    static final int MAX_THRESHOLDS = 16;

    /** Rollouts and slots share an int; slots are told apart for 65,536 of them, some five minutes. */
    private static final int MAX_ROLLOUTS = 1 << 16;

    /** Failures of a canary in a row, without a success of it on any loop, that may wait for their judgement. */
    static final int MOST_UNJUDGED = 2;

    /** After so many in a row, judged or not, each is waited for. */
    static final int LONG_ROW = 4;

    /** Keeps the counters of two rollouts out of one cache line. */
    private static final int APART = 16;

    /** Failures of the canary that are not judged, and right behind them its failures in a row. */
    private static final int WAITING = APART;

    private static final int IN_A_ROW = WAITING + 1;

    private static final Thresholds NOTHING_IS_SLOW = new Thresholds(new long[0], 1);

    private final Loop[] loops;

    /** By the number of the rollout. Rollouts are added behind the others, so that a reader of an older array misses none it knows. */
    private volatile Shared[] rollouts = {};

    private volatile boolean signalled;
    private volatile @Nullable Thread parked;

    public Feed(int loops, int rollouts) {
        this(loops, rollouts, RING_CAPACITY);
    }

    /** @param ringCapacity observations that a loop can hold for the control thread, a power of two; 24 bytes each */
    public Feed(int loops, int rollouts, int ringCapacity) {
        this.loops = new Loop[loops];
        for (int i = 0; i < loops; i++) {
            this.loops[i] = new Loop(this, ringCapacity);
        }
        grow(rollouts);
    }

    /**
     * Makes room for the rollouts of the numbers below this one. Any thread, before a snapshot or the control thread uses such a
     * number; what was counted goes on.
     *
     * @throws IllegalArgumentException when there are more than an observation can tell apart
     */
    public synchronized void grow(int count) {
        if (count > MAX_ROLLOUTS) {
            throw new IllegalArgumentException("rollouts: " + count + " (expected: at most " + MAX_ROLLOUTS + ")");
        }
        int before = rollouts.length;
        if (count <= before) {
            return;
        }
        for (Loop loop : loops) {
            Tally[] tallies = Arrays.copyOf(loop.tallies, count);
            Arrays.setAll(tallies, i -> i < before ? tallies[i] : new Tally());
            loop.tallies = tallies;
        }
        Shared[] all = Arrays.copyOf(rollouts, count);
        Arrays.setAll(all, i -> i < before ? all[i] : new Shared());
        rollouts = all;
    }

    /** The side of one event loop, which alone may call it. */
    public Loop loop(int i) {
        return loops[i];
    }

    @Override
    public long slot() {
        return slot(System.nanoTime());
    }

    private static long slot(long nanos) {
        return Math.floorDiv(nanos, SLOT_NANOS);
    }

    @Override
    public int drain(Sink sink) {
        for (Shared rollout : rollouts) {
            rollout.underJudgement = rollout.unjudged.get(WAITING);
        }
        int drained = 0;
        long open = slot();
        for (Loop loop : loops) {
            drained += loop.drain(sink, open);
        }
        return drained;
    }

    @Override
    public void judged(int rollout) {
        Shared judged = rollouts[rollout];
        int done = judged.underJudgement;
        if (done > 0) {
            judged.underJudgement = 0;
            judged.unjudged.getAndUpdate(WAITING, count -> Math.max(0, count - done));
        }
    }

    @Override
    public long[] successes(int rollout) {
        long baseline = 0;
        long canary = 0;
        for (Loop loop : loops) {
            Tally tally = loop.tallies[rollout];
            baseline += tally.takeBaseline((int) tally.ok(false));
            canary += tally.takeCanary((int) tally.ok(true));
        }
        return new long[] {baseline, canary};
    }

    @Override
    public long dropped() {
        long dropped = 0;
        for (Loop loop : loops) {
            dropped += loop.dropped();
        }
        return dropped;
    }

    @Override
    public long[] baselineLatencies(int rollout) {
        long[] taken = rollouts[rollout].latenciesTaken;
        long[] fresh = new long[LatencyBuckets.COUNT];
        for (int bucket = 0; bucket < fresh.length; bucket++) {
            long total = 0;
            for (Loop loop : loops) {
                total += loop.tallies[rollout].latencies(bucket);
            }
            fresh[bucket] = total - taken[bucket];
            taken[bucket] = total;
        }
        return fresh;
    }

    @Override
    public long bucketUpperNanos(int bucket) {
        return LatencyBuckets.upperNanos(bucket);
    }

    @Override
    public void slowThresholds(int rollout, long[] tauNanos, double margin) {
        rollouts[rollout].thresholds = new Thresholds(tauNanos, margin);
    }

    @Override
    public void await(long maxNanos) {
        long deadline = System.nanoTime() + maxNanos;
        parked = Thread.currentThread();
        long left = maxNanos;
        while (!signalled && left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = deadline - System.nanoTime();
        }
        parked = null;
        signalled = false;
        VarHandle.fullFence(); // before the drain that follows, which so sees all that was signalled
    }

    @Override
    public void wake() {
        if (!signalled) {
            signalled = true;
            LockSupport.unpark(parked);
        }
    }

    /** What all loops and the control thread share of one rollout. */
    private static final class Shared {
        private volatile Thresholds thresholds = NOTHING_IS_SLOW;
        private final AtomicIntegerArray unjudged = new AtomicIntegerArray(IN_A_ROW + APART);

        // the control thread's
        private final long[] latenciesTaken = new long[LatencyBuckets.COUNT];
        private int underJudgement;
    }

    /** One event loop's side. */
    public static final class Loop {
        private final Feed feed;
        private volatile ObservationRing ring;

        /** Those before the last change of capacity, until the control thread has emptied them; nobody writes to them any more. */
        private final Queue<ObservationRing> older = new ConcurrentLinkedQueue<>();

        /** Of rings that are gone. */
        private final AtomicLong droppedBefore = new AtomicLong();

        private volatile Tally[] tallies = {};
        private int slowCanaries;

        private Loop(Feed feed, int ringCapacity) {
            this.feed = feed;
            this.ring = new ObservationRing(ringCapacity);
        }

        /**
         * Called at the end of each exchange of a rollout that says something about its variant: not after a client abort,
         * a 429 or a refusal of ours.
         *
         * @param canary which variant was called
         * @param randomised whether the hash alone chose it
         * @param failed {@link io.crossfade.outcome.Outcome#failure}
         * @param unit hash of the unit key
         * @param nowNanos {@link System#nanoTime} of the end
         */
        public void record(
                int rollout,
                boolean canary,
                boolean randomised,
                boolean failed,
                long unit,
                long latencyNanos,
                long nowNanos) {
            Tally tally = tallies[rollout];
            Shared shared = feed.rollouts[rollout];
            int flags = (canary ? Observed.CANARY : 0) | (randomised ? Observed.RANDOMISED : 0);
            if (failed) {
                offer(rollout, flags | Observed.FAILED, unit, nowNanos, tally);
                if (canary) {
                    shared.unjudged.getAndIncrement(IN_A_ROW);
                    shared.unjudged.getAndIncrement(WAITING);
                }
                VarHandle.fullFence(); // the entry before the flag that wake() reads; pairs with await() and drain()
                feed.wake();
                return;
            }
            tally.addOk(canary);
            if (canary && shared.unjudged.get(IN_A_ROW) != 0) {
                shared.unjudged.set(IN_A_ROW, 0);
                shared.unjudged.set(WAITING, 0);
            }
            if (!randomised) {
                return;
            }
            if (!canary) {
                tally.addLatency(LatencyBuckets.of(latencyNanos));
            }
            int slow = shared.thresholds.slow(canary, latencyNanos);
            if (slow != 0) {
                offer(rollout, flags | slow, unit, nowNanos, tally);
                if (ring.filledHalf() || (canary && ++slowCanaries % SLOW_CANARIES_PER_WAKE == 0)) {
                    VarHandle.fullFence(); // as for a failure
                    feed.wake();
                }
            }
        }

        /**
         * Whether the canary of a rollout has just failed twice in a row, or once more after {@link #LONG_ROW} in a row, and the
         * control thread has not judged that yet, because it waits for a core or for the disk. As long as that lasts the canary
         * should get no more users.
         */
        public boolean unjudged(int rollout) {
            AtomicIntegerArray unjudged = feed.rollouts[rollout].unjudged;
            int waiting = unjudged.get(WAITING);
            return waiting >= MOST_UNJUDGED || (waiting > 0 && unjudged.get(IN_A_ROW) > LONG_ROW);
        }

        private void offer(int rollout, int flags, long unit, long nowNanos, Tally tally) {
            int slotAndRollout = (int) slot(nowNanos) << Short.SIZE | rollout;
            ring.offer(unit, pair(slotAndRollout, flags), pair((int) tally.ok(false), (int) tally.ok(true)));
        }

        /**
         * From now on the loop holds so many observations; what it holds is not lost. This loop's own thread.
         *
         * @param observations a power of two
         */
        public void capacity(int observations) {
            ObservationRing now = ring;
            if (now.capacity() != observations) {
                older.add(now);
                ring = new ObservationRing(observations);
            }
        }

        private long dropped() {
            return droppedBefore.get() + ring.dropped();
        }

        private int drain(Sink sink, long open) {
            int drained = 0;
            for (ObservationRing gone = older.poll(); gone != null; gone = older.poll()) {
                drained += drain(gone, sink, open);
                droppedBefore.addAndGet(gone.dropped());
            }
            return drained + drain(ring, sink, open);
        }

        private int drain(ObservationRing from, Sink sink, long open) {
            return from.drain((unit, placeAndFlags, totals) -> {
                int slotAndRollout = upper(placeAndFlags);
                int rollout = slotAndRollout & MAX_ROLLOUTS - 1;
                short age = (short) (open - (slotAndRollout >>> Short.SIZE));
                Tally tally = tallies[rollout];
                int baselineOk = tally.takeBaseline(upper(totals));
                int canaryOk = tally.takeCanary((int) totals);
                sink.observed(rollout, unit, (int) placeAndFlags, open - age, baselineOk, canaryOk);
            });
        }

        private static long pair(int upper, int lower) {
            return (long) upper << 32 | (lower & 0xFFFF_FFFFL);
        }

        private static int upper(long pair) {
            return (int) (pair >>> 32);
        }
    }

    /**
     * One loop's totals of one rollout: written by the loop, and beside them what the control thread has taken. Totals are
     * compared as ints, so that they may wrap: between two looks less than 2^31 requests pass.
     */
    private static final class Tally {
        private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

        /** Keeps the cells of two loops, and of writer and reader, out of one cache line. */
        private static final int PADDING = 16;

        private static final int BASELINE_OK = PADDING;
        private static final int CANARY_OK = PADDING + 1;
        private static final int LATENCIES = PADDING + 2;

        private final long[] cells = new long[LATENCIES + LatencyBuckets.COUNT + PADDING];
        private int baselineTaken;
        private int canaryTaken;

        void addOk(boolean canary) {
            add(canary ? CANARY_OK : BASELINE_OK);
        }

        void addLatency(int bucket) {
            add(LATENCIES + bucket);
        }

        long ok(boolean canary) {
            return (long) CELL.getOpaque(cells, canary ? CANARY_OK : BASELINE_OK);
        }

        long latencies(int bucket) {
            return (long) CELL.getOpaque(cells, LATENCIES + bucket);
        }

        int takeBaseline(int total) {
            int fresh = Math.max(0, total - baselineTaken); // negative: already taken ahead of an older observation
            baselineTaken += fresh;
            return fresh;
        }

        int takeCanary(int total) {
            int fresh = Math.max(0, total - canaryTaken);
            canaryTaken += fresh;
            return fresh;
        }

        private void add(int cell) {
            CELL.setOpaque(cells, cell, cells[cell] + 1);
        }
    }

    /** When a latency is slow, per variant, ascending in nanoseconds. */
    private static final class Thresholds {
        private final long[] baseline;
        private final long[] canary;

        Thresholds(long[] tauNanos, double margin) {
            if (tauNanos.length > MAX_THRESHOLDS) {
                throw new IllegalArgumentException(
                        "thresholds: " + tauNanos.length + " (expected: at most " + MAX_THRESHOLDS + ")");
            }
            baseline = tauNanos.clone();
            canary = new long[tauNanos.length];
            for (int i = 0; i < canary.length; i++) {
                canary[i] = (long) Math.floor(tauNanos[i] * margin); // latency/margin > tau, for whole nanoseconds
            }
        }

        int slow(boolean isCanary, long nanos) {
            long[] above = isCanary ? canary : baseline;
            int bits = 0;
            for (int i = 0; i < above.length && nanos > above[i]; i++) {
                bits |= Observed.SLOW_0 << i;
            }
            return bits;
        }
    }
}
