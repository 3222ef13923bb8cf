package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a canary must not be promoted with. */
class AdvanceTest {
    private static final int TEN_PERCENT = 10_000;

    private final SplittableRandom random = new SplittableRandom(3);
    private final Analysis analysis = new Analysis(AnalysisSettings.defaults());

    /** A second of it: so many requests of the canary of which each fails with a chance, and successes of the baseline. */
    private void second(long second, int weight, int requests, double rate, boolean oneUnit, long baselineOk) {
        List<Batch.Failure> failures = new ArrayList<>();
        int ok = 0;
        for (int i = 0; i < requests; i++) {
            if (random.nextDouble() >= rate) {
                ok++;
                continue;
            }
            failures.add(new Batch.Failure(oneUnit ? 42 : random.nextLong(), weight, true, true, 0, ok));
            ok = 0;
        }
        analysis.apply(new Batch(second * 1_000, weight, failures, baselineOk, ok, List.of()));
    }

    /** One large customer fails completely, and on the canary only. He is one witness against it, but nobody's proof of health. */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 0.6})
    void oneUnitThatFailsAlwaysIsNoEvidenceOfHealth(double shareOfRequests) {
        analysis.beginAttempt();
        for (int second = 0; second < 1_800; second++) {
            second(second, TEN_PERCENT, 100, shareOfRequests, true, 900);
            assertThat(analysis.mayAdvance()).as("after %d s", second).isFalse();
        }
    }

    /** The legacy service fails 30% of its last 20 seconds, being shut down; then it has no users to show that it is well again. */
    @Test
    void theLastBadMinuteOfTheBaselineDoesNotExcuseTheCanaryForEver() {
        analysis.beginAttempt();
        for (int second = 0; second < 60; second++) {
            List<Batch.Failure> failures = new ArrayList<>();
            for (int i = 0; i < (second < 40 ? 0 : 3); i++) {
                failures.add(new Batch.Failure(random.nextLong(), 95_000, false, true, 0, 0));
            }
            analysis.apply(new Batch(second * 1_000L, 95_000, failures, 10 - failures.size(), 190, List.of()));
        }
        assertThat(analysis.counts().errorLimit()).isGreaterThan(0.2);
        analysis.beginStep();
        int second = 60;
        for (; second < 600 && analysis.errors() != Verdict.FAIL; second++) second(second, 100_000, 20, 0.15, false, 0);
        assertThat(second).as("seconds until it is found").isBetween(119, 150);
        assertThat(analysis.counts().errorLimit()).isLessThanOrEqualTo(0.05);
    }

    /** The same bad minute, and a healthy canary: it goes on. */
    @Test
    void norDoesItBlockAHealthyCanary() {
        theLastBadMinuteOfTheBaselineDoesNotExcuseTheCanaryForEver();
        analysis.beginAttempt();
        for (int second = 700; second < 900; second++) second(second, 100_000, 20, 0.001, false, 0);
        assertThat(analysis.mayAdvance()).isTrue();
    }
}
