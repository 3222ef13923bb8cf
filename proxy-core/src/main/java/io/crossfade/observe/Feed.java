package io.crossfade.observe;

import io.crossfade.admit.Brake;
import io.crossfade.assign.Buckets;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way of observations from the event loops to the control thread.
 *
 * <p>Each loop has its own ring and, per rollout, its own running totals of successes, which nobody else writes. An
 * observation carries the totals as they were; the control thread remembers how much of them it has taken and makes the
 * differences. So a success is told exactly once, with an observation or by {@link #successes}, and none is lost when the
 * ring is full.
 *
 * <p>What succeeded slowly counts as a success too, its own observation's included. Only units placed by hash are looked at for
 * slowness, once a minute each, and only their successes make up the baseline's latencies.
 */
public final class Feed implements RolloutFeed {
    /** Observations that a loop can hold for the control thread; half of them full wakes it. 24 bytes each. */
    public static final int RING_CAPACITY = 1 << 14;

    /** Rollouts and slots share an int; slots are told apart for 65,536 of them, some five minutes. */
    private static final int MAX_ROLLOUTS = 1 << 16;

    /** So many witnesses of a loop wake the control thread, which may wait for just them. */
    private static final int WITNESSES_PER_WAKE = 2;

    private final Loop[] loops;

    /** By the number of the rollout. Rollouts are added behind the others, so that a reader of an older array misses none it knows. */
    private volatile Shared[] rollouts = {};

    private final Bell bell = new Bell();

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
            rollout.brake.look();
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
        rollouts[rollout].brake.judged();
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
    public long[] trials(int rollout) {
        long[] taken = rollouts[rollout].trialsTaken;
        long[] fresh = {-taken[0], -taken[1]};
        for (Loop loop : loops) {
            fresh[0] += loop.tallies[rollout].trials(false);
            fresh[1] += loop.tallies[rollout].trials(true);
        }
        taken[0] += fresh[0];
        taken[1] += fresh[1];
        return fresh;
    }

    @Override
    public void callUnits(int rollout, UnitCounts counts) {
        Shared shared = rollouts[rollout];
        shared.unitsCalls++;
        shared.unitsCall = shared.unitsCalls;
        counts.forget();
    }

    @Override
    public void readUnits(int rollout, UnitCounts counts) {
        int call = rollouts[rollout].unitsCall;
        counts.forgetWell();
        for (Loop loop : loops) {
            loop.tallies[rollout].readUnits(call, counts);
        }
    }

    @Override
    public void callNewUnits(int rollout, boolean wanted) {
        Shared shared = rollouts[rollout];
        shared.newUnitsCalls++;
        shared.newUnitsCall = wanted ? shared.newUnitsCalls : 0;
    }

    @Override
    public void callWitnesses(int rollout) {
        Shared shared = rollouts[rollout];
        shared.call = new Call(shared.call.number() + 1, System.nanoTime());
    }

    @Override
    public long witnesses(int rollout) {
        int call = rollouts[rollout].call.number();
        long witnesses = 0;
        for (Loop loop : loops) {
            witnesses += loop.tallies[rollout].witnesses(call);
        }
        return witnesses;
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
    public void slowThresholds(int rollout, long[] tauNanos, long tau99Nanos, double margin) {
        Shared shared = rollouts[rollout];
        for (int gapClass = 0; gapClass < Gaps.CLASSES; gapClass++) {
            long answers = 0;
            for (Loop loop : loops) {
                answers += loop.tallies[rollout].gaps(gapClass);
            }
            shared.gaps.counted(gapClass, answers);
        }
        shared.thresholds = new Thresholds(tauNanos, tau99Nanos, margin, shared.gaps.p999());
    }

    @Override
    public void await(long maxNanos) {
        bell.await(maxNanos);
    }

    @Override
    public void wake() {
        bell.ring();
    }

    /** That of the rollout of this number. */
    public Brake brake(int rollout) {
        return rollouts[rollout].brake;
    }

    /** Which requests are witnesses: those that begin after it. */
    private record Call(int number, long nanos) {
        static final Call NONE = new Call(0, 0);
    }

    /** What all loops and the control thread share of one rollout. */
    private static final class Shared {
        private volatile Call call = Call.NONE;
        private volatile Thresholds thresholds = Thresholds.NOTHING_IS_SLOW;
        private final Brake brake = new Brake();

        /** The number of the last {@link RolloutFeed#callUnits}; loops that have counted for none have 0. */
        private volatile int unitsCall = 1;

        /** The control thread's. */
        private int unitsCalls = 1;

        /** The number of the last {@link RolloutFeed#callNewUnits}; 0 while nobody wants to hear of them. */
        private volatile int newUnitsCall;

        /** The control thread's. */
        private int newUnitsCalls;

        /** The control thread's. */
        private final long[] latenciesTaken = new long[LatencyBuckets.COUNT];

        /** The control thread's. */
        private final Gaps gaps = new Gaps();

        /** The control thread's. */
        private final long[] trialsTaken = new long[2];
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
         * Whether a request of a hash-assigned unit is its trial: the first in its minute on this loop. Asked once, when the request
         * begins and nothing is known of it.
         *
         * @param unit hash of the unit key
         */
        public boolean trial(int rollout, long unit, long nowNanos) {
            return tallies[rollout].trial(unit, nowNanos);
        }

        /**
         * A unit was assigned by its hash; whatever happens to its request afterwards does not matter. Told once of each unit, between the
         * control thread's calls; while half of the ring is full it is told with a later request, because failures need the room.
         *
         * @param weight canary share in force, in buckets; when one of the variants has nobody there is nothing to tell
         * @param unit hash of the unit key
         */
        public void assigned(int rollout, boolean canary, int weight, long unit, long nowNanos) {
            int call = feed.rollouts[rollout].newUnitsCall;
            if (call == 0 || weight == 0 || weight == Buckets.COUNT || ring.isHalfFull()) {
                return;
            }
            Tally tally = tallies[rollout];
            if (tally.comesNew(call, unit)) {
                offer(rollout, Observed.who(canary, true, weight) | Observed.NEW_UNIT, unit, nowNanos, tally);
                if (ring.filledHalf()) {
                    feed.bell.ringAfterWrite();
                }
            }
        }

        /**
         * The variant has answered well.
         *
         * @param who see {@link Observed#who}
         * @param trial whether it is a trial of which nothing was told yet
         * @param nowNanos {@link System#nanoTime} of the end
         */
        public void succeeded(int rollout, int who, boolean trial, long unit, long latencyNanos, long nowNanos) {
            Tally tally = tallies[rollout];
            Shared shared = feed.rollouts[rollout];
            boolean canary = (who & Observed.CANARY) != 0;
            tally.addOk(canary);
            if (canary) {
                shared.brake.succeeded();
            }
            if ((who & Observed.RANDOMISED) == 0) {
                return;
            }
            tally.ended(shared.unitsCall, who, false, unit);
            if (!canary) {
                tally.addLatency(LatencyBuckets.of(latencyNanos));
            }
            if (trial) {
                tally.addTrial(canary);
                int slow = shared.thresholds.slow(canary, latencyNanos);
                if (slow != 0) {
                    tell(rollout, who | slow, unit, nowNanos, tally);
                }
            }
        }

        /**
         * A request that the baseline answered has ended well.
         *
         * @param startNanos {@link System#nanoTime} of its beginning
         */
        public void witness(int rollout, long startNanos) {
            Call call = feed.rollouts[rollout].call;
            if (call.number() > 0 && startNanos - call.nanos() > 0) {
                if (tallies[rollout].addWitness(call.number()) <= WITNESSES_PER_WAKE) {
                    feed.bell.ringAfterWrite();
                }
            }
        }

        /** The variant has failed: {@link io.crossfade.outcome.Outcome#failure}. */
        public void failed(int rollout, int who, long unit, long nowNanos) {
            if ((who & Observed.RANDOMISED) != 0) {
                tallies[rollout].ended(feed.rollouts[rollout].unitsCall, who, true, unit);
            }
            offer(rollout, who | Observed.FAILED, unit, nowNanos, tallies[rollout]);
            if ((who & Observed.CANARY) != 0) {
                feed.rollouts[rollout].brake.failed();
            }
            feed.bell.ringAfterWrite();
        }

        /** The client of a hash-assigned unit went away before the answer began: its latency is more than that, nobody knows how much. */
        public void gaveUp(int rollout, int who, boolean trial, long unit, long elapsedNanos, long nowNanos) {
            Thresholds thresholds = feed.rollouts[rollout].thresholds;
            boolean canary = (who & Observed.CANARY) != 0;
            int slow = trial ? thresholds.slow(canary, elapsedNanos) : 0;
            int seen = slow | (thresholds.late(canary, elapsedNanos) ? Observed.GRAVE : 0);
            if (seen != 0) {
                Tally tally = tallies[rollout];
                if (slow != 0) {
                    tally.addTrial(canary);
                }
                tell(rollout, who | Observed.ABORTED | seen, unit, nowNanos, tally);
            }
        }

        /**
         * Whether a request that has been under way for so long is overdue.
         *
         * @param allowedNanos the same, a part of it left out for a canary that may be slower for now
         */
        public boolean isOverdue(int rollout, boolean canary, long elapsedNanos, long allowedNanos) {
            return feed.rollouts[rollout].thresholds.overdue(canary, elapsedNanos, allowedNanos);
        }

        /** The same of a body of which nothing has come for so long. */
        public boolean isStalled(int rollout, boolean canary, long silentNanos, long allowedNanos) {
            return feed.rollouts[rollout].thresholds.stalled(canary, silentNanos, allowedNanos);
        }

        /** An answer of the baseline has come in pieces, and between two of them nothing for so long. */
        public void gap(int rollout, long longestNanos) {
            tallies[rollout].addGap(Gaps.of(longestNanos));
        }

        /** A trial has stalled: it is slow by all thresholds, whenever its head came; nothing more is told of its latency. */
        public void stalled(int rollout, int who, long unit, long nowNanos) {
            overdue(rollout, who, unit, Long.MAX_VALUE, nowNanos);
        }

        /** A trial is overdue; nothing more is told of its latency. */
        public void overdue(int rollout, int who, long unit, long elapsedNanos, long nowNanos) {
            boolean canary = (who & Observed.CANARY) != 0;
            int slow = feed.rollouts[rollout].thresholds.slow(canary, elapsedNanos);
            Tally tally = tallies[rollout];
            tally.addTrial(canary);
            tell(rollout, who | Observed.OVERDUE | slow, unit, nowNanos, tally);
        }

        /**
         * The variant has answered a hash-assigned unit in a way that is looked at; told once in the unit's minute.
         *
         * @param answerClass {@link io.crossfade.outcome.AnswerClass#number}
         * @param turnsAway whether such a status turns users away
         */
        public void answered(int rollout, int who, int answerClass, boolean turnsAway, long unit, long nowNanos) {
            Tally tally = tallies[rollout];
            if (tally.firstAnswer(Long.rotateLeft(unit, answerClass), nowNanos)) {
                int seen = Observed.answer(answerClass) | (turnsAway ? Observed.GRAVE : 0);
                tell(rollout, who | seen, unit, nowNanos, tally);
            }
        }

        /** What is no failure: the control thread hears of it at its next look, or now when there is much. */
        private void tell(int rollout, int flags, long unit, long nowNanos, Tally tally) {
            offer(rollout, flags, unit, nowNanos, tally);
            boolean canary = (flags & Observed.CANARY) != 0;
            if (ring.filledHalf() || (canary && ++slowCanaries % SLOW_CANARIES_PER_WAKE == 0)) {
                feed.bell.ringAfterWrite();
            }
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
}
