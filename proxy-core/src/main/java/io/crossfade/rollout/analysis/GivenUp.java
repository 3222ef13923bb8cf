package io.crossfade.rollout.analysis;

import java.util.List;

/**
 * Detector A: among distinct units that gave up, was it on the canary?
 *
 * <p>C on clients that went away before the answer began, after longer than the canary's margin times the baseline's p99 (on the
 * baseline: its p99), with a relative risk of 1.5 still allowed. A unit counts once; when {@link #MOST_UNITS} are counted a new epoch
 * begins. Users give up together when something stalls, so evidence grows as slowly as that of detector L.
 *
 * <p>Owner: the control thread.
 */
final class GivenUp {
    static final double MARGIN = 1.5;
    static final int MOST_UNITS = 1 << 16;

    private final double threshold;
    private final RelativeRisk risk = new RelativeRisk(MARGIN);
    private final PacedEvidence evidence = new PacedEvidence(RelativeRisk.ALTERNATIVES);
    private final UnitSet units = new UnitSet(MOST_UNITS);
    private long canaryUnits;
    private boolean controlled;

    /** @param threshold natural logarithm of A */
    GivenUp(double threshold) {
        this.threshold = threshold;
    }

    /** The weight in force, in buckets. */
    void weight(int inForce) {
        controlled = inForce > 0 && inForce < Batch.BUCKETS;
    }

    /** Clients that gave up, one by one. */
    void apply(long nowMillis, List<Batch.Abort> aborts) {
        evidence.at(nowMillis);
        for (Batch.Abort each : aborts) {
            double pi = each.weight() / (double) Batch.BUCKETS;
            risk.share(pi);
            if (!risk.controlled()) continue;
            if (units.full()) reset();
            if (!units.add(each.unit())) continue;
            canaryUnits += each.canary() ? 1 : 0;
            double[] ratio = risk.logRatios(each.canary());
            evidence.slot(AnalysisSettings.DELTA_PER_UNIT, 1, ratio, 0, ratio);
        }
        evidence.cap(AbsoluteLimit.CAP * threshold);
    }

    boolean quiet() {
        return evidence.logMean() < threshold / 2;
    }

    boolean tripped() {
        return evidence.logMean() >= threshold;
    }

    long unitBytes() {
        return units.bytes();
    }

    long canaryUnits() {
        return canaryUnits;
    }

    long baselineUnits() {
        return units.size() - canaryUnits;
    }

    Finding finding() {
        Verdict silent = !controlled || units.size() == 0 ? Verdict.NO_DATA : Verdict.INCONCLUSIVE;
        String remark = controlled ? "" : "no concurrent control at this weight";
        return new Finding(Detector.A, tripped() ? Verdict.FAIL : silent, evidence.logMean(), threshold, remark);
    }

    void reset() {
        evidence.reset();
        units.clear();
        canaryUnits = 0;
    }

    void save(Words out) {
        evidence.save(out);
        units.save(out);
        out.put(canaryUnits);
        out.put(controlled ? 1L : 0L);
    }

    void restore(Words in) {
        evidence.restore(in);
        units.restore(in);
        canaryUnits = in.take();
        controlled = in.take() == 1;
    }
}
