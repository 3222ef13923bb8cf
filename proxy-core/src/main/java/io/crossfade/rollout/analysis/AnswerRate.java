package io.crossfade.rollout.analysis;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Detector E at 100 %, where no answer of the baseline stands beside the canary's: S on unusual answers, once per class, the R averaged.
 *
 * <p>The hypothesis is {@code P(class) <= 2 * the share that the baseline last had} for a trial, that is, for a unit in a minute; of the share
 * the upper 99.9% bound counts. A unit's answer of a class counts once, its good minutes all count: who is always answered so, a scanner
 * or a bot with an old token, is one. Alternatives are 2, 4, 8, ... times as often, and 75, 95 and 99.5%. Owner: the control thread.
 */
final class AnswerRate {
    /** So many of the baseline's trials are looked back on; then older ones count half. */
    private static final long MOST_TRIALS = 20_000;

    /** So many make its shares known. */
    private static final long LEAST_TRIALS = 100;

    /** Where the baseline answers so this often, nothing can be said. */
    private static final double MOST_RATIO = 0.7;

    private static final double[] HIGH = {0.75, 0.95, 0.995};
    private static final int DOUBLINGS = 10;
    private static final int ALTERNATIVES = DOUBLINGS + HIGH.length;
    private static final int CLASSES = UnusualAnswers.CLASSES;

    private final ShiryaevRoberts[] evidence;
    private final UnitSet[] units;
    private final long[] turnedAway = new long[CLASSES];
    private final double[] logAnswer = new double[ALTERNATIVES];
    private final double[] logOk = new double[ALTERNATIVES];

    private long baselineTrials;
    private final long[] baselineAnswers = new long[CLASSES];

    AnswerRate() {
        evidence = IntStream.range(0, CLASSES)
                .mapToObj(i -> new ShiryaevRoberts(ALTERNATIVES, AnalysisSettings.DELTA_PER_REQUEST))
                .toArray(ShiryaevRoberts[]::new);
        units = IntStream.range(0, CLASSES)
                .mapToObj(i -> new UnitSet(UnusualAnswers.MOST_UNITS))
                .toArray(UnitSet[]::new);
    }

    /** What the baseline did while it had traffic. */
    void baseline(Batch.Others others) {
        baselineTrials += others.baselineTrials();
        for (Batch.Answered answer : others.answers()) if (!answer.canary()) baselineAnswers[answer.answerClass()]++;
        if (baselineTrials > MOST_TRIALS) {
            baselineTrials /= 2;
            for (int i = 0; i < CLASSES; i++) baselineAnswers[i] /= 2;
        }
    }

    /** What the canary did while it had all traffic. */
    void canary(Batch.Others others, double most) {
        for (int i = 0; i < CLASSES; i++) {
            if (ratios(i)) canary(i, others.answers(), others.canaryTrials());
            evidence[i].cap(most);
        }
    }

    private void canary(int of, List<Batch.Answered> answers, long trials) {
        long answered = 0;
        for (Batch.Answered answer : answers) {
            if (answer.answerClass() != of || answer.weight() != Batch.BUCKETS) continue;
            answered++;
            if (units[of].full()) reset(of);
            if (!units[of].add(answer.unit())) continue;
            turnedAway[of] += answer.turnsAway() ? 1 : 0;
            evidence[of].event(logAnswer);
        }
        evidence[of].run(Math.max(0, trials - answered), logOk);
    }

    /** Sets the likelihood ratios of this class; false when nothing can be said. */
    private boolean ratios(int i) {
        if (!known()) return false;
        long answers = Math.min(baselineTrials, baselineAnswers[i]);
        double p = UnusualAnswers.MARGIN * new Ratio(baselineTrials - answers, answers).upper();
        if (p > MOST_RATIO) return false;
        for (int j = 0; j < ALTERNATIVES; j++) {
            double q = alternative(j, p);
            boolean said = q > p && (j >= DOUBLINGS || q < HIGH[0]);
            logAnswer[j] = said ? StrictMath.log(q / p) : 0;
            logOk[j] = said ? StrictMath.log((1 - q) / (1 - p)) : 0;
        }
        return true;
    }

    private static double alternative(int j, double p) {
        return j < DOUBLINGS ? p * (2L << j) : HIGH[j - DOUBLINGS];
    }

    private boolean known() {
        return baselineTrials >= LEAST_TRIALS;
    }

    double logEvidence() {
        double sum = Double.NEGATIVE_INFINITY;
        for (ShiryaevRoberts each : evidence) sum = ShiryaevRoberts.logSum(sum, each.logMean());
        return sum - StrictMath.log((double) CLASSES);
    }

    double logEvidence(int of) {
        return evidence[of].logMean();
    }

    /** Whether most of the canary's users are answered so, and turned away by it. */
    boolean turnsAway(int of) {
        return evidence[of].leading() >= DOUBLINGS && 2 * turnedAway[of] > units[of].size();
    }

    long units(int of) {
        return units[of].size();
    }

    String remark() {
        return known()
                ? "against the baseline's last answers, no concurrent control at this weight"
                : "nothing is known of the baseline";
    }

    private void reset(int of) {
        evidence[of].reset();
        units[of].clear();
        turnedAway[of] = 0;
    }

    /** Forgets the canary; the baseline is what it was. */
    void reset() {
        for (int i = 0; i < CLASSES; i++) reset(i);
    }

    void save(Words out) {
        for (ShiryaevRoberts each : evidence) each.save(out);
        for (UnitSet each : units) each.save(out);
        out.put(turnedAway);
        out.put(baselineTrials);
        out.put(baselineAnswers);
    }

    void restore(Words in) {
        for (ShiryaevRoberts each : evidence) each.restore(in);
        for (UnitSet each : units) each.restore(in);
        in.take(turnedAway);
        baselineTrials = in.take();
        in.take(baselineAnswers);
    }
}
