package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnalysisTest {
    private static final int TEN_PERCENT = 10_000;

    private final Analysis analysis = new Analysis(AnalysisSettings.defaults());
    private final Witnesses witnesses = new Witnesses();
    private long now = 1_000;
    private long nextUnit = 1;

    @BeforeEach
    void begin() {
        analysis.beginAttempt();
    }

    private void healthy(int weight, long baseline, long canary) {
        now += 200;
        see(Batch.ofSuccesses(now, weight, baseline, canary));
    }

    /** Failures of new users, with so many baseline successes before each. */
    private void fail(int weight, boolean canary, int times, int baselineOkBefore) {
        List<Batch.Failure> failures = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            failures.add(new Batch.Failure(Traffic.mix(nextUnit++), weight, canary, true, baselineOkBefore, 0));
        }
        apply(weight, failures);
    }

    private void apply(int weight, List<Batch.Failure> failures) {
        now += 20;
        see(new Batch(now, weight, failures, 0, 0, List.of()));
    }

    private void see(Batch batch) {
        analysis.apply(witnesses.with(batch));
        witnesses.call(analysis.roseAtMillis(), now);
    }

    private Finding finding(Detector detector) {
        return analysis.findings().stream()
                .filter(each -> each.detector() == detector)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothingSeenIsNoData() {
        assertThat(analysis.errors()).isEqualTo(Verdict.NO_DATA);
        assertThat(analysis.latency()).isEqualTo(Verdict.NO_DATA);
        assertThat(analysis.findings()).extracting(Finding::verdict).containsOnly(Verdict.NO_DATA);
        assertThat(analysis.findings())
                .extracting(Finding::detector)
                .containsExactly(Detector.C, Detector.S, Detector.L, Detector.A, Detector.E);
        assertThat(analysis.findings())
                .allSatisfy(each -> assertThat(each.logEvidence()).isFinite());
        healthy(TEN_PERCENT, 1_000_000, 0);
        assertThat(analysis.errors()).isEqualTo(Verdict.NO_DATA);
        assertThat(analysis.mayAdvance()).isFalse();
    }

    @Test
    void fewFailuresBeforeAnyBaselineTrafficAreInconclusive() {
        fail(TEN_PERCENT, true, 8, 0);
        assertThat(analysis.errors()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(finding(Detector.S).remark()).contains("waiting for the baseline");
        healthy(TEN_PERCENT, 100, 0);
        assertThat(analysis.errors()).isEqualTo(Verdict.FAIL);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000, 3_600_000, 1_000_000_000})
    void aDeadCanaryIsGoneAfterEightUsersWhateverItsHistory(long healthyCanaryRequests) {
        healthy(TEN_PERCENT, 9 * healthyCanaryRequests, healthyCanaryRequests);
        fail(TEN_PERCENT, true, 5, 9);
        assertThat(analysis.errors()).isEqualTo(Verdict.INCONCLUSIVE);
        fail(TEN_PERCENT, true, 3, 9);
        assertThat(analysis.errors()).isEqualTo(Verdict.FAIL);
        assertThat(analysis.counts().canaryCounted()).isEqualTo(8);
        assertThat(finding(Detector.S).logEvidence())
                .isGreaterThan(finding(Detector.S).logThreshold());
    }

    @Test
    void oneUserFailingForAMinuteCountsOnce() {
        healthy(TEN_PERCENT, 9_000, 1_000);
        Batch.Failure same = new Batch.Failure(42, TEN_PERCENT, true, true, 9, 0);
        for (int i = 0; i < 1_000; i++) apply(TEN_PERCENT, List.of(same));
        assertThat(analysis.errors()).isNotEqualTo(Verdict.FAIL);
        assertThat(analysis.counts().canaryFailures()).isEqualTo(1_000);
        assertThat(analysis.counts().canaryCounted()).isEqualTo(1);
        now += 60_000;
        apply(TEN_PERCENT, List.of(same));
        assertThat(analysis.counts().canaryCounted()).isEqualTo(2);
        assertThat(analysis.counts().canaryUnits()).isEqualTo(1);
    }

    @Test
    void placedUsersTellConcurrentControlNothing() {
        healthy(TEN_PERCENT, 9_000, 1_000);
        List<Batch.Failure> placed = new ArrayList<>();
        for (int i = 0; i < 5; i++) placed.add(new Batch.Failure(i, TEN_PERCENT, true, false, 9, 0));
        apply(TEN_PERCENT, placed);
        assertThat(finding(Detector.C).verdict()).isEqualTo(Verdict.NO_DATA);
        assertThat(analysis.counts().canaryCounted()).isEqualTo(5);
    }

    /** Half of the users were on the canary when their requests began to hang; the weight is lower when they time out. */
    @Test
    void aLateFailureCountsByTheWeightItsRequestWasAssignedUnder() {
        List<Batch.Failure> late = new ArrayList<>();
        for (int i = 0; i < 100; i++) late.add(new Batch.Failure(Traffic.mix(i), 50_000, i % 2 == 0, true, 0, 0));
        apply(TEN_PERCENT, late);
        assertThat(analysis.counts().canaryUnits()).isEqualTo(50);
        assertThat(finding(Detector.C).logEvidence()).isNegative();
        assertThat(finding(Detector.C).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        Analysis byBatch = new Analysis(AnalysisSettings.defaults());
        byBatch.apply(new Batch(
                now,
                TEN_PERCENT,
                late.stream().map(failure -> failure.assignedAt(TEN_PERCENT)).toList(),
                0,
                0,
                List.of()));
        assertThat(byBatch.findings().get(0).logEvidence()).isGreaterThan(18.4);
    }

    @Test
    void concurrentControlConvictsWhereTheAbsoluteLimitIsGenerous() {
        Analysis generous = new Analysis(
                new AnalysisSettings(true, 1.5, 0.5, false, new double[] {0.5}, 2, 0.001, 10_000_000, 0.99));
        List<Batch.Failure> failures = new ArrayList<>();
        for (int i = 0; i < 15; i++) failures.add(new Batch.Failure(Traffic.mix(i), TEN_PERCENT, true, true, 45, 4));
        generous.apply(new Batch(1, TEN_PERCENT, failures, 0, 0, List.of()));
        assertThat(generous.errors()).isNotEqualTo(Verdict.FAIL);
        generous.apply(Batch.ofSuccesses(2, TEN_PERCENT, 2, 0).with(new Batch.Witness(1, 2)));
        assertThat(generous.errors()).isEqualTo(Verdict.FAIL);
        assertThat(generous.findings())
                .extracting(Finding::verdict)
                .containsExactly(Verdict.FAIL, Verdict.INCONCLUSIVE);
    }

    @Test
    void aTripOnTheWayThroughABatchIsReported() {
        Analysis generous = new Analysis(
                new AnalysisSettings(true, 1.5, 0.5, false, new double[] {0.5}, 2, 0.001, 10_000_000, 0.99));
        List<Batch.Failure> failures = new ArrayList<>();
        for (int i = 0; i < 115; i++) failures.add(new Batch.Failure(Traffic.mix(i), TEN_PERCENT, i < 15, true, 45, 4));
        generous.apply(new Batch(1, TEN_PERCENT, failures.subList(0, 4), 0, 0, List.of()));
        Batch rest = new Batch(2, TEN_PERCENT, failures.subList(4, 115), 0, 0, List.of());
        generous.apply(rest.with(new Batch.Witness(1, 100)));
        assertThat(generous.errors()).isEqualTo(Verdict.FAIL);
        generous.apply(Batch.ofSuccesses(3, TEN_PERCENT, 1, 1));
        assertThat(generous.errors()).isNotEqualTo(Verdict.FAIL);
    }

    @Test
    void aLegacyThatFailsThreePercentDoesNotBlockItsReplacement() {
        for (int i = 0; i < 3_000; i++) {
            fail(TEN_PERCENT, false, 9, 32);
            fail(TEN_PERCENT, true, 1, 0);
            healthy(TEN_PERCENT, 0, 32);
            assertThat(analysis.errors()).isNotIn(Verdict.FAIL, Verdict.SHARED_FATE);
        }
        assertThat(analysis.counts().errorLimit()).isBetween(0.045, 0.06);
        assertThat(analysis.mayAdvance()).isTrue();
        // At 100% the baseline is silent and still remembered.
        now += 3_600_000;
        for (int i = 0; i < 1_000; i++) {
            fail(100_000, true, 1, 0);
            healthy(100_000, 0, 32);
            assertThat(analysis.errors()).isNotEqualTo(Verdict.FAIL);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000})
    void withoutControlTheDetectorsThatNeedItPause(int weight) {
        fail(weight, true, 3, 0);
        analysis.apply(new Batch(
                now,
                weight,
                List.of(),
                0,
                0,
                Collections.nCopies(20, new Batch.Slow(weight, List.of(), List.of(500, 500, 500)))));
        assertThat(finding(Detector.C).verdict()).isEqualTo(Verdict.NO_DATA);
        assertThat(finding(Detector.C).remark()).contains("no concurrent control");
        assertThat(finding(Detector.L).verdict()).isEqualTo(Verdict.NO_DATA);
        assertThat(finding(Detector.L).remark())
                .contains(weight == 0 ? "no concurrent control" : "nothing is known of the baseline");
    }

    @Test
    void atFullWeightTheAbsoluteLimitGuardsAlone() {
        healthy(100_000, 0, 1_000_000);
        fail(100_000, true, 6, 0);
        assertThat(analysis.errors()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void anOutageOfBothBlamesNobodyAndEndsByItself() {
        healthy(TEN_PERCENT, 9_000, 1_000);
        fail(TEN_PERCENT, false, 40, 0);
        for (int i = 0; i < 20; i++) {
            fail(TEN_PERCENT, true, 1, 0);
            fail(TEN_PERCENT, false, 9, 0);
        }
        assertThat(analysis.errors()).isEqualTo(Verdict.SHARED_FATE);
        assertThat(analysis.mayAdvance()).isFalse();
        for (int second = 0; second < 120; second++) {
            now += 1_000;
            healthy(TEN_PERCENT, 9_000, 1_000);
            assertThat(analysis.errors()).isNotEqualTo(Verdict.FAIL);
        }
        assertThat(analysis.errors()).isEqualTo(Verdict.PASS);
        fail(TEN_PERCENT, true, 8, 9);
        healthy(TEN_PERCENT, 9, 0);
        assertThat(analysis.errors()).isEqualTo(Verdict.FAIL);
    }

    /** A day of health, or minutes of a client that fails everywhere under ever new names, must not use C up. */
    @Test
    void concurrentControlBeginsAnewWhenItIsFull() {
        for (int i = 0; i < 131; i++) {
            List<Batch.Failure> failures = new ArrayList<>();
            for (int k = 0; k < 1_000; k++) {
                failures.add(new Batch.Failure(Traffic.mix(nextUnit++), TEN_PERCENT, k % 10 == 0, true, 900, 99));
            }
            apply(TEN_PERCENT, failures);
        }
        assertThat(finding(Detector.C).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        long before = analysis.counts().canaryUnits();
        for (int i = 0; i < 40; i++) fail(TEN_PERCENT, true, 20, 9);
        assertThat(analysis.counts().canaryUnits() - before).isEqualTo(800);
        assertThat(analysis.errors()).isEqualTo(Verdict.FAIL);
        assertThat(finding(Detector.C).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void unitsCountAnewAtEachStepAndAfterADay() {
        fail(TEN_PERCENT, false, 50, 0);
        nextUnit = 1;
        fail(TEN_PERCENT, false, 50, 0);
        assertThat(analysis.counts().baselineUnits()).isEqualTo(50);
        analysis.beginEpoch();
        nextUnit = 1;
        fail(TEN_PERCENT, false, 50, 0);
        assertThat(analysis.counts().baselineUnits()).isEqualTo(100);
        now += ConcurrentControl.EPOCH_MILLIS;
        nextUnit = 1;
        fail(TEN_PERCENT, false, 50, 0);
        assertThat(analysis.counts().baselineUnits()).isEqualTo(150);
    }

    /** A few users who are broken for good, wherever the hash puts them, are no rate. */
    @Test
    void aUnitSaysOnlySoMuchInAnHour() {
        healthy(TEN_PERCENT, 9_000, 1_000);
        for (int minute = 0; minute < 59; minute++) {
            now += 60_000;
            nextUnit = 1;
            fail(TEN_PERCENT, true, 3, 9);
            healthy(TEN_PERCENT, 100, 0);
        }
        assertThat(analysis.counts().canaryCounted()).isEqualTo(3 * 59);
        assertThat(finding(Detector.S).logEvidence()).isLessThan(3 * AbsoluteLimit.MOST_PER_UNIT);
        assertThat(analysis.errors()).isNotEqualTo(Verdict.FAIL);
    }

    @Test
    void advancingNeedsRequestsOfThisStep() {
        healthy(TEN_PERCENT, 9_000, 450);
        assertThat(analysis.mayAdvance()).isFalse();
        healthy(TEN_PERCENT, 9_000, 100);
        assertThat(analysis.mayAdvance()).isTrue();
        assertThat(analysis.errors()).isEqualTo(Verdict.PASS);
        analysis.beginStep();
        healthy(TEN_PERCENT, 9_000, 0);
        assertThat(analysis.mayAdvance()).isFalse();
        assertThat(analysis.counts().canaryRequestsInStep()).isZero();
        healthy(TEN_PERCENT, 9_000, 550);
        fail(TEN_PERCENT, true, 2, 9);
        assertThat(analysis.mayAdvance()).isFalse();
    }

    @Test
    void latencyPassesOnceTheCanaryIsSeldomEnoughSlow() {
        slow(50, 5);
        assertThat(analysis.latency()).isEqualTo(Verdict.INCONCLUSIVE);
        slow(900, 100);
        assertThat(analysis.latency()).isEqualTo(Verdict.PASS);
        analysis.beginStep();
        slow(9, 1);
        assertThat(analysis.latency()).isEqualTo(Verdict.INCONCLUSIVE);
        for (int i = 0; i < 1_000 && analysis.latency() != Verdict.FAIL; i++) slow(10, 10);
        assertThat(analysis.latency()).isEqualTo(Verdict.FAIL);
        assertThat(analysis.mayAdvance()).isFalse();
    }

    private void slow(int onBaseline, int onCanary) {
        now += 20;
        analysis.apply(new Batch(now, TEN_PERCENT, List.of(), 0, 0, List.of(slot(onBaseline, onCanary))));
    }

    /** Slow at every quantile. */
    private static Batch.Slow slot(int onBaseline, int onCanary) {
        return new Batch.Slow(TEN_PERCENT, Collections.nCopies(4, onBaseline), Collections.nCopies(4, onCanary));
    }

    @Test
    void anHourOfHealthDoesNotAdvanceACanaryThatIsJustBreaking() {
        healthy(TEN_PERCENT, 32_400_000, 3_600_000);
        assertThat(analysis.mayAdvance()).isTrue();
        fail(TEN_PERCENT, true, 4, 9);
        assertThat(analysis.mayAdvance()).isFalse();
        healthy(TEN_PERCENT, 90_000, 10_000);
        assertThat(analysis.mayAdvance()).isTrue();
    }

    @Test
    void whereErrorsAreNotJudgedTrafficMustDo() {
        AnalysisSettings settings =
                new AnalysisSettings(false, 1.5, 0.01, true, new double[] {0.5}, 2, 0.001, 10_000_000, 0.99);
        Analysis lenient = new Analysis(settings);
        lenient.apply(Batch.ofSuccesses(1, TEN_PERCENT, 900, 99));
        assertThat(lenient.mayAdvance()).isFalse();
        lenient.apply(Batch.ofSuccesses(2, TEN_PERCENT, 9, 2));
        assertThat(lenient.mayAdvance()).isTrue();
        assertThat(lenient.errors()).isEqualTo(Verdict.NO_DATA);
        assertThat(lenient.findings()).extracting(Finding::detector).containsExactly(Detector.L, Detector.A);
    }

    @Test
    void anAttemptBeginsWithoutEvidence() {
        healthy(TEN_PERCENT, 9_000, 1_000);
        fail(TEN_PERCENT, true, 8, 9);
        healthy(TEN_PERCENT, 2, 0);
        assertThat(analysis.errors()).isEqualTo(Verdict.FAIL);
        analysis.beginAttempt();
        assertThat(analysis.errors()).isEqualTo(Verdict.NO_DATA);
        assertThat(analysis.counts().canaryRequests()).isZero();
        healthy(TEN_PERCENT, 900, 100);
        assertThat(analysis.errors()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void refusesAForeignOrDamagedMemento() {
        healthy(TEN_PERCENT, 900, 100);
        Memento memento = analysis.save();
        AnalysisSettings other =
                new AnalysisSettings(true, 1.5, 0.02, true, new double[] {0.5}, 2, 0.001, 10_000_000, 0.99);
        assertThat(memento.fits(other)).isFalse();
        assertThatThrownBy(() -> Analysis.restore(other, memento)).isInstanceOf(IllegalArgumentException.class);
        long[] cut = java.util.Arrays.copyOf(memento.words(), memento.words().length - 1);
        assertThatThrownBy(() -> Analysis.restore(
                        AnalysisSettings.defaults(), new Memento(memento.version(), memento.settings(), cut)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Requests under way together are slow together: one pause is one piece of evidence, however many it catches. */
    @Test
    void oneStallOfTheCanaryIsNoVerdictButSlownessThatGoesOnIs() {
        for (int look = 0; look < 75; look++) {
            slow(0, 500);
            assertThat(analysis.latency()).as("look %d", look).isNotEqualTo(Verdict.FAIL);
        }
        for (int look = 0; look < 75; look++) slow(0, 20);
        assertThat(analysis.latency()).isEqualTo(Verdict.FAIL);
        assertThat(analysis.hangs()).isFalse();
        assertThat(analysis.counts().canarySlow()).isEqualTo(39_000);
    }

    /** Where the canary had none, several slots may come as one: that never makes more of the evidence. */
    @Test
    void slotsOfTheBaselineAloneSayNoMoreAsOne() {
        Analysis other = new Analysis(AnalysisSettings.defaults());
        other.beginAttempt();
        slow(9, 3);
        slow(5, 0);
        slow(7, 0);
        slow(9, 3);
        List<Batch.Slow> slots = List.of(slot(9, 3), slot(12, 0), slot(9, 3));
        other.apply(new Batch(now, TEN_PERCENT, List.of(), 0, 0, slots));
        assertThat(latencyEvidence(other)).isLessThanOrEqualTo(latencyEvidence(analysis));
        assertThat(latencyEvidence(other)).isCloseTo(latencyEvidence(analysis), within(0.1));
    }

    private static double latencyEvidence(Analysis of) {
        return of.findings().stream()
                .filter(finding -> finding.detector() == Detector.L)
                .mapToDouble(Finding::logEvidence)
                .findFirst()
                .orElseThrow();
    }
}
