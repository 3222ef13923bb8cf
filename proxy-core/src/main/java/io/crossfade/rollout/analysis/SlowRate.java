package io.crossfade.rollout.analysis;

import java.util.stream.IntStream;

/**
 * Detector L at 100 %, where no slow request of the baseline stands beside the canary's: S on slow trials, once per quantile, the R averaged.
 *
 * <p>The hypothesis is {@code P(latency / margin > tau_q) <= p_q} for a trial, with the last tau that was known and
 * {@code p_q = 1.25 * max(1 - q, the share of slow trials that the baseline last had)}: tau is a quantile of requests, a trial is one of
 * a unit, and few units may make most requests. Alternatives are those of detector S; growth is bounded as in {@link SlowShare}.
 *
 * <p>Owner: the control thread.
 */
final class SlowRate {
    /** So many of the baseline's trials are looked back on; then older ones count half. */
    private static final long MOST_TRIALS = 20_000;

    /** So many make its share known. */
    private static final long LEAST_TRIALS = 100;

    /** Where the baseline is slow at a quantile so often, nothing can be said there. */
    private static final double MOST_RATIO = 0.7;

    private static final double[] HIGH = {0.75, 0.95, 0.995};
    private static final int DOUBLINGS = 10;
    private static final int ALTERNATIVES = DOUBLINGS + HIGH.length;

    private final double[] quantiles;
    private final double confidence;
    private final PacedEvidence[] evidence;
    private final double[] logSlow = new double[ALTERNATIVES];
    private final double[] logOk = new double[ALTERNATIVES];

    private long baselineTrials;
    private final long[] baselineSlow;
    private long trialsInStep;

    SlowRate(double[] quantiles, double confidence) {
        this.quantiles = quantiles.clone();
        this.confidence = confidence;
        this.baselineSlow = new long[quantiles.length];
        this.evidence = IntStream.range(0, quantiles.length)
                .mapToObj(i -> new PacedEvidence(ALTERNATIVES))
                .toArray(PacedEvidence[]::new);
    }

    /** What the baseline did while it had traffic. */
    void baseline(Batch batch) {
        baselineTrials += batch.others().baselineTrials();
        for (Batch.Slow slot : batch.slow()) {
            for (int i = 0; i < baselineSlow.length; i++) baselineSlow[i] += SlowShare.at(slot.baseline(), i);
        }
        if (baselineTrials > MOST_TRIALS) {
            baselineTrials /= 2;
            for (int i = 0; i < baselineSlow.length; i++) baselineSlow[i] /= 2;
        }
    }

    /** What the canary did while it had all traffic. */
    void canary(Batch batch, long nowMillis) {
        trialsInStep += batch.others().canaryTrials();
        for (int i = 0; i < evidence.length; i++) {
            evidence[i].at(nowMillis);
            if (!ratios(i)) continue;
            long well = batch.others().canaryTrials();
            for (Batch.Slow slot : batch.slow()) {
                int slow = SlowShare.at(slot.canary(), i);
                well -= slow;
                if (slow > 0 && slot.weight() == Batch.BUCKETS) step(i, slow, 0);
            }
            if (well > 0) step(i, 0, well);
        }
    }

    private void step(int i, long slow, long well) {
        evidence[i].slot(AnalysisSettings.DELTA_PER_REQUEST * (slow + well), slow, logSlow, well, logOk);
    }

    /** Sets the likelihood ratios of this quantile; false when nothing can be said. */
    private boolean ratios(int i) {
        if (baselineTrials < LEAST_TRIALS) return false;
        double p = SlowShare.MARGIN * Math.max(1 - quantiles[i], baselineSlow[i] / (double) baselineTrials);
        if (p > MOST_RATIO) return false;
        double doubled = p;
        for (int j = 0; j < ALTERNATIVES; j++) {
            doubled *= 2;
            double q = j < DOUBLINGS ? doubled : HIGH[j - DOUBLINGS];
            boolean said = q > p && (j >= DOUBLINGS || q < HIGH[0]);
            logSlow[j] = said ? StrictMath.log(q / p) : 0;
            logOk[j] = said ? StrictMath.log((1 - q) / (1 - p)) : 0;
        }
        return true;
    }

    double logEvidence() {
        double sum = Double.NEGATIVE_INFINITY;
        for (PacedEvidence each : evidence) sum = ShiryaevRoberts.logSum(sum, each.logMean());
        return sum - StrictMath.log((double) evidence.length);
    }

    String remark() {
        return baselineTrials < LEAST_TRIALS
                ? "nothing is known of the baseline"
                : "against the baseline's last latencies, no concurrent control at this weight";
    }

    Verdict verdict(boolean quiet) {
        if (baselineTrials < LEAST_TRIALS || trialsInStep == 0) return Verdict.NO_DATA;
        return quiet && trialsInStep * (1 - confidence) >= 1 ? Verdict.PASS : Verdict.INCONCLUSIVE;
    }

    void cap(double most) {
        for (PacedEvidence each : evidence) each.cap(most);
    }

    /** Forgets the canary; the baseline is what it was. */
    void reset() {
        beginEpoch();
        beginStep();
    }

    void beginEpoch() {
        for (PacedEvidence each : evidence) each.reset();
    }

    void beginStep() {
        trialsInStep = 0;
    }

    void save(Words out) {
        for (PacedEvidence each : evidence) each.save(out);
        out.put(baselineTrials);
        out.put(baselineSlow);
        out.put(trialsInStep);
    }

    void restore(Words in) {
        for (PacedEvidence each : evidence) each.restore(in);
        baselineTrials = in.take();
        in.take(baselineSlow);
        trialsInStep = in.take();
    }
}
