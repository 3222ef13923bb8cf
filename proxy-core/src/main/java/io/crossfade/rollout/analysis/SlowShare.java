package io.crossfade.rollout.analysis;

import java.util.stream.IntStream;

/**
 * Detector L: among slow requests, was it on the canary?
 *
 * <p>C on slow requests, once per quantile of the baseline's latency, with a relative risk of 1.25 still allowed; the R of all
 * quantiles are averaged. A canary within its latency margin is slow as often as the baseline at most, and both services slowing
 * down together moves the counts of both, so neither adds evidence.
 *
 * <p><b>Batches.</b> Slow requests come as counts without an order: kc on the canary, kb on the baseline, n = kc + kb. With
 * {@code R_j <- (R_j + n * delta) * LR_j(canary)^kc * LR_j(baseline)^kb} this is a valid e-detector whose events are batches: a batch
 * ends by the clock, which does not look at the labels, so given n each label's ratio has a mean of at most 1 given the labels
 * before it, the product has too, and {@code E[R_j'] <= R_j + n * delta}. The bound {@code delta * n / A} per slow request stays.
 *
 * <p>Owner: the control thread.
 */
final class SlowShare {
    static final double MARGIN = 1.25;

    private final double threshold;
    private final RelativeRisk risk = new RelativeRisk(MARGIN);
    private final ShiryaevRoberts[] perQuantile;
    private long canarySlow;
    private long baselineSlow;
    private boolean seen;

    /** @param threshold natural logarithm of A */
    SlowShare(int quantiles, double threshold) {
        this.threshold = threshold;
        this.perQuantile = IntStream.range(0, quantiles)
                .mapToObj(i -> new ShiryaevRoberts(RelativeRisk.ALTERNATIVES, AnalysisSettings.DELTA_PER_UNIT))
                .toArray(ShiryaevRoberts[]::new);
    }

    void share(double pi) {
        risk.share(pi);
    }

    /** Slow requests per quantile; an empty array is all zeros. */
    void slow(int[] onBaseline, int[] onCanary) {
        if (!risk.controlled()) return;
        for (int i = 0; i < perQuantile.length; i++) {
            int kb = at(onBaseline, i);
            int kc = at(onCanary, i);
            if (kb + kc == 0) continue;
            seen = true;
            perQuantile[i].batch(kc, risk.logRatios(true), kb, risk.logRatios(false));
            perQuantile[i].cap(AbsoluteLimit.CAP * threshold);
        }
        canarySlow += at(onCanary, perQuantile.length - 1);
        baselineSlow += at(onBaseline, perQuantile.length - 1);
    }

    private static int at(int[] counts, int i) {
        return i < counts.length ? counts[i] : 0;
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
        for (ShiryaevRoberts each : perQuantile) sum = ShiryaevRoberts.logSum(sum, each.logMean());
        return sum - StrictMath.log((double) perQuantile.length);
    }

    long canarySlow() {
        return canarySlow;
    }

    long baselineSlow() {
        return baselineSlow;
    }

    Finding finding() {
        Verdict verdict =
                tripped() ? Verdict.FAIL : !risk.controlled() || !seen ? Verdict.NO_DATA : Verdict.INCONCLUSIVE;
        return new Finding(Detector.L, verdict, logEvidence(), threshold, risk.silence());
    }

    void reset() {
        for (ShiryaevRoberts each : perQuantile) each.reset();
        canarySlow = 0;
        baselineSlow = 0;
        seen = false;
    }

    void save(Words out) {
        for (ShiryaevRoberts each : perQuantile) each.save(out);
        out.put(canarySlow);
        out.put(baselineSlow);
        out.put(seen ? 1L : 0L);
    }

    void restore(Words in) {
        for (ShiryaevRoberts each : perQuantile) each.restore(in);
        canarySlow = in.take();
        baselineSlow = in.take();
        seen = in.take() == 1;
    }
}
