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
    private final Rise rise = new Rise();
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
    boolean failed(Batch.Failure failure, long nowMillis) {
        share(failure.weight());
        if (!risk.controlled() || full() || !units.add(failure.unit())) return false;
        if (failure.canary()) canaryUnits++;
        evidence.event(risk.logRatios(failure.canary()));
        evidence.cap(AbsoluteLimit.CAP * threshold);
        rise.evidence(evidence.logMean(), nowMillis);
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

    /** When the evidence against the canary last rose; {@link Rise#NEVER} when it did not. */
    long roseAtMillis() {
        return rise.atMillis();
    }

    long canaryUnits() {
        return canaryUnits;
    }

    long baselineUnits() {
        return units.size() - canaryUnits;
    }

    /** @param blames whether the canary is to blame, which takes more than having tripped */
    Finding finding(boolean blames) {
        Verdict verdict =
                blames ? Verdict.FAIL : !risk.controlled() || units.isEmpty() ? Verdict.NO_DATA : Verdict.INCONCLUSIVE;
        return new Finding(Detector.C, verdict, evidence.logMean(), threshold, remark(blames));
    }

    private String remark(boolean blames) {
        if (tripped() && !blames) return Blame.WAITING;
        return full() ? "full: " + MOST_UNITS + " failing units counted, S carries on" : risk.silence();
    }

    void reset() {
        evidence.reset();
        rise.reset();
        units.clear();
        canaryUnits = 0;
    }

    void save(Words out) {
        evidence.save(out);
        rise.save(out);
        out.put(canaryUnits);
        out.put((long) units.size());
        units.stream().sorted().forEach(unit -> out.put(unit.longValue()));
    }

    void restore(Words in) {
        evidence.restore(in);
        rise.restore(in);
        canaryUnits = in.take();
        units.clear();
        for (int left = in.takeSize(); left > 0; left--) units.add(in.take());
    }
}
