package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The numbers that levels are compared with, and how sure they are. */
class MeasuredTest {
    private static final int TEN_PERCENT = 10_000;

    private final Analysis analysis =
            new Analysis(AnalysisSettings.defaults().with(new AnalysisSettings.Users(true, 0.95, true, 0.9)));
    private long units;

    @BeforeEach
    void begin() {
        analysis.beginAttempt();
    }

    private void see(long now, long canaryOk, int canaryFailed) {
        List<Batch.Failure> failures = new ArrayList<>();
        for (int i = 0; i < canaryFailed; i++) {
            failures.add(new Batch.Failure(++units, TEN_PERCENT, true, true, 0, 0));
        }
        analysis.apply(new Batch(now, TEN_PERCENT, failures, 0, canaryOk, List.of()));
    }

    private Measured errors() {
        return analysis.measured(Detector.S).orElseThrow();
    }

    @Test
    void nothingSeenIsNotMeasured() {
        assertThat(Detector.values())
                .allSatisfy(each -> assertThat(analysis.measured(each)).isEmpty());
    }

    @Test
    void fourFailuresAreNeverSure() {
        see(1_000, 0, 4);
        assertThat(errors().value()).isEqualTo(1);
        assertThat(errors().beyond(0.0001)).isFalse();
        see(2_000, 0, 1);
        assertThat(errors().beyond(0.2)).isTrue();
        assertThat(errors().meets(0.2)).isFalse();
    }

    @Test
    void theIntervalIsWilsons() {
        see(1_000, 970, 30);
        // Wilson's lower limit for 30 of 1000 at z = 3.0902: (0.03 + 0.0047748 - 0.0173382) / 1.0095495
        assertThat(errors().best()).isCloseTo(0.017271, within(1e-5));
    }

    /** What is well for a minute is not well for five; after ten minutes without requests nothing is known. */
    @Test
    void itIsOfTheLastMinuteAndTheLongerOfFive() {
        see(1_000, 1_900, 100);
        see(100_000, 2_000, 0);
        assertThat(errors().value()).isZero();
        assertThat(errors().longer()).isEqualTo(0.025);
        assertThat(errors().backAt(0.03)).isFalse();
        assertThat(errors().backAt(0.032)).isTrue();
        see(310_000, 2_000, 0);
        assertThat(errors().longer()).isZero();
        analysis.apply(Batch.ofSuccesses(1_000_000, TEN_PERCENT, 10, 0));
        assertThat(analysis.measured(Detector.S)).isEmpty();
    }

    @Test
    void anAttemptAndARestartBeginWhereTheyShould() {
        see(1_000, 90, 10);
        Analysis again = Analysis.restore(
                AnalysisSettings.defaults().with(new AnalysisSettings.Users(true, 0.95, true, 0.9)), analysis.save());
        assertThat(again.measured(Detector.S)).contains(errors());
        analysis.beginStep();
        assertThat(errors().value()).isEqualTo(0.1);
        analysis.beginAttempt();
        assertThat(analysis.measured(Detector.S)).isEmpty();
    }

    @Test
    void usersAreOfTheStepAndATenthLessSure() {
        Sketches sketches = new Sketches();
        for (int unit = 0; unit < 2_000; unit++) sketches.unit(unit, true, unit < 200);
        analysis.apply(Batch.ofSuccesses(1_000, TEN_PERCENT, 0, 2_000).with(sketches.users()));
        Measured users = analysis.measured(Detector.U).orElseThrow();
        assertThat(users.value()).isCloseTo(0.9, within(0.01));
        // Wilson's lower limit for 200 of 2,000 is 8.1% failing, a tenth less 7.4%
        assertThat(users.best()).isCloseTo(1 - 0.074, within(0.01));
        assertThat(users.beyond(0.95)).isTrue();
        assertThat(users.beyond(0.92)).isFalse();
        analysis.beginStep();
        assertThat(analysis.measured(Detector.U)).isEmpty();
    }

    @Test
    void aHandfulOfUsersIsNothingToGoBackTo() {
        Sketches sketches = new Sketches();
        for (int unit = 0; unit < 20; unit++) sketches.unit(unit, true, false);
        analysis.apply(Batch.ofSuccesses(1_000, TEN_PERCENT, 0, 20).with(sketches.users()));
        Measured users = analysis.measured(Detector.U).orElseThrow();
        assertThat(users.meets(0.99)).isTrue();
        assertThat(users.backAt(0.99)).isFalse();
    }

    @Test
    void throughputIsOfTheLastWindowAndSevenErrorsSure() {
        Throughput throughput = new Throughput(0.9);
        assertThat(throughput.measured()).isEmpty();
        List<Long> window = new ArrayList<>();
        for (int group = 0; group < 2 * Throughput.GROUPS; group++) {
            window.add(group < Throughput.GROUPS ? 200L : 160L);
            window.add(5_000L); // 50 units
        }
        throughput.apply(window);
        Measured measured = throughput.measured().orElseThrow();
        assertThat(measured.value()).isCloseTo(0.8, within(0.001));
        assertThat(measured.best()).isCloseTo(0.8 * Math.exp(0.07), within(0.001)); // the least error there is, 1%
        assertThat(measured.beyond(0.9)).isTrue();
        assertThat(measured.beyond(0.85)).isFalse();
        assertThat(measured.backAt(0.8)).isFalse();
        assertThat(measured.backAt(0.74)).isTrue();
    }
}
