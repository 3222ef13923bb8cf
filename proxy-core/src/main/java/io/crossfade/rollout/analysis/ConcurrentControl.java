package io.crossfade.rollout.analysis;

/**
 * Detector C: among distinct failing units, was it on the canary?
 *
 * <p>A unit counts once per epoch: assignment is sticky, so a second failure of the same unit says nothing new about the
 * variant. Whatever hits both variants alike cancels, which makes C blind to outages and to the time of day. The evidence
 * started is {@code delta = 0.1} per unit.
 *
 * <p><b>Epochs.</b> Units are remembered within bounds, and who failed once on the baseline could tell nothing for the rest of a long
 * attempt. So an epoch ends with each step, after 24 hours and when {@link #MOST_UNITS} units are in: units and evidence are
 * forgotten, and the next begins. Within an epoch C is exact, and the bounds of epochs add up to {@code delta * (all units) / A}. A weight
 * set by hand ends none, since each failure says the weight that it was assigned under.
 *
 * <p>Owner: the control thread.
 */
final class ConcurrentControl {
    static final int MOST_UNITS = 1 << 17;
    static final long EPOCH_MILLIS = 24 * 3_600_000L;

    private final double threshold;
    private final RelativeRisk risk;
    private final ShiryaevRoberts evidence =
            new ShiryaevRoberts(RelativeRisk.ALTERNATIVES, AnalysisSettings.DELTA_PER_UNIT);
    private final Rise rise = new Rise();
    private final UnitSet units = new UnitSet(MOST_UNITS);
    private long epochSince = Rise.NEVER;
    private long canaryUnits;
    private long baselineUnits;

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
        if (!risk.controlled()) return false;
        if (units.full() || (epochSince != Rise.NEVER && nowMillis - epochSince >= EPOCH_MILLIS)) beginEpoch();
        if (!units.add(failure.unit())) return false;
        if (epochSince == Rise.NEVER) epochSince = nowMillis;
        if (failure.canary()) canaryUnits++;
        else baselineUnits++;
        evidence.event(risk.logRatios(failure.canary()));
        evidence.cap(AbsoluteLimit.CAP * threshold);
        rise.evidence(evidence.logMean(), nowMillis);
        return true;
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

    /** See {@link Prospect#unitsToTrip()}. */
    int unitsToTrip() {
        return risk.controlled() ? evidence.eventsTo(threshold, risk.logRatios(true), Prospect.MOST) : Prospect.NEVER;
    }

    long unitBytes() {
        return units.bytes();
    }

    /** In this attempt, once per epoch each. */
    long canaryUnits() {
        return canaryUnits;
    }

    long baselineUnits() {
        return baselineUnits;
    }

    /** @param blames whether the canary is to blame, which takes more than having tripped */
    Finding finding(boolean blames) {
        boolean nothing = !risk.controlled() || canaryUnits + baselineUnits == 0;
        Verdict verdict = blames ? Verdict.FAIL : nothing ? Verdict.NO_DATA : Verdict.INCONCLUSIVE;
        String remark = tripped() && !blames ? Blame.WAITING : risk.silence();
        return new Finding(Detector.C, verdict, evidence.logMean(), threshold, remark);
    }

    /** Forgets the units and the evidence. */
    void beginEpoch() {
        evidence.reset();
        rise.reset();
        units.clear();
        epochSince = Rise.NEVER;
    }

    void reset() {
        beginEpoch();
        canaryUnits = 0;
        baselineUnits = 0;
    }

    void save(Words out) {
        evidence.save(out);
        rise.save(out);
        out.put(epochSince);
        out.put(canaryUnits);
        out.put(baselineUnits);
        units.save(out);
    }

    void restore(Words in) {
        evidence.restore(in);
        rise.restore(in);
        epochSince = in.take();
        canaryUnits = in.take();
        baselineUnits = in.take();
        units.restore(in);
    }
}
