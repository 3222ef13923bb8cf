package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users with a failure, seen second by second; seeds are fixed. */
class UserSuccessTest {
    private static final AnalysisSettings SETTINGS =
            AnalysisSettings.defaults().with(new AnalysisSettings.Users(true, 0.95, false, 0.9));

    private final SplittableRandom random = new SplittableRandom(11);
    private Sketches sketches = new Sketches();
    private Analysis analysis = new Analysis(SETTINGS);
    private long rounds = analysis.unitRounds();

    /** One second of requests of units that are drawn evenly, each of which fails with a chance. */
    private void second(long second, int weight, int requests, int units, double baselineRate, double canaryRate) {
        List<Batch.Failure> failures = new ArrayList<>();
        int[] ok = new int[2];
        for (int i = 0; i < requests; i++) {
            long unit = Sketches.mix(random.nextInt(units));
            boolean canary = Long.remainderUnsigned(unit, 100_000) < weight;
            boolean fails = random.nextDouble() < (canary ? canaryRate : baselineRate);
            seen(unit, weight, canary, fails, ok, failures);
        }
        apply(second, weight, failures, ok);
    }

    private void seen(long unit, int weight, boolean canary, boolean fails, int[] ok, List<Batch.Failure> failures) {
        sketches.unit(unit, canary, fails);
        if (fails) {
            failures.add(new Batch.Failure(unit, weight, canary, true, ok[0], ok[1]));
            ok[0] = 0;
            ok[1] = 0;
        } else {
            ok[canary ? 1 : 0]++;
        }
    }

    private void apply(long second, int weight, List<Batch.Failure> failures, int[] ok) {
        if (analysis.unitRounds() != rounds) {
            rounds = analysis.unitRounds();
            sketches.forget();
        }
        Batch batch = new Batch(second * 1_000, weight, failures, ok[0], ok[1], List.of());
        analysis.apply(batch.with(sketches.users()));
    }

    /** Each user fails once in 200 requests: half a percent of requests, within the limit, and soon every user. Nobody is left to compare with. */
    @Test
    void manyUnitsThatFailOnceEachDoNotPass() {
        analysis.beginAttempt();
        int found = 0;
        for (int second = 0; second < 600; second++) {
            second(second, 100_000, 100, 1_000, 0, 0.005);
            assertThat(analysis.errors()).as("after %d s", second).isNotEqualTo(Verdict.FAIL);
            if (found == 0 && analysis.userSuccess() == Verdict.FAIL) found = second;
        }
        assertThat(found).as("seconds").isBetween(120, 400);
        assertThat(analysis.errors()).as("errors alone pass").isEqualTo(Verdict.PASS);
        assertThat(analysis.mayAdvance()).isFalse();
        CountsOfUnits units = analysis.counts().units();
        assertThat(units.canaryFailed()).isBetween(50L, units.canarySeen());
    }

