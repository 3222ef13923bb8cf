package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Detector L: among slow requests, was it on the canary? Without concurrent control: is the canary slow more often than the baseline
 * was?
 *
 * <p>C on slow requests, once per quantile of the baseline's latency, with a relative risk of 1.25 still allowed; the R of all
 * quantiles are averaged. A canary within its latency margin is slow as often as the baseline at most, and both services slowing
 * down together moves the counts of both, so neither adds evidence.
 *
 * <p><b>Slots.</b> Slow requests come as counts without an order, slot after slot of the clock: kc on the canary, kb on the baseline,
 * n = kc + kb. The events of this e-detector are slots: the clock does not look at the labels, so given n each label's ratio has a
 * mean of at most 1 given the labels before it, and the product has too. Slots in which the canary had none may come as one: that
 * makes R_j smaller, never larger.
 *
 * <p><b>Who counts.</b> One trial of a unit a minute, and of one unit at most e^3 in an hour: {@link SlowCounter} sees to both, so that one
 * heavy client is one witness. <b>Stalls</b>: see {@link PacedEvidence}. To trip takes some four seconds.
 *
 * <p><b>At 100 %</b>, {@link SlowRate} takes its place.
 *
 * <p><b>Pass.</b> The inverse of the first alternative's ratios, multiplied since the step began and averaged over the quantiles,
 * is an e-process against "slow at least 2.5 times as often"; it passes at {@code 1 / (1 - evidence)} by Ville's inequality.
 *
 * <p>Evidence starts with {@code delta * pi} per slow request, which is less than delta per canary request: there are fewer slow
 * requests than requests, and a share of pi of these is the canary's.
 *
 * <p>Owner: the control thread.
 */
final class SlowShare {
    static final double MARGIN = 1.25;

    private final double threshold;
    private final RelativeRisk risk = new RelativeRisk(MARGIN);
    private final PacedEvidence[] perQuantile;
    private final SlowRate rate;
    private final long[] canarySlow;
    private final long[] baselineSlow;
    private int weight;
    private boolean seen;

    /** Of the canary's slow requests since the evidence was last at rest: all, and those whose users gave up or wait still. */
    private long slowInStory;

    private long hangingInStory;

    /** Natural logarithm of the evidence of this step that the canary is within its margin, per quantile. */
    private final double[] logWithin;

    private final double withinThreshold;

    /**
     * @param threshold natural logarithm of A
     * @param evidence confidence needed to pass, 0.5 to below 1
     */
    SlowShare(double[] quantiles, double threshold, double evidence) {
        this.threshold = threshold;
        this.withinThreshold = -StrictMath.log1p(-evidence);
        this.logWithin = new double[quantiles.length];
        this.canarySlow = new long[quantiles.length];
        this.baselineSlow = new long[quantiles.length];
        this.rate = new SlowRate(quantiles, evidence);
        this.perQuantile = IntStream.range(0, quantiles.length)
                .mapToObj(i -> new PacedEvidence(RelativeRisk.ALTERNATIVES, quantiles[i]))
                .toArray(PacedEvidence[]::new);
    }

    /** The weight in force, in buckets: it says which of the two judges. */
    void weight(int inForce) {
        weight = inForce;
    }

    void apply(Batch batch, long nowMillis) {
        for (PacedEvidence each : perQuantile) each.at(nowMillis);
        if (batch.weight() == Batch.BUCKETS) rate.canary(batch, nowMillis);
        else rate.baseline(batch);
        for (Batch.Slow slot : batch.slow()) slow(slot);
        for (PacedEvidence each : perQuantile) each.cap(AbsoluteLimit.CAP * threshold);
        rate.cap(AbsoluteLimit.CAP * threshold);
        if (logEvidence() < threshold / 2) {
            slowInStory = 0;
            hangingInStory = 0;
        }
    }

