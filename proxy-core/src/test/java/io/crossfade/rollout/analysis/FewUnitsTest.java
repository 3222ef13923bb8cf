package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Services with a handful of users; seeds are fixed. */
class FewUnitsTest {
    private final SplittableRandom random = new SplittableRandom(8);
    private final Analysis analysis = new Analysis(AnalysisSettings.defaults());
    private final Witnesses witnesses = new Witnesses();

    /** One second of one request of each unit, of each variant; each of the canary's fails with a chance, and of the baseline's. */
    private void second(int second, int weight, int canaryUnits, int baselineUnits, double canary, double baseline) {
        List<Batch.Failure> failures = new ArrayList<>();
        int[] ok = new int[2];
        for (int i = 0; i < canaryUnits + baselineUnits; i++) {
            boolean onCanary = i < canaryUnits;
            if (random.nextDouble() < (onCanary ? canary : baseline)) {
                failures.add(new Batch.Failure(1_000 + i, weight, onCanary, true, ok[0], ok[1]));
                ok = new int[2];
            } else {
                ok[onCanary ? 1 : 0]++;
            }
        }
        long now = second * 1_000L;
        Batch batch = new Batch(now, weight, failures, ok[0], ok[1], List.of());
        boolean minute = second % 60 == 0;
        analysis.apply(witnesses.with(batch).with(new Batch.Users(minute ? canaryUnits : -1, List.of(), List.of())));
        witnesses.call(analysis.roseAtMillis(), now);
    }

    /** Every user of the canary fails always, and there are too few of them for any threshold: held in less than half a minute. */
    @ParameterizedTest
    @CsvSource({"10000, 1", "10000, 3", "50000, 1", "50000, 4", "90000, 2", "100000, 1", "100000, 3"})
    void aDeadCanaryOfAFewUsersIsHeld(int weight, int units) {
        analysis.beginAttempt();
        int second = 1;
        for (; second < 60 && !ends(second); second++) second(second, weight, units, weight == 100_000 ? 0 : 9, 1, 0);
        assertThat(second).as("seconds").isLessThan(30);
    }

    private boolean ends(int second) {
        return analysis.fewUnits(second * 1_000L) || analysis.errors() == Verdict.FAIL;
    }

    /** Half of their requests, at least ten, are what it takes; a third is not. */
    @Test
    void aThirdOfTheRequestsIsNotHalf() {
        analysis.beginAttempt();
        for (int second = 1; second < 1_200; second++) {
            second(second, 10_000, 2, 9, 0.33, 0);
            assertThat(analysis.fewUnits(second * 1_000L))
                    .as("after %d s", second)
                    .isFalse();
        }
    }

    @Test
    void nineRequestsAreTooFew() {
        analysis.beginAttempt();
        for (int second = 1; second < 600; second++) {
            second(second, 10_000, second % 7 == 0 ? 1 : 0, 9, 1, 0);
            assertThat(analysis.fewUnits(second * 1_000L))
                    .as("after %d s", second)
                    .isFalse();
        }
    }

    /** Where the baseline fails a tenth of its requests, it may be both. */
    @ParameterizedTest
    @ValueSource(doubles = {0.2, 1})
    void whatBothDoIsNotHeldForIt(double baseline) {
        analysis.beginAttempt();
        for (int second = 1; second < 300; second++) {
            second(second, 10_000, 2, 9, 1, baseline);
            assertThat(analysis.fewUnits(second * 1_000L))
                    .as("after %d s", second)
                    .isFalse();
        }
    }

    /** With many users the detectors decide, before this is due. */
    @ParameterizedTest
    @ValueSource(ints = {10_000, 50_000})
    void manyUsersAreJudgedByTheDetectors(int weight) {
        analysis.beginAttempt();
        int second = 1;
        for (; second < 60 && analysis.errors() != Verdict.FAIL; second++) {
            second(second, weight, 50, 450, 1, 0.001);
            assertThat(analysis.fewUnits(second * 1_000L)).isFalse();
        }
        assertThat(analysis.errors()).isEqualTo(Verdict.FAIL);
    }

    /** While fewer than five users are seen a minute, a user's failure counts every ten seconds. */
    @ParameterizedTest
    @CsvSource({"4, 10000", "5, 60000"})
    void aFewUsersSayMore(int units, long cooldown) {
        analysis.beginAttempt();
        int second = 60;
        second(second, 10_000, units, 0, 0, 0);
        for (second = 61; second <= 180; second++) second(second, 10_000, units, 0, 1, 0);
        assertThat(analysis.counts().canaryCounted()).isEqualTo(units * 120_000L / cooldown);
    }

    @Test
    void goesOnToTheBit() {
        analysis.beginAttempt();
        for (int second = 1; second < 15; second++) second(second, 10_000, 2, 9, 1, 0);
        Analysis again = Analysis.restore(AnalysisSettings.defaults(), analysis.save());
        assertThat(again.save()).isEqualTo(analysis.save());
        assertThat(again.fewUnits(40_000)).isEqualTo(analysis.fewUnits(40_000)).isTrue();
    }
}
