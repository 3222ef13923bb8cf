package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * All settings of one rollout's analysis; ratios are 0..1.
 *
 * @param errors whether failures are judged (C and S)
 * @param errorMargin relative risk still allowed to the canary, 1..100 (1.5)
 * @param errorLimit failure ratio still allowed to the canary whatever the baseline does, above 0 and at most 0.5 (0.01)
 * @param baselineLimit failure ratio of the baseline above which it is in trouble itself, above 0 and at most 1 (0.05)
 * @param latency whether slowness is judged (L)
 * @param quantiles quantiles of the baseline's latency that make a request slow, ascending, 1 to 8 of them, each in (0, 1)
 * @param latencyMargin how many times slower than the baseline the canary may be, 1..100 (2)
 * @param clientErrors whether unusual answers are judged (E)
 * @param falseAlarmBudget allowed chance of a false alarm, in (0, 1) (0.001), per so many canary requests:
 * @param perCanaryRequests at least 1 (10,000,000)
 * @param advanceEvidence confidence needed to advance, 0.5 to below 1 (0.99)
 * @param users what is judged by distinct units (nothing)
 */
public record AnalysisSettings(
        boolean errors,
        double errorMargin,
        double errorLimit,
        double baselineLimit,
        boolean latency,
        double[] quantiles,
        double latencyMargin,
        boolean clientErrors,
        double falseAlarmBudget,
        long perCanaryRequests,
        double advanceEvidence,
        Users users) {

    /**
     * What is judged by distinct units; ratios are 0..1.
     *
     * @param success whether it is how many of them see a failure (U)
     * @param successMin share of the canary's that must see none, above 0 and below 1
     * @param throughput whether it is how many requests of theirs end well (T)
     * @param throughputMin how many of a unit's must, as a share of the baseline's, above 0 and at most 1
     */
    public record Users(boolean success, double successMin, boolean throughput, double throughputMin) {
        public static final Users OFF = new Users(false, 0.95, false, 0.9);

        public Users {
            between("successMin", successMin, 1e-9, 1 - 1e-9);
            between("throughputMin", throughputMin, 1e-9, 1);
        }
    }

    static final int MAX_QUANTILES = 8;

    /** Evidence started per canary request by S. */
    static final double DELTA_PER_REQUEST = 0.01;

    /** Evidence started per failing unit by C, and per unit by A and E. */
    static final double DELTA_PER_UNIT = 0.1;

    /** A budget so generous that this is undercut would make noise trip. */
    private static final double LEAST_THRESHOLD = 1_000;

    public AnalysisSettings {
        between("errorMargin", errorMargin, 1, 100);
        between("errorLimit", errorLimit, 1e-9, 0.5);
        between("baselineLimit", baselineLimit, 1e-9, 1);
        between("latencyMargin", latencyMargin, 1, 100);
        between("falseAlarmBudget", falseAlarmBudget, 1e-15, 1);
        between("perCanaryRequests", (double) perCanaryRequests, 1, 1e18);
        between("advanceEvidence", advanceEvidence, 0.5, 1 - 1e-12);
        between("number of quantiles", quantiles.length, 1, MAX_QUANTILES);
        quantiles = quantiles.clone();
        double below = 0;
        for (double quantile : quantiles) {
            between("quantile", quantile, Math.nextUp(below), Math.nextDown(1.0));
            below = quantile;
        }
    }

    /** Without the judgement of unusual answers and of distinct units, and with the default of what the baseline's own trouble is. */
    public AnalysisSettings(
            boolean errors,
            double errorMargin,
            double errorLimit,
            boolean latency,
            double[] quantiles,
            double latencyMargin,
            double falseAlarmBudget,
            long perCanaryRequests,
            double advanceEvidence) {
        this(
                errors,
                errorMargin,
                errorLimit,
                0.05,
                latency,
                quantiles,
                latencyMargin,
                false,
                falseAlarmBudget,
                perCanaryRequests,
                advanceEvidence,
                Users.OFF);
    }

    /** The same with other judgement of distinct units. */
    public AnalysisSettings with(Users other) {
        return new AnalysisSettings(
                errors,
                errorMargin,
                errorLimit,
                baselineLimit,
                latency,
                quantiles,
                latencyMargin,
                clientErrors,
                falseAlarmBudget,
                perCanaryRequests,
                advanceEvidence,
                other);
    }

    /** The defaults of the configuration. */
    public static AnalysisSettings defaults() {
        double[] quantiles = {0.5, 0.9, 0.99, 0.999};
        return new AnalysisSettings(
                true, 1.5, 0.01, 0.05, true, quantiles, 2.0, true, 0.001, 10_000_000, 0.99, Users.OFF);
    }

    @Override
    public double[] quantiles() {
        return quantiles.clone();
    }

    /**
     * The threshold A at which each detector trips. One starts evidence of at most {@link #DELTA_PER_REQUEST} per canary request, so its chance of
     * a false alarm within n of them is at most {@code delta * n / A}; with d detectors {@code A = d * delta * n / budget} keeps one budget
     * for the rollout: 5e8 by default. S starts delta per request. C, A and E start ten times delta per unit, of which there are fewer than a tenth of
     * the canary's requests unless it fails that often; L starts {@code delta * pi} per slow request of either variant.
     */
    double threshold() {
        int detectors = (errors ? 2 : 0) + (latency ? 2 : 0) + (clientErrors ? 1 : 0);
        return Math.max(
                LEAST_THRESHOLD, Math.max(1, detectors) * DELTA_PER_REQUEST * perCanaryRequests / falseAlarmBudget);
    }

    /** Tells memories of other settings apart. */
    long fingerprint() {
        long hash = 17;
        for (double number : quantiles) hash = 31 * hash + Double.doubleToLongBits(number);
        for (double number : new double[] {
            errorMargin,
            errorLimit,
            baselineLimit,
            latencyMargin,
            falseAlarmBudget,
            advanceEvidence,
            users.successMin(),
            users.throughputMin()
        }) {
            hash = 31 * hash + Double.doubleToLongBits(number);
        }
        return 31 * (31 * hash + perCanaryRequests)
                + (users.throughput() ? 16 : 0)
                + (users.success() ? 8 : 0)
                + (clientErrors ? 4 : 0)
                + (errors ? 2 : 0)
                + (latency ? 1 : 0);
    }

    private static void between(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AnalysisSettings that
                && fingerprint() == that.fingerprint()
                && Arrays.equals(quantiles, that.quantiles);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(fingerprint());
    }
}
