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

    /** So many slow requests of a canary wake the control thread and are counted at once: a look for each would cost too much. */
    int SLOW_CANARIES_PER_WAKE = 8;

    /** Receives what was observed, in the order of each event loop. */
    interface Sink {
        /**
         * One failing or slow response of a hash-assigned or placed unit.
         *
         * @param rollout number of the rollout
         * @param unit 64-bit hash of the unit key (the same that gives the bucket)
         * @param flags see the constants of {@link Observed}
         * @param slot in which it ended, as {@link #slot} numbers them
         * @param baselineOk successes of the baseline on this event loop since its previous observation of this rollout
         * @param canaryOk the same of the canary
         */
        void observed(int rollout, long unit, int flags, long slot, int baselineOk, int canaryOk);
    }

    /** Bits of an observation. */
    final class Observed {
        /** The response came from the canary (else from the baseline). */
        public static final int CANARY = 1;

        /** It failed (status 5xx, refused, reset, truncated, timed out); else it was only slow. */
        public static final int FAILED = 2;

        /** The unit was placed by hash, so that C and L may use it. */
        public static final int RANDOMISED = 4;

        /** Slow at the first threshold (p50 by default); the next bits are the next thresholds. */
        public static final int SLOW_0 = 8;

        private Observed() {}
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
     * Sets the slow thresholds tau, nanoseconds per quantile, ascending; a baseline response is slow when its latency is
     * above tau, a canary response when latency / margin is. Empty: nothing is slow (not enough baseline traffic yet).
     */
    void slowThresholds(int rollout, long[] tauNanos, double margin);

    /**
     * Parks until an event loop reports a failure or {@link #SLOW_CANARIES_PER_WAKE} slow requests of a canary,
     * {@link #wake} is called or the time is over, whichever is first.
     */
    void await(long maxNanos);

    /** Ends an {@link #await}, from any thread. */
    void wake();
}
