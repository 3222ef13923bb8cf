package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * The reverse test: evidence that the canary fails less often than p_s.
 *
 * <p>Null hypothesis: P(fail) is at least p_s per request. Alternatives are {1/1.5, 1/2, 1/4, ... 1/64} of p_s; E_j is the product
 * of {@code q_j / p_s} per failure and {@code (1 - q_j) / (1 - p_s)} per success since the step began. Under the null hypothesis each E_j
 * has a mean of at most 1 at any time, so by Ville's inequality (1939) the mean of all E_j reaches {@code 1 / (1 - evidence)} with a
 * chance of at most {@code 1 - evidence}. With the defaults about 480 requests without a failure do. Without traffic it stays at 1.
 *
 * <p>Owner: the control thread.
 */
final class WithinLimit {
    private static final double[] FRACTIONS = {1 / 1.5, 1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 16.0, 1 / 32.0, 1 / 64.0};

    /** How far beyond the threshold the logarithm of evidence goes where it is bounded, and how far down. */
    private static final double SLACK = 8;

    private static final double LEAST = -30;

    /** Where every E_j is below e to that, the limit is exceeded for sure. */
    private static final double REFUTED = -10;

    private final double threshold;
    private final double[] logFail = new double[FRACTIONS.length];
    private final double[] logOk = new double[FRACTIONS.length];
    private final double[] log = new double[FRACTIONS.length];
    private double limit = Double.NaN;

    /** @param evidence confidence needed, 0.5 to below 1 */
    WithinLimit(double evidence) {
        this.threshold = -StrictMath.log1p(-evidence);
    }

    /** Sets p_s for the events to come. */
    void limit(double next) {
        if (next == limit) return;
        limit = next;
        for (int j = 0; j < FRACTIONS.length; j++) {
            logFail[j] = StrictMath.log(FRACTIONS[j]);
            logOk[j] = StrictMath.log1p(-FRACTIONS[j] * limit) - StrictMath.log1p(-limit);
        }
    }

    double limit() {
        return limit;
    }

    void ok(long requests) {
        for (int j = 0; j < log.length; j++) log[j] += requests * logOk[j];
    }

    void failed() {
        for (int j = 0; j < log.length; j++) log[j] += logFail[j];
    }

    /**
     * Bounds the evidence, so that what was long ago does not outweigh what is now. A smaller E_j keeps the promise; one that is lifted to e^-30 adds
     * as much to its mean, which is next to nothing in a hundred million requests.
     */
    void cap() {
        for (int j = 0; j < log.length; j++) log[j] = Math.max(LEAST, Math.min(log[j], threshold + SLACK));
    }

    /** Whether the contrary is as good as shown. */
    boolean refuted() {
        for (double each : log) if (each > REFUTED) return false;
        return true;
    }

    boolean shown() {
        return shownAfter(0);
    }

    /** See {@link Prospect#requestsToShow()}. */
    long requestsToShow() {
        long enough = 1;
        while (!shownAfter(enough) && enough < Long.MAX_VALUE / 4) enough *= 2;
        long less = -1;
        while (enough - less > 1) {
            long between = (less + enough) >> 1;
            if (shownAfter(between)) enough = between;
            else less = between;
        }
        return enough;
    }

    private boolean shownAfter(long requests) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < log.length; j++) largest = Math.max(largest, log[j] + requests * logOk[j]);
        double sum = 0;
        for (int j = 0; j < log.length; j++) sum += StrictMath.exp(log[j] + requests * logOk[j] - largest);
        return largest + StrictMath.log(sum / log.length) >= threshold;
    }

    void reset() {
        Arrays.fill(log, 0);
    }

    void save(Words out) {
        out.put(log);
    }

    void restore(Words in) {
        in.take(log);
    }
}
