package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.List;

/**
 * What was seen between two looks of the control thread: all that the analysis needs and all that the journal keeps.
 *
 * <p>A batch is closed before a weight changes, so that one weight was in force for all of it.
 *
 * @param nowMillis the rollout's own timeline, milliseconds; never goes back (a smaller one is taken as the last one)
 * @param weight canary share in force, in buckets, 0..100,000
 * @param failures in the order of each event loop
 * @param baselineOk successes of the baseline after the last failure, all of the batch's when there was none
 * @param canaryOk the same of the canary
 * @param slowBaseline slow requests of hash-assigned units on the baseline, one count per quantile, from {@link SlowCounter}; empty: none
 * @param slowCanary the same of the canary
 */
public record Batch(
        long nowMillis,
        int weight,
        List<Failure> failures,
        long baselineOk,
        long canaryOk,
        int[] slowBaseline,
        int[] slowCanary) {

    static final int BUCKETS = 100_000;

    /** Slow requests are gathered for at least so long, by the clock alone, unless a weight changes: see detector L. */
    public static final long SLOT_MILLIS = 50;

    /**
     * One failed request.
     *
     * @param unit 64-bit hash of the unit key
     * @param randomised whether the unit was placed by hash; a placed one tells C nothing
     * @param baselineOkBefore successes of the baseline since the previous failure in this batch
     * @param canaryOkBefore the same of the canary
     */
    public record Failure(long unit, boolean canary, boolean randomised, int baselineOkBefore, int canaryOkBefore) {
        public Failure {
            if (baselineOkBefore < 0 || canaryOkBefore < 0) throw new IllegalArgumentException("successes below 0");
        }
    }

    public Batch {
        if (weight < 0 || weight > BUCKETS) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0.." + BUCKETS + ")");
        }
        if (baselineOk < 0 || canaryOk < 0) throw new IllegalArgumentException("successes below 0");
        failures = List.copyOf(failures);
        slowBaseline = counts(slowBaseline);
        slowCanary = counts(slowCanary);
    }

    /** A batch in which nothing failed and nothing was slow. */
    public static Batch ofSuccesses(long nowMillis, int weight, long baselineOk, long canaryOk) {
        return new Batch(nowMillis, weight, List.of(), baselineOk, canaryOk, new int[0], new int[0]);
    }

    private static int[] counts(int[] given) {
        for (int count : given) {
            if (count < 0) throw new IllegalArgumentException("slow requests: " + count + " (expected: 0 or more)");
        }
        return given.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Batch that
                && nowMillis == that.nowMillis
                && weight == that.weight
                && failures.equals(that.failures)
                && baselineOk == that.baselineOk
                && canaryOk == that.canaryOk
                && Arrays.equals(slowBaseline, that.slowBaseline)
                && Arrays.equals(slowCanary, that.slowCanary);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(nowMillis) * 31 + failures.hashCode();
    }
}