    /** One customer fails always. He is one of many users, so this metric passes; the requests he makes are what errors counts. */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 0.6})
    void oneUnitThatFailsAlwaysIsOneUser(double shareOfRequests) {
        analysis.beginAttempt();
        for (int second = 0; second < 900; second++) {
            List<Batch.Failure> failures = new ArrayList<>();
            int[] ok = new int[2];
            for (int i = 0; i < 1_000; i++) {
                boolean canary = i % 10 == 0;
                boolean heavy = canary && random.nextDouble() < shareOfRequests;
                long unit = heavy ? 42 : Sketches.mix((canary ? 1 : 2_000) + random.nextInt(canary ? 200 : 1_800));
                seen(unit, 10_000, canary, heavy, ok, failures);
            }
            apply(second, 10_000, failures, ok);
            assertThat(analysis.mayAdvance()).as("after %d s", second).isFalse();
        }
        assertThat(analysis.userSuccess()).isEqualTo(Verdict.PASS);
        assertThat(analysis.counts().units().canaryFailed()).isEqualTo(1);
    }

    /** Equal services whose users see a failure in up to every second case: never held, and what they share keeps no step back for long. */
    @ParameterizedTest
    @CsvSource({
        "1000, 0.0005",
        "1000, 0.005",
        "10000, 0.00005",
        "10000, 0.002",
        "50000, 0.0002",
        "50000, 0.002",
        "90000, 0.0005",
        "99000, 0.0001",
        "99000, 0.002",
        "99900, 0.002"
    })
    void equalServicesPass(int weight, double rate) {
        int late = 0;
        for (int run = 0; run < 10; run++) {
            analysis = new Analysis(SETTINGS);
            analysis.beginAttempt();
            sketches = new Sketches();
            rounds = analysis.unitRounds();
            for (int second = 0; second < 300; second++) {
                second(second, weight, 400, 4_000, rate, rate);
                assertThat(analysis.userSuccess())
                        .as("run %d, after %d s", run, second)
                        .isNotEqualTo(Verdict.FAIL);
            }
            late += analysis.userSuccess() == Verdict.PASS ? 0 : 1;
        }
        assertThat(late).as("runs of 10 that wait after 5 minutes").isLessThanOrEqualTo(1);
    }

    /** Each tenth user of the canary fails, none of the baseline's: found at every weight. */
    @ParameterizedTest
    @CsvSource({"1000, 7200", "10000, 600", "50000, 120", "99000, 300", "100000, 300"})
    void aTenthOfTheUsersIsFound(int weight, int within) {
        analysis = new Analysis(
                new AnalysisSettings(false, 1.5, 0.01, false, new double[] {0.5}, 2, 0.001, 10_000_000, 0.99)
                        .with(new AnalysisSettings.Users(true, 0.95, false, 0.9)));
        analysis.beginAttempt();
        int second = 0;
        for (; second < within && analysis.userSuccess() != Verdict.FAIL; second++) {
            List<Batch.Failure> failures = new ArrayList<>();
            int[] ok = new int[2];
            for (int i = 0; i < 500; i++) {
                long unit = Sketches.mix(random.nextInt(500_000));
                boolean canary = Long.remainderUnsigned(unit, 100_000) < weight;
                seen(unit, weight, canary, canary && (unit >>> 1) % 10 == 0, ok, failures);
            }
            apply(second, weight, failures, ok);
        }
        assertThat(second).as("seconds").isLessThan(within);
    }

    @Test
    void nobodyIsNoVerdict() {
        analysis.beginAttempt();
        assertThat(analysis.userSuccess()).isEqualTo(Verdict.NO_DATA);
        apply(1, 10_000, List.of(), new int[] {100, 1_000});
        assertThat(analysis.userSuccess()).isEqualTo(Verdict.NO_DATA);
        assertThat(analysis.mayAdvance()).isFalse();
    }

    /** At 100 % the baseline's last share stands for it, and over no longer a time than it was counted. */
    @Test
    void atAllOfTheUsersTheLastShareStands() {
        analysis.beginAttempt();
        int second = 0;
        for (; second < 300; second++) second(second, 50_000, 400, 1_000, 0.001, 0.001);
        assertThat(analysis.counts().units().baselineFailed()).isGreaterThan(30);
        analysis.beginStep();
        for (; second < 3_900; second++) {
            second(second, 100_000, 400, 1_000, 0, 0.001);
            assertThat(analysis.userSuccess()).as("after %d s", second).isIn(Verdict.PASS, Verdict.NO_DATA);
        }
        for (; second < 4_600 && analysis.userSuccess() != Verdict.FAIL; second++) {
            second(second, 100_000, 400, 1_000, 0, 0.006);
        }
        assertThat(analysis.userSuccess()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aStepBeginsWithNobody() {
        manyUnitsThatFailOnceEachDoNotPass();
        analysis.beginStep();
        assertThat(analysis.userSuccess()).isEqualTo(Verdict.NO_DATA);
    }

    @Test
    void goesOnToTheBit() {
        analysis.beginAttempt();
        for (int second = 0; second < 50; second++) second(second, 10_000, 500, 2_000, 0.01, 0.02);
        Analysis before = analysis;
        analysis = Analysis.restore(SETTINGS, before.save());
        assertThat(analysis.save()).isEqualTo(before.save());
        assertThat(analysis.findings()).isEqualTo(before.findings());
        assertThat(analysis.counts()).isEqualTo(before.counts());
    }
}
