package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * Evidence against one null hypothesis that can only grow so fast: one Shiryaev-Roberts statistic R_j per alternative, averaged with
 * the weights 1/2, 1/4, 1/8 and so on.
 *
 * <p>Events come in slots, without an order. With a of one kind, b of the other and {@code started} of evidence,
 * {@code R_j <- (R_j + started) * e^x_j}, {@code x_j = min(e, left_j, a * log LRa_j + b * log LRb_j)} with e = {@value #MOST_PER_SLOT}. What is
 * left goes down by each positive x_j, and up by {@value #MOST_PER_SECOND} a second to {@value #MOST_AT_ONCE}, beyond p99
 * by {@value #MOST_PER_SECOND_RARE}. Both bounds are known
 * before the events, and a ratio that is cut has no larger mean, so this is an e-detector as without them: what happens together in a
 * stall is no crowd of witnesses. A stall of two seconds adds less than 20, whose first half second nobody notices. The weights favour
 * small alternatives; a mean with any fixed weights that sum to one keeps the bound.
 *
 * <p>Held as natural logarithms; minus infinity is R = 0. Owner: the control thread.
 */
final class PacedEvidence {
    static final double MOST_PER_SLOT = 2;
    static final double MOST_PER_SECOND = 8;
    static final double MOST_AT_ONCE = 4;

    /** Where fewer than one request in a hundred is slow the baseline takes little away in a minute: stalls would add up. */
    static final double MOST_PER_SECOND_RARE = 0.8;

    private static final double RARE = 0.99;

    private final double perSecond;
    private final double[] log;
    private final double[] left;
    private final double[] logWeights;
    private long leftAtMillis;

    PacedEvidence(int alternatives) {
        this(alternatives, 0);
    }

    /** Of what is slower than a quantile of the baseline's latency. */
    PacedEvidence(int alternatives, double quantile) {
        perSecond = quantile > RARE ? MOST_PER_SECOND_RARE : MOST_PER_SECOND;
        log = new double[alternatives];
        left = new double[alternatives];
        logWeights = new double[alternatives];
        double sum = -StrictMath.expm1(-alternatives * StrictMath.log(2));
        for (int j = 0; j < alternatives; j++) {
            logWeights[j] = -(j + 1) * StrictMath.log(2) - StrictMath.log(sum);
        }
        reset();
    }

    void reset() {
        Arrays.fill(log, Double.NEGATIVE_INFINITY);
        Arrays.fill(left, MOST_AT_ONCE);
    }

    /** The instant of the next slots, milliseconds; one before the last changes nothing. */
    void at(long millis) {
        if (millis <= leftAtMillis) return;
        double more = (millis - leftAtMillis) * perSecond / 1_000;
        for (int j = 0; j < left.length; j++) left[j] = Math.min(MOST_AT_ONCE, left[j] + more);
        leftAtMillis = millis;
    }

    /** The events of a slot: a of one kind, b of the other. An alternative both of whose ratios are 0 is left alone. */
    void slot(double started, long a, double[] logRatioA, long b, double[] logRatioB) {
        double logStarted = StrictMath.log(started);
        for (int j = 0; j < log.length; j++) {
            if (logRatioA[j] == 0 && logRatioB[j] == 0) continue;
            double step = Math.min(Math.min(MOST_PER_SLOT, left[j]), a * logRatioA[j] + b * logRatioB[j]);
            left[j] -= Math.max(0, step);
            log[j] = ShiryaevRoberts.logSum(log[j], logStarted) + step;
        }
    }

    /** Takes a common factor out of all R_j so that none is above this: evidence of a long outage does not outlive it for hours. */
    void cap(double most) {
        double excess = -most;
        for (double each : log) excess = Math.max(excess, each - most);
        if (excess > 0) for (int j = 0; j < log.length; j++) log[j] -= excess;
    }

    /** Logarithm of the weighted mean of all R_j; minus infinity when all are 0. */
    double logMean() {
        double sum = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < log.length; j++) sum = ShiryaevRoberts.logSum(sum, log[j] + logWeights[j]);
        return sum;
    }

    void save(Words out) {
        out.put(log);
        out.put(left);
        out.put(leftAtMillis);
    }

    void restore(Words in) {
        in.take(log);
        in.take(left);
        leftAtMillis = in.take();
    }
}
