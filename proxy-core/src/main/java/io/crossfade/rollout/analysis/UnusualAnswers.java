package io.crossfade.rollout.analysis;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Detector E: among distinct units that were answered in an unusual way, was it on the canary?
 *
 * <p>C once per class of answers (redirects, client errors, 429, empty ones), the R averaged, with a relative risk of 2 still allowed. What
 * clients do wrong they do wrong on both sides, so scanners, bots and logins cancel. A unit counts once per class; when
 * {@link #MOST_UNITS} of a class are counted, that class begins a new epoch: the bounds of epochs add. At 100 % {@link AnswerRate} takes
 * its place.
 *
 * <p>Owner: the control thread.
 */
final class UnusualAnswers {
    /** As many as {@code AnswerClass} has numbers. */
    static final int CLASSES = 4;

    static final double MARGIN = 2;
    static final int MOST_UNITS = 1 << 15;

    /** The first alternative of at least 16 times as often: 2 * 2^3. */
    private static final int SIXTEENFOLD = 2;

    private static final List<String> NAMES = List.of("redirects", "4xx", "429", "empty answers");

    private final double threshold;
    private final OfClass[] classes;
    private final AnswerRate rate = new AnswerRate();
    private boolean controlled;
    private boolean alone;
    private boolean trips;

    /** @param threshold natural logarithm of A */
    UnusualAnswers(double threshold) {
        this.threshold = threshold;
        this.classes = IntStream.range(0, CLASSES).mapToObj(i -> new OfClass()).toArray(OfClass[]::new);
    }

    private static final class OfClass {
        final RelativeRisk risk = new RelativeRisk(MARGIN);
        final ShiryaevRoberts evidence =
                new ShiryaevRoberts(RelativeRisk.ALTERNATIVES, AnalysisSettings.DELTA_PER_UNIT);
        final UnitSet units = new UnitSet(MOST_UNITS);
        long canary;
        long canaryTurnedAway;

        void reset() {
            evidence.reset();
            units.clear();
            canary = 0;
            canaryTurnedAway = 0;
        }

        boolean answered(Batch.Answered answer) {
            risk.share(answer.weight() / (double) Batch.BUCKETS);
            if (!risk.controlled()) return false;
            if (units.full()) reset();
            if (!units.add(answer.unit())) return false;
            canary += answer.canary() ? 1 : 0;
            canaryTurnedAway += answer.canary() && answer.turnsAway() ? 1 : 0;
            evidence.event(risk.logRatios(answer.canary()));
            return true;
        }
    }

    /** The weight in force, in buckets. */
    void weight(int inForce) {
        controlled = inForce > 0 && inForce < Batch.BUCKETS;
        alone = inForce == Batch.BUCKETS;
    }

    /** Answers of a class, one by one. Whether one of them made it trip is remembered until the next batch. */
    void apply(Batch.Others others) {
        trips = false;
        if (alone) rate.canary(others, AbsoluteLimit.CAP * threshold);
        else rate.baseline(others);
        for (Batch.Answered answer : others.answers()) {
            OfClass of = classes[answer.answerClass()];
            boolean counted = of.answered(answer);
            of.evidence.cap(AbsoluteLimit.CAP * threshold);
            trips |= counted && answer.canary() && logEvidence() >= threshold;
        }
    }

    boolean quiet() {
        return logEvidence() < threshold / 2;
    }

    private boolean tripped() {
        return trips || logEvidence() >= threshold;
    }

    private double logEvidence() {
        if (alone) return rate.logEvidence();
        double sum = Double.NEGATIVE_INFINITY;
        for (OfClass each : classes) sum = ShiryaevRoberts.logSum(sum, each.evidence.logMean());
        return sum - StrictMath.log((double) CLASSES);
    }

    /**
     * Whether what speaks against the canary is that it turns users away at least 16 times as often: 401, 403, 404, 405 or 429, and an
     * alternative of so much leads. At 100 %: that it turns most of them away.
     */
    boolean turnsAway() {
        if (alone) return rate.turnsAway(strongest());
        OfClass strongest = classes[strongest()];
        return strongest.evidence.leading() >= SIXTEENFOLD && 2 * strongest.canaryTurnedAway > strongest.canary;
    }

    private int strongest() {
        int strongest = 0;
        for (int i = 1; i < CLASSES; i++) {
            if (logEvidence(i) > logEvidence(strongest)) strongest = i;
        }
        return strongest;
    }

    private double logEvidence(int of) {
        return alone ? rate.logEvidence(of) : classes[of].evidence.logMean();
    }

    /** The class that says most against the canary, in words. */
    String leading() {
        return NAMES.get(strongest());
    }

    /** Distinct units of the canary in that class. */
    long canaryUnits() {
        int strongest = strongest();
        return alone ? rate.units(strongest) : classes[strongest].canary;
    }

    /** Distinct units of the baseline in the same class. */
    long baselineUnits() {
        OfClass of = classes[strongest()];
        return of.units.size() - of.canary;
    }

    Verdict verdict() {
        if (tripped()) return Verdict.FAIL;
        boolean seen = IntStream.range(0, CLASSES).anyMatch(i -> classes[i].units.size() > 0);
        boolean seenAlone = alone && IntStream.range(0, CLASSES).anyMatch(i -> rate.units(i) > 0);
        return (controlled && seen) || seenAlone ? Verdict.INCONCLUSIVE : Verdict.NO_DATA;
    }

    Finding finding() {
        String remark = controlled ? "" : alone ? rate.remark() : "no concurrent control at this weight";
        return new Finding(Detector.E, verdict(), logEvidence(), threshold, remark);
    }

    long unitBytes() {
        long bytes = 0;
        for (OfClass each : classes) bytes += each.units.bytes();
        return bytes;
    }

    void reset() {
        for (OfClass each : classes) each.reset();
        rate.reset();
        trips = false;
    }

    void save(Words out) {
        for (OfClass each : classes) {
            each.evidence.save(out);
            each.units.save(out);
            out.put(each.canary);
            out.put(each.canaryTurnedAway);
        }
        rate.save(out);
        out.put(controlled ? 1L : 0L);
        out.put(alone ? 1L : 0L);
        out.put(trips ? 1L : 0L);
    }

    void restore(Words in) {
        for (OfClass each : classes) {
            each.evidence.restore(in);
            each.units.restore(in);
            each.canary = in.take();
            each.canaryTurnedAway = in.take();
        }
        rate.restore(in);
        controlled = in.take() == 1;
        alone = in.take() == 1;
        trips = in.take() == 1;
    }
}