    private void slow(Batch.Slow slot) {
        slowInStory += slot.canary().stream().mapToInt(count -> count).max().orElse(0);
        hangingInStory += slot.hanging();
        for (int i = 0; i < perQuantile.length; i++) {
            canarySlow[i] += at(slot.canary(), i);
            baselineSlow[i] += at(slot.baseline(), i);
        }
        double pi = slot.weight() / (double) Batch.BUCKETS;
        risk.share(pi);
        if (!risk.controlled()) return;
        for (int i = 0; i < perQuantile.length; i++) {
            int kb = at(slot.baseline(), i);
            int kc = at(slot.canary(), i);
            if (kb + kc == 0) continue;
            seen = true;
            double started = AnalysisSettings.DELTA_PER_REQUEST * pi * (kb + kc);
            perQuantile[i].slot(started, kc, risk.logRatios(true), kb, risk.logRatios(false));
            logWithin[i] -= kc * risk.logRatios(true)[0] + kb * risk.logRatios(false)[0];
        }
    }

    static int at(List<Integer> counts, int i) {
        return i < counts.size() ? counts.get(i) : 0;
    }

    private boolean controlled() {
        return weight > 0 && weight < Batch.BUCKETS;
    }

    /** Whether the evidence is not even halfway, on the logarithmic scale. */
    boolean quiet() {
        return logEvidence() < threshold / 2;
    }

    boolean tripped() {
        return logEvidence() >= threshold;
    }

    /** Whether what speaks against the canary is mostly requests that nobody waited out. */
    boolean hangs() {
        return 2 * hangingInStory > slowInStory;
    }

    private double logEvidence() {
        if (weight == Batch.BUCKETS) return rate.logEvidence();
        double sum = Double.NEGATIVE_INFINITY;
        for (PacedEvidence each : perQuantile) sum = ShiryaevRoberts.logSum(sum, each.logMean());
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
            if (perQuantile[i].logMean() > perQuantile[strongest].logMean()) strongest = i;
        }
        return strongest;
    }

    Finding finding() {
        String remark = controlled() ? "" : weight == 0 ? risk.silence() : rate.remark();
        return new Finding(Detector.L, verdict(), logEvidence(), threshold, remark);
    }

    Verdict verdict() {
        if (tripped()) return Verdict.FAIL;
        if (weight == Batch.BUCKETS) return rate.verdict(quiet());
        if (!controlled() || !seen) return Verdict.NO_DATA;
        return quiet() && within() ? Verdict.PASS : Verdict.INCONCLUSIVE;
    }

    private boolean within() {
        double sum = Double.NEGATIVE_INFINITY;
        for (double each : logWithin) sum = ShiryaevRoberts.logSum(sum, each);
        return sum - StrictMath.log((double) logWithin.length) >= withinThreshold;
    }

    void reset() {
        for (PacedEvidence each : perQuantile) each.reset();
        rate.reset();
        Arrays.fill(canarySlow, 0);
        Arrays.fill(baselineSlow, 0);
        seen = false;
        slowInStory = 0;
        hangingInStory = 0;
        beginStep();
    }

    /** Forgets the evidence, for units are to be forgotten; what was counted stays. */
    void beginEpoch() {
        for (PacedEvidence each : perQuantile) each.reset();
        rate.beginEpoch();
        slowInStory = 0;
        hangingInStory = 0;
    }

    void beginStep() {
        Arrays.fill(logWithin, 0);
        rate.beginStep();
    }

    void save(Words out) {
        for (PacedEvidence each : perQuantile) each.save(out);
        rate.save(out);
        for (int i = 0; i < canarySlow.length; i++) {
            out.put(canarySlow[i]);
            out.put(baselineSlow[i]);
        }
        out.put(seen ? 1L : 0L);
        out.put(slowInStory);
        out.put(hangingInStory);
        out.put((long) weight);
        out.put(logWithin);
    }

    void restore(Words in) {
        for (PacedEvidence each : perQuantile) each.restore(in);
        rate.restore(in);
        for (int i = 0; i < canarySlow.length; i++) {
            canarySlow[i] = in.take();
            baselineSlow[i] = in.take();
        }
        seen = in.take() == 1;
        slowInStory = in.take();
        hangingInStory = in.take();
        weight = (int) in.take();
        in.take(logWithin);
    }
}
