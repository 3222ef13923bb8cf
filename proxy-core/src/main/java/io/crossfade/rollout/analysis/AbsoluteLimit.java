package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Detector S: does the canary fail more often than p_s, and does the baseline not?
 *
 * <p>Null hypothesis: P(fail) is at most p_s per request, whatever happened before. Alternatives q_j are {2, 2.8, 4, ...} times the
 * configured limit below 0.7, each 1.41 times the last, and 0.75, 0.95, 0.995; {@code LR_j(fail) = q_j / p_s}, {@code LR_j(ok) = (1 - q_j) / (1 - p_s)}. p_s
 * moves with the baseline's own rate and is known before the request; an alternative that it has overtaken is silent meanwhile.
 * The grid stays where it is, so that each R_j keeps its meaning. The evidence started is {@code delta = 0.01} per request.
 *
 * <p><b>Units.</b> Requests of one unit are no witnesses of their own: a user who is broken for good is broken on either variant. So
 * a unit multiplies an R_j by at most e^{@value #MOST_PER_UNIT} in an hour, and a ratio that is cut off has no larger mean; it takes
 * four failing units to trip.
 *
 * <p><b>Who is to blame.</b> S alone would blame the canary for an outage of both, since either of the two may trip first. So a
 * second statistic V_j follows the same change points: it takes the canary's events as R_j does, and each baseline event
 * multiplies it with that event's likelihood ratio, {@code V_j <- V_j * LR_j}. The quotient {@code sum V / sum R} is the likelihood
 * that the baseline has failed like the canary since the canary began to, against its having failed as it usually does, averaged over
 * change points and alternatives with the weight that the canary's own evidence gives them. Were the outage shared, the inverse of
 * this quotient would have a mean of about 1, so that it seldom falls to 1/100,000.
 * <ul>
 *   <li>canary and baseline over A: SharedFate, until the baseline is below A again or has no users; then both start anew.
 *   <li>canary over A and quotient at most 1/100,000: Fail. The baseline has shown that it does not share the trouble. A
 *       baseline that has said nothing yet has a quotient of 1 and is never taken for one that is well.
 *   <li>canary over A, quotient above: wait for more of the baseline; see {@link Blame} for how long.
 *   <li>canary over A at weight 100%: Fail. There is no control, and the only cure is the way back.
 * </ul>
 *
 * <p>Owner: the control thread.
 */
final class AbsoluteLimit {
    /** Bound on the logarithm of each R_j, in multiples of the threshold's. */
    static final double CAP = 4;

    /** Natural logarithm of the most that one unit may multiply an R_j by in an hour. */
    static final double MOST_PER_UNIT = 6;

    private static final double LOG_CLEARED = StrictMath.log(1e-5);

    /** p_s is not above it, whatever the baseline does. */
    static final double LARGEST_LIMIT = 0.9;

    private final double threshold;
    private final double[] alternatives;
    private final double[] logFail;
    private final double[] logOk;

    /** The same against what the baseline usually does. */
    private final double[] logLikeFail;

    private final double[] logLikeOk;
    private final ShiryaevRoberts canary;
    private final ShiryaevRoberts shared;
    private final ShiryaevRoberts baseline;
    private final Rise rise = new Rise();
    private double limit = Double.NaN;
    private double usual = Double.NaN;
    private boolean sharing;

    /**
     * @param configured the limit that p_s never undercuts, above 0, at most 0.5
     * @param threshold natural logarithm of A
     */
    AbsoluteLimit(double configured, double threshold) {
        this.threshold = threshold;
        this.alternatives = DoubleStream.concat(
                        DoubleStream.iterate(2 * configured, q -> q < 0.7, q -> q * StrictMath.sqrt(2)),
                        DoubleStream.of(0.75, 0.95, 0.995))
                .toArray();
        this.logFail = new double[alternatives.length];
        this.logOk = new double[alternatives.length];
        this.logLikeFail = new double[alternatives.length];
        this.logLikeOk = new double[alternatives.length];
        this.canary = new ShiryaevRoberts(alternatives.length, AnalysisSettings.DELTA_PER_REQUEST);
        this.shared = new ShiryaevRoberts(alternatives.length, AnalysisSettings.DELTA_PER_REQUEST);
        this.baseline = new ShiryaevRoberts(alternatives.length, AnalysisSettings.DELTA_PER_REQUEST);
    }

    /** Sets p_s for the events to come, at most {@value #LARGEST_LIMIT}. */
    void limit(double next) {
        if (next == limit) return;
        limit = next;
        for (int j = 0; j < alternatives.length; j++) {
            boolean above = alternatives[j] > limit;
            logFail[j] = above ? StrictMath.log(alternatives[j] / limit) : 0;
            logOk[j] = above ? StrictMath.log1p(-alternatives[j]) - StrictMath.log1p(-limit) : 0;
        }
    }

    /**
     * Sets how often the baseline usually fails, which is taken for p_s at most; after {@link #limit}. Of a baseline that seldom fails at all a
     * good answer says more than of one that is merely within p_s.
     */
    void usual(double rate) {
        double next = Math.min(limit, rate);
        if (next == usual) return;
        usual = next;
        for (int j = 0; j < alternatives.length; j++) {
            boolean above = alternatives[j] > limit;
            logLikeFail[j] = above ? StrictMath.log(alternatives[j] / usual) : 0;
            logLikeOk[j] = above ? StrictMath.log1p(-alternatives[j]) - StrictMath.log1p(-usual) : 0;
        }
    }

    double limit() {
        return limit;
    }

    void canaryOk(long requests) {
        canary.run(requests, logOk);
        shared.run(requests, logOk);
        if (requests > 0) rise.evidence(canary.logMean());
    }

    void baselineOk(long requests) {
        baseline.run(requests, logOk);
        shared.weigh(requests, logLikeOk);
        if (sharing && !baselineTripped()) reset();
    }

    /** @param times how often the unit has been counted in its hour before */
    void canaryFailed(int times, long nowMillis) {
        double[] cut = cut(times, logFail);
        canary.event(cut);
        shared.event(cut);
        canary.cap(CAP * threshold, shared);
        rise.evidence(canary.logMean(), nowMillis);
    }

    /** @param times as for the canary */
    void baselineFailed(int times) {
        double[] cut = cut(times, logFail);
        baseline.event(cut);
        baseline.cap(CAP * threshold);
        shared.weigh(1, cut(times, logLikeFail));
    }

    /** What a failure of a unit still says: {@value #MOST_PER_UNIT} in all on the logarithmic scale, in an hour. */
    private static double[] cut(int times, double[] log) {
        if (times == 0) return log;
        double[] cut = new double[log.length];
        for (int j = 0; j < cut.length; j++) {
            cut[j] = Math.max(0, Math.min(log[j], MOST_PER_UNIT - times * log[j]));
        }
        return cut;
    }

    /**
     * What is to be said now.
     *
     * @param controlled whether the baseline has traffic
     */
    Verdict verdict(boolean controlled) {
        if (sharing) return Verdict.SHARED_FATE;
        double evidence = canary.logMean();
        if (evidence < threshold) return Verdict.INCONCLUSIVE;
        if (!controlled) return Verdict.FAIL;
        sharing = baselineTripped();
        if (sharing) return Verdict.SHARED_FATE;
        double likeness = shared.logSum() - canary.logSum();
        return likeness <= LOG_CLEARED ? Verdict.FAIL : Verdict.INCONCLUSIVE;
    }

    /** The baseline has no users any more: what it shared with the canary has ended, and nothing is known of it. */
    void alone() {
        if (sharing) reset();
        baseline.reset();
    }

    /** When the evidence against the canary last rose; {@link Rise#NEVER} when it did not. */
    long roseAtMillis() {
        return rise.atMillis();
    }

    /** Whether the evidence is not even halfway, on the logarithmic scale. */
    boolean quiet() {
        return canary.logMean() < threshold / 2;
    }

    boolean canaryTripped() {
        return canary.logMean() >= threshold;
    }

    boolean baselineTripped() {
        return baseline.logMean() >= threshold;
    }

    /** See {@link Prospect#failuresToTrip()}. */
    int failuresToTrip() {
        return canary.eventsTo(threshold, logFail, Prospect.MOST);
    }

    double logBaselineEvidence() {
        return Math.max(Finding.LEAST, baseline.logMean());
    }

    Finding finding(Verdict verdict) {
        String remark = switch (verdict) {
            case SHARED_FATE -> "the baseline is over the limit too";
            case INCONCLUSIVE -> canaryTripped() ? Blame.WAITING : "";
            case PASS, FAIL, NO_DATA -> "";
        };
        return new Finding(Detector.S, verdict, canary.logMean(), threshold, remark);
    }

    void reset() {
        canary.reset();
        shared.reset();
        baseline.reset();
        rise.reset();
        sharing = false;
    }

    void save(Words out) {
        canary.save(out);
        shared.save(out);
        baseline.save(out);
        rise.save(out);
        out.put(sharing ? 1L : 0L);
    }

    void restore(Words in) {
        canary.restore(in);
        shared.restore(in);
        baseline.restore(in);
        rise.restore(in);
        sharing = in.take() == 1;
    }

    @Override
    public String toString() {
        return "AbsoluteLimit[limit=" + limit + ", alternatives=" + Arrays.toString(alternatives) + "]";
    }
}
