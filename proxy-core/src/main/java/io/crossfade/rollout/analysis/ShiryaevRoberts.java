package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * Evidence against one null hypothesis, one Shiryaev-Roberts statistic R_j per alternative, averaged.
 *
 * <p>Held as natural logarithms, since R spans hundreds of decades in a run; minus infinity is R = 0. A likelihood ratio of exactly one (logarithm 0) says nothing about its alternative and leaves R_j alone.
 *
 * <p>Owner: the control thread.
 */
final class ShiryaevRoberts {
    /** Below this the smaller of two summands is less than half a unit in the last place of the larger. */
    private static final double NEGLIGIBLE = -40;

    private final double logDelta;
    private final double[] log;

    ShiryaevRoberts(int alternatives, double delta) {
        this.logDelta = StrictMath.log(delta);
        this.log = new double[alternatives];
        reset();
    }

    void reset() {
        Arrays.fill(log, Double.NEGATIVE_INFINITY);
    }

    /** One event: {@code R_j <- (R_j + delta) * LR_j}. */
    void event(double[] logRatio) {
        for (int j = 0; j < log.length; j++) {
            if (logRatio[j] != 0) log[j] = logSum(log[j], logDelta) + logRatio[j];
        }
    }

    /**
     * m like events, each with a ratio B below 1, in closed form:
     * {@code R_j <- B^m R_j + delta * B * (1 - B^m) / (1 - B)}.
     */
    void run(long m, double[] logRatio) {
        if (m == 0) return;
        if (m == 1) {
            event(logRatio);
            return;
        }
        for (int j = 0; j < log.length; j++) {
            double b = logRatio[j];
            if (b == 0) continue;
            double started = logDelta + b + StrictMath.log(StrictMath.expm1(m * b) / StrictMath.expm1(b));
            log[j] = logSum(log[j] + m * b, started);
        }
    }

    /** m events that start no evidence: {@code R_j <- R_j * LR_j^m}. */
    void weigh(long m, double[] logRatio) {
        for (int j = 0; j < log.length; j++) log[j] += m * logRatio[j];
    }

    /**
     * Takes so large a common factor out of all R_j that none is above e^most; those of the companions give way by the same factor.
     * What shrinks is an e-detector still, evidence of a long outage does not outlive it for hours, and every ratio stays: which
     * alternative leads, and what the companions say of it.
     */
    void cap(double most, ShiryaevRoberts... companions) {
        double excess = Arrays.stream(log).max().orElseThrow() - most;
        if (excess <= 0) return;
        shrink(excess);
        for (ShiryaevRoberts companion : companions) companion.shrink(excess);
    }

    private void shrink(double by) {
        for (int j = 0; j < log.length; j++) log[j] -= by;
    }

    /** The alternative that says most, 0-based. */
    int leading() {
        int leading = 0;
        for (int j = 1; j < log.length; j++) if (log[j] > log[leading]) leading = j;
        return leading;
    }

    /** Logarithm of the mean of all R_j; minus infinity when all are 0. */
    double logMean() {
        return logSum() - StrictMath.log((double) log.length);
    }

    /** Logarithm of the sum of all R_j. */
    double logSum() {
        double largest = Double.NEGATIVE_INFINITY;
        for (double each : log) largest = Math.max(largest, each);
        if (largest == Double.NEGATIVE_INFINITY) return largest;
        double sum = 0;
        for (double each : log) sum += StrictMath.exp(each - largest);
        return largest + StrictMath.log(sum);
    }

    /** How many like events, none with a ratio below 1, it takes until the mean reaches a threshold; {@code most + 1} for more. */
    int eventsTo(double threshold, double[] logRatio, int most) {
        int less = -1;
        int enough = most + 1;
        while (enough - less > 1) {
            int between = (less + enough) >>> 1;
            ShiryaevRoberts later = new ShiryaevRoberts(log.length, 1);
            System.arraycopy(log, 0, later.log, 0, log.length);
            later.grow(between, logRatio, logDelta);
            if (later.logMean() >= threshold) {
                enough = between;
            } else {
                less = between;
            }
        }
        return enough;
    }

    private void grow(int m, double[] logRatio, double logStarted) {
        for (int j = 0; j < log.length; j++) {
            double b = logRatio[j];
            if (m > 0 && b != 0) {
                // expm1 overflows at 709, and an alternative that has grown so far is beyond any threshold
                double grown = Math.min(700, m * b);
                double started = logStarted + b + StrictMath.log(StrictMath.expm1(grown) / StrictMath.expm1(b));
                log[j] = logSum(log[j] + grown, started);
            }
        }
    }

    void save(Words out) {
        out.put(log);
    }

    void restore(Words in) {
        in.take(log);
    }

    /** {@code ln(e^a + e^b)}. */
    static double logSum(double a, double b) {
        double larger = Math.max(a, b);
        double difference = Math.min(a, b) - larger;
        if (!(difference > NEGLIGIBLE)) return larger;
        return larger + StrictMath.log1p(StrictMath.exp(difference));
    }
}
