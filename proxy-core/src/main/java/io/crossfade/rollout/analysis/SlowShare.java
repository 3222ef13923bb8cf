package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Detector L: among slow requests, was it on the canary?
 *
 * <p>C on slow requests, once per quantile of the baseline's latency, with a relative risk of 1.25 still allowed; the R of all
 * quantiles are averaged. A canary within its latency margin is slow as often as the baseline at most, and both services slowing
 * down together moves the counts of both, so neither adds evidence.
 *
 * <p><b>Slots.</b> Slow requests come as counts without an order, slot after slot of the clock: kc on the canary, kb on the baseline,
 * n = kc + kb. With {@code R_j <- (R_j + n * delta) * LR_j(canary)^kc * LR_j(baseline)^kb} this is a valid e-detector whose events are
 * slots: the clock does not look at the labels, so given n each label's ratio has a mean of at most 1 given the labels before it, the
 * product has too, and {@code E[R_j'] <= R_j + n * delta}. The bound {@code delta * n / A} per slow request stays. Slots in which the canary
 * had none may come as one: that makes R_j smaller, never larger.
 *
 * <p><b>Stalls.</b> Requests under way together are slow together: one pause of the canary, such as a garbage collection, makes
 * a dozen of them slow at its end that are not a dozen witnesses. So a slot multiplies an R by at most e^{@value #MOST}; it takes
 * some eight slots to trip.
 *
 * <p><b>Prior.</b> The alternatives are averaged with the weights 1/2, 1/4, 1/8 and so on, not evenly: a canary a little too slow is
 * likelier than one a hundred times too slow, and the latter is found at once anyway. A mean with any fixed weights that sum to
 * one keeps the bound.
 *
 * <p><b>Pass.</b> The inverse of the first alternative's ratios, multiplied since the step began and averaged over the quantiles,
 * is an e-process against "slow at least 2.5 times as often"; it passes at {@code 1 / (1 - evidence)} by Ville's inequality.
 *
 * <p>How sure: a canary that is slow exactly 1.25 times as often as the baseline starts the most evidence, about
 * {@code 0.2 * delta / pi} per canary request with the default quantiles, so the bound per 10 million canary requests at 10% weight is 2%
 * for it. A canary at its latency margin is slow as often as the baseline, where the evidence shrinks with each request.
 *
 * <p>Owner: the control thread.
 */
final class SlowShare {
    static final double MARGIN = 1.25;

    /** Natural logarithm of the most that one slot may multiply an R by. */
    static final double MOST = 2;

    /** Natural logarithms of the weights 2^-1, 2^-2, .. of the alternatives, over their sum. */
    private static final double[] LOG_PRIOR = logPrior();

    private final double threshold;
    private final RelativeRisk risk = new RelativeRisk(MARGIN);
    private final ShiryaevRoberts[] perQuantile;
    private final long[] canarySlow;
    private final long[] baselineSlow;
    private boolean seen;

    /** Natural logarithm of the evidence of this step that the canary is within its margin, per quantile. */
    private final double[] logWithin;

    private final double withinThreshold;

    /**
     * @param threshold natural logarithm of A
     * @param evidence confidence needed to pass, 0.5 to below 1
     */
    SlowShare(int quantiles, double threshold, double evidence) {
        this.threshold = threshold;
        this.withinThreshold = -StrictMath.log1p(-evidence);
        this.logWithin = new double[quantiles];
        this.canarySlow = new long[quantiles];
        this.baselineSlow = new long[quantiles];
        this.perQuantile = IntStream.range(0, quantiles)
                .mapToObj(i -> new ShiryaevRoberts(RelativeRisk.ALTERNATIVES, AnalysisSettings.DELTA_PER_UNIT))
                .toArray(ShiryaevRoberts[]::new);
    }

    private static double[] logPrior() {
        double[] prior = new double[RelativeRisk.ALTERNATIVES];
        double sum = -StrictMath.expm1(-RelativeRisk.ALTERNATIVES * StrictMath.log(2));
        for (int j = 0; j < prior.length; j++) prior[j] = -(j + 1) * StrictMath.log(2) - StrictMath.log(sum);
        return prior;
    }

    /** Sets the canary share, in buckets. */
    void share(int weight) {
        risk.share(weight / (double) Batch.BUCKETS);
    }

    void slow(Batch.Slow slot) {
        share(slot.weight());
        if (!risk.controlled()) return;
        for (int i = 0; i < perQuantile.length; i++) {
            int kb = at(slot.baseline(), i);
            int kc = at(slot.canary(), i);
            if (kb + kc == 0) continue;
            seen = true;
            perQuantile[i].batch(kc, risk.logRatios(true), kb, risk.logRatios(false), MOST);
            perQuantile[i].cap(AbsoluteLimit.CAP * threshold);
            canarySlow[i] += kc;
            baselineSlow[i] += kb;
            logWithin[i] -= kc * risk.logRatios(true)[0] + kb * risk.logRatios(false)[0];
        }
    }

    private static int at(List<Integer> counts, int i) {
        return i < counts.size() ? counts.get(i) : 0;
    }

    /** Whether the evidence is not even halfway, on the logarithmic scale. */
    boolean quiet() {
        return logEvidence() < threshold / 2;
    }

    boolean tripped() {
        return logEvidence() >= threshold;
    }

    private double logEvidence() {
        double sum = Double.NEGATIVE_INFINITY;
        for (ShiryaevRoberts each : perQuantile) sum = ShiryaevRoberts.logSum(sum, each.logMean(LOG_PRIOR));
        return sum - StrictMath.log((double) perQuantile.length);
    }

    /** Slow requests of the canary at the quantile that says most against it. */
    long canarySlow() {
        return canarySlow[strongest()];
    }

    /** Slow requests of the baseline at the same quantile. */
    long baselineSlow() {
        return baselineSlow[strongest()];
    }

    private int strongest() {
        int strongest = 0;
        for (int i = 1; i < perQuantile.length; i++) {
            if (perQuantile[i].logMean(LOG_PRIOR) > perQuantile[strongest].logMean(LOG_PRIOR)) strongest = i;
        }
        return strongest;
    }

    Finding finding() {
        return new Finding(Detector.L, verdict(), logEvidence(), threshold, risk.silence());
    }

    Verdict verdict() {
        if (tripped()) return Verdict.FAIL;
        if (!risk.controlled() || !seen) return Verdict.NO_DATA;
        return quiet() && within() ? Verdict.PASS : Verdict.INCONCLUSIVE;
    }

    private boolean within() {
        double sum = Double.NEGATIVE_INFINITY;
        for (double each : logWithin) sum = ShiryaevRoberts.logSum(sum, each);
        return sum - StrictMath.log((double) logWithin.length) >= withinThreshold;
    }

    void reset() {
        for (ShiryaevRoberts each : perQuantile) each.reset();
        Arrays.fill(canarySlow, 0);
        Arrays.fill(baselineSlow, 0);
        seen = false;
        beginStep();
    }

    void beginStep() {
        Arrays.fill(logWithin, 0);
    }

    void save(Words out) {
        for (ShiryaevRoberts each : perQuantile) each.save(out);
        for (int i = 0; i < canarySlow.length; i++) {
            out.put(canarySlow[i]);
            out.put(baselineSlow[i]);
        }
        out.put(seen ? 1L : 0L);
        out.put(logWithin);
    }

    void restore(Words in) {
        for (ShiryaevRoberts each : perQuantile) each.restore(in);
        for (int i = 0; i < canarySlow.length; i++) {
            canarySlow[i] = in.take();
            baselineSlow[i] = in.take();
        }
        seen = in.take() == 1;
        in.take(logWithin);
    }
}
