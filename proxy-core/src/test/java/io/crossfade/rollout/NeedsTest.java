package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.AnalysisSettings;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Finding;
import io.crossfade.rollout.analysis.Prospect;
import io.crossfade.rollout.analysis.Verdict;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What a detector is said to need is what it needs: so many more and it says something else, one less and it does not. */
final class NeedsTest {
    private final Analysis analysis = new Analysis(AnalysisSettings.defaults());
    private long now;
    private long units;

    @RepeatedTest(20)
    void soManyFailuresTripAndOneLessDoesNot(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition()); // the seed
        wander(random, 10);
        int toTripC = analysis.prospect().unitsToTrip();
        for (int i = 1; i < toTripC; i++) {
            fail();
            assertThat(analysis.prospect().unitsToTrip()).isEqualTo(toTripC - i);
            assertThat(evidence(Detector.C)).isLessThan(threshold());
        }
        fail();
        assertThat(evidence(Detector.C)).isGreaterThanOrEqualTo(threshold());
        assertThat(analysis.prospect().unitsToTrip()).isZero();
    }

    @RepeatedTest(20)
    void soManySuccessesShowThatItIsWithinItsLimitAndOneLessDoesNot(RepetitionInfo repetition) {
        wander(
                new SplittableRandom(repetition.getCurrentRepetition()),
                1); // the baseline's failures would move the limit
        analysis.beginStep();
        long toShow = analysis.prospect().requestsToShow();
        assertThat(toShow).isBetween(2L, 700L);
        succeed(toShow - 1);
        assertThat(analysis.prospect().requestsToShow()).isEqualTo(1);
        assertThat(analysis.errors()).isNotEqualTo(Verdict.PASS);
        succeed(1);
        assertThat(analysis.prospect().requestsToShow()).isZero();
    }

    @Test
    void itIsSaidInWords() {
        Prospect prospect = new Prospect(1, 1_001, 371);
        assertThat(Needs.of(finding(Detector.C, Verdict.INCONCLUSIVE), prospect, 0))
                .isEqualTo("trips after 1 more failing user on the canary");
        assertThat(Needs.of(finding(Detector.S, Verdict.INCONCLUSIVE), prospect, 1.6))
                .isEqualTo("passes after about 380 more canary requests, 4 min at this rate;"
                        + " trips after more than 1,000 more failures");
        assertThat(Needs.of(finding(Detector.S, Verdict.PASS), new Prospect(6, 7, 0), 1.6))
                .isEqualTo("trips after 7 more failures");
        assertThat(Needs.of(finding(Detector.S, Verdict.NO_DATA), new Prospect(6, 7, 480), 0))
                .isEqualTo("passes after about 480 more canary requests; trips after 7 more failures");
        assertThat(Needs.toPass(12, 0.001)).isEqualTo("about 12 more canary requests, 3 h at this rate");
        assertThat(Needs.toPass(12_345, 1_000)).isEqualTo("about 13,000 more canary requests, 12 s at this rate");
        for (Detector detector : Detector.values()) {
            for (Verdict verdict : Verdict.values()) {
                assertThat(Needs.of(finding(detector, verdict), prospect, 1)).isNotBlank();
            }
        }
    }

    @Test
    void withoutAConcurrentControlCIsNotSaidToTrip() {
        analysis.apply(Batch.ofSuccesses(1, 100_000, 0, 10));
        assertThat(analysis.prospect().unitsToTrip()).isEqualTo(Prospect.NEVER);
    }

    /** Some failures here and there, so that the evidence is anywhere below half. */
    private void wander(SplittableRandom random, int oneOf) {
        for (int i = 0; i < random.nextInt(5); i++) {
            now += 100_000;
            analysis.apply(
                    batch(List.of(failure(random.nextInt(oneOf) == 0)), random.nextInt(900), random.nextInt(100)));
        }
        analysis.apply(batch(List.of(), 900, 100));
    }

    private void fail() {
        now += 1;
        analysis.apply(batch(List.of(failure(true)), 0, 0));
    }

    private void succeed(long requests) {
        now += 1;
        analysis.apply(batch(List.of(), 9 * requests, requests));
    }

    private Batch batch(List<Batch.Failure> failures, long baselineOk, long canaryOk) {
        return new Batch(now, 10_000, failures, baselineOk, canaryOk, List.of());
    }

    private Batch.Failure failure(boolean canary) {
        return new Batch.Failure(++units, 10_000, canary, true, 0, 0);
    }

    private double evidence(Detector detector) {
        return analysis.findings().stream()
                .filter(finding -> finding.detector() == detector)
                .mapToDouble(Finding::logEvidence)
                .sum();
    }

    private double threshold() {
        return analysis.findings().get(0).logThreshold();
    }

    private static Finding finding(Detector detector, Verdict verdict) {
        return new Finding(detector, verdict, 1, 18, "no concurrent control at this weight");
    }
}
