package io.crossfade.rollout.analysis;

import java.util.HashSet;
import java.util.Set;

/**
 * Detector C: among distinct failing units, was it on the canary?
 *
 * <p>A unit counts once per attempt: assignment is sticky, so a second failure of the same unit says nothing new about the
 * variant. Whatever hits both variants alike cancels, which makes C blind to outages and to the time of day. The units counted
 * are bounded; when they are full C says so and leaves the watch to S. The evidence started is {@code delta = 0.1} per unit.
 *
 * <p>Owner: the control thread.
 */
final class ConcurrentControl {
    static final int MOST_UNITS = 100_000;

    private final double threshold;
    private final RelativeRisk risk;
    private final ShiryaevRoberts evidence =
            new ShiryaevRoberts(RelativeRisk.ALTERNATIVES, AnalysisSettings.DELTA_PER_UNIT);
    private final Set<Long> units = new HashSet<>();
    private long canaryUnits;

    /** @param threshold natural logarithm of A */
    ConcurrentControl(double margin, double threshold) {
        this.risk = new RelativeRisk(margin);
        this.threshold = threshold;
    }

    /** Sets the canary share, in buckets. */
    void share(int weight) {
        risk.share(weight / (double) Batch.BUCKETS);
    }

    /** A failure of a hash-assigned unit; whether it counts. */
    boolean failed(Batch.Failure failure) {
        return failed(failure.unit(), failure.canary(), failure.weight());
    }

    private boolean failed(long unit, boolean canary, int weight) {
        share(weight);
        if (!risk.controlled() || full() || !units.add(unit)) return false;
        if (canary) canaryUnits++;
        evidence.event(risk.logRatios(canary));
        evidence.cap(AbsoluteLimit.CAP * threshold);
        return true;
    }

    boolean full() {
        return units.size() == MOST_UNITS;
    }

    /** Whether the evidence is not even halfway, on the logarithmic scale. */
    boolean quiet() {
        return evidence.logMean() < threshold / 2;
    }

    boolean tripped() {
        return evidence.logMean() >= threshold;
    }

    long canaryUnits() {
        return canaryUnits;
    }

    long baselineUnits() {
        return units.size() - canaryUnits;
    }

    Finding finding(boolean tripped) {
        Verdict verdict =
                tripped ? Verdict.FAIL : !risk.controlled() || units.isEmpty() ? Verdict.NO_DATA : Verdict.INCONCLUSIVE;
        String remark = full() ? "full: " + MOST_UNITS + " failing units counted, S carries on" : risk.silence();
        return new Finding(Detector.C, verdict, evidence.logMean(), threshold, remark);
    }

    void reset() {
        evidence.reset();
        units.clear();
        canaryUnits = 0;
    }

    void save(Words out) {
        evidence.save(out);
        out.put(canaryUnits);
        out.put((long) units.size());
        units.stream().sorted().forEach(unit -> out.put(unit.longValue()));
    }

    void restore(Words in) {
        evidence.restore(in);
        canaryUnits = in.take();
        units.clear();
        for (int left = in.takeSize(); left > 0; left--) units.add(in.take());
    }
}
