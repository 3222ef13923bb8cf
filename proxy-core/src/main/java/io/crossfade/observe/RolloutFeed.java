package io.crossfade.observe;

/**
 * What the control thread sees of the data plane. All methods are called by the control thread alone; the event loops
 * write behind it without locks.
 *
 * <p>Rollouts are numbered in the order of the configuration.
 */
public interface RolloutFeed {
    /** Slow requests that end within so long are one slot of the clock: long enough for what a stall lets go of at once. */
    long SLOT_NANOS = 5_000_000;

    /**
     * So many observations of a canary that are no failures wake the control thread and are counted at once: a look for each would
     * cost too much.
     */
    int SLOW_CANARIES_PER_WAKE = 8;

    /** Receives what was observed, in the order of each event loop. */
    interface Sink {
        /**
         * One request of a hash-assigned or placed unit that failed, was slow, or is worth a word for another reason.
         *
         * @param rollout number of the rollout
         * @param unit 64-bit hash of the unit key (the same that gives the bucket)
         * @param flags see {@link Observed}
         * @param slot in which it ended, as {@link #slot} numbers them
         * @param baselineOk successes of the baseline on this event loop since its previous observation of this rollout
         * @param canaryOk the same of the canary
         */
        void observed(int rollout, long unit, int flags, long slot, int baselineOk, int canaryOk);
    }

    /**
     * Bits of an observation, and above them the canary's weight when the unit was assigned. It tells of one thing: a failure, an
     * answer of a class, a new unit, a client that gave up, a request that is overdue, or else one that was slow.
     */
    final class Observed {
        /** The request was for the canary (else for the baseline). */
        public static final int CANARY = 1;

        /** It failed (status 5xx, refused, reset, truncated, timed out). */
        public static final int FAILED = 2;

        /** The unit was placed by hash, so that C and L may use it. */
        public static final int RANDOMISED = 4;

        /** Slow at the first threshold (p50 by default); the next seven bits are the next thresholds. */
        public static final int SLOW_0 = 8;

        /** It is still under way, and slow already. */
        public static final int OVERDUE = 1 << 11;

        /** The client went away before the answer began; slow at those thresholds that it had passed. */
        public static final int ABORTED = 1 << 12;

        /** It was answered, and the answer is of a class that {@link #answerClass} tells; there are no thresholds then. */
        public static final int ANSWERED = 1 << 13;

        /** With {@link #ABORTED}: beyond the p99 of the baseline. With {@link #ANSWERED}: the status turns users away. */
        public static final int GRAVE = 1 << 14;

        /** It is the first request of a unit, and nothing is known of it but its assignment. Whoever has given up is not overdue any more. */
        public static final int NEW_UNIT = OVERDUE | ABORTED;

        private static final int SLOW_SHIFT = 3;
        private static final int SLOW_BITS = 0xFF;
        private static final int WEIGHT_SHIFT = 15;

        private Observed() {}

        /**
         * What holds of a request from its assignment on.
         *
         * @param weight canary share in force at the assignment, in buckets, 0..100,000
         */
        public static int who(boolean canary, boolean randomised, int weight) {
            return (canary ? CANARY : 0) | (randomised ? RANDOMISED : 0) | weight << WEIGHT_SHIFT;
        }

        /** The canary's share when the unit was assigned, in buckets. */
        public static int weight(int flags) {
            return flags >>> WEIGHT_SHIFT;
        }

        /** Bit i is set when it was slow at threshold i. */
        public static int slow(int flags) {
            return flags >>> SLOW_SHIFT & SLOW_BITS;
        }

        static int answer(int answerClass) {
            return ANSWERED | answerClass << SLOW_SHIFT;
        }

        /** The number of the answer's class, as {@link io.crossfade.outcome.AnswerClass#number}. */
        public static int answerClass(int flags) {
            return flags >>> SLOW_SHIFT & SLOW_BITS;
        }
    }

    /** Number of the slot of {@link #SLOT_NANOS} that is open now. */
    long slot();

    /** Takes everything observed since the last call; returns how many observations there were. */
    int drain(Sink sink);

    /**
     * All that the last {@link #drain} brought of this rollout has been judged, and what follows is in force. Until then users of a
     * canary that fails go to the baseline, see {@link io.crossfade.admit.Brake}.
     */
    void judged(int rollout);

    /** Successes since the last call that no observation has carried yet, as {baseline, canary}; they count as carried now. */
    long[] successes(int rollout);

    /**
     * Trials since the last call, as {baseline, canary}: the first request of a unit in its minute, if it ended well or is known to be
     * slow. Slowness is told of trials alone.
     */
    long[] trials(int rollout);

    /** From now on units are counted anew; {@code counts} forgets what it had. */
    void callUnits(int rollout, UnitCounts counts);

    /**
     * Brings the counts of units up to date.
     *
     * @param counts what was read since the last {@link #callUnits}
     */
    void readUnits(int rollout, UnitCounts counts);

    /**
     * From now on all units are new, and each loop tells of a unit once.
     *
     * @param wanted whether it tells of them at all
     */
    void callNewUnits(int rollout, boolean wanted);

    /** From now on requests of the baseline that begin are witnesses when they end well; those of before are not any more. */
    void callWitnesses(int rollout);

    /** Requests of the baseline that began after the last {@link #callWitnesses} and have ended well. */
    long witnesses(int rollout);

    /** Observations that found the queue full since the start; evidence is incomplete by so many. */
    long dropped();

    /**
     * The baseline's latencies since the last call of this method, as counts per bucket; bucket i ends at
     * {@link #bucketUpperNanos}(i). Index 0 is the fastest.
     */
    long[] baselineLatencies(int rollout);

    /** Upper end of a latency bucket in nanoseconds. */
    long bucketUpperNanos(int bucket);

    /**
     * Sets the slow thresholds tau, nanoseconds per quantile, ascending, at most 8; a baseline response is slow when its latency is
     * above tau, a canary response when latency / margin is. Empty: nothing is slow (not enough baseline traffic yet).
     *
     * @param tau99Nanos the baseline's p99: a canary's request is overdue beyond margin times that, but not before a second has
     *     passed, one of the baseline beyond a margin-th of both; a body stalls likewise, by the p99.9 of the silences in the
     *     baseline's bodies, which is known from 1,000 answers that came in pieces
     */
    void slowThresholds(int rollout, long[] tauNanos, long tau99Nanos, double margin);

    /**
     * Parks until an event loop reports a failure or {@link #SLOW_CANARIES_PER_WAKE} other observations of a canary,
     * {@link #wake} is called or the time is over, whichever is first.
     */
    void await(long maxNanos);

    /** Ends an {@link #await}, from any thread. */
    void wake();
}
