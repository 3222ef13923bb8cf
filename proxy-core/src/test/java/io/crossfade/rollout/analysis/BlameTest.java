package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is to blame: never the canary for what both share, above all where the baseline has few users left. Seeds are 0..n-1. */
class BlameTest {
    private static Map<Verdict, Integer> verdicts(int runs, IntFunction<Verdict> run) {
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        for (int seed = 0; seed < runs; seed++) verdicts.merge(run.apply(seed), 1, Integer::sum);
        return verdicts;
    }

    private static Traffic traffic(int seed, int weight, double perSecond, double rate) {
        Traffic traffic = new Traffic(seed).errors(rate);
        traffic.weight = weight;
        traffic.perSecond = perSecond;
        traffic.users = Long.MAX_VALUE;
        traffic.perBatch = Integer.MAX_VALUE;
        traffic.lookAtFailures = true;
        return traffic;
    }

    /** The baseline has hardly a request where the canary has a hundred: it has said nothing, and that is no sign of health. */
    @ParameterizedTest
    @CsvSource({"99000, 100, 0.03", "99000, 100, 0.05", "95000, 100, 0.03", "90000, 10, 0.03"})
    void equalRatesAtAHighWeightAreNotTheCanarysFault(int weight, double perSecond, double rate) {
        Map<Verdict, Integer> verdicts =
                verdicts(20, seed -> traffic(seed, weight, perSecond, rate).untilRequests((long) (600 * perSecond)));
        assertThat(verdicts.getOrDefault(Verdict.FAIL, 0)).as("%s", verdicts).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"50000, 1", "75000, 1", "90000, 1", "95000, 1", "99000, 1", "75000, 0.3", "90000, 0.3", "99000, 0.3"})
    void anOutageOfBothAtAHighWeightIsNotTheCanarysFault(int weight, double rate) {
        Map<Verdict, Integer> verdicts = verdicts(100, seed -> {
            Traffic traffic = traffic(seed, weight, 100, 0);
            traffic.untilRequests(12_000);
            return traffic.errors(rate).untilRequests(20_000);
        });
        // at 99% and 30% sixteen answers in a row that are well by chance look like health
        assertThat(verdicts.getOrDefault(Verdict.FAIL, 0)).as("%s", verdicts).isLessThanOrEqualTo(rate == 1 ? 0 : 1);
        if (rate == 1) assertThat(verdicts).containsOnlyKeys(Verdict.SHARED_FATE);
    }

    /**
     * A service that both need hangs. The canary gives up after a second; the baseline waits longer and says nothing, but for answers
     * that it had before.
     */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000, 50_000, 90_000, 99_000})
    void aCanaryThatGivesUpFirstIsNotBlamedForAHangOfBoth(int weight) {
        Analysis analysis = afterFiveMinutes(weight);
        SplittableRandom random = new SplittableRandom(1);
        for (long ms = 301_000; ms < 330_000; ms += 10) {
            if (random.nextInt(100_000) >= weight) continue;
            Batch.Failure failure = new Batch.Failure(random.nextLong(), weight, true, true, 1, 0);
            analysis.apply(new Batch(ms, weight, List.of(failure), 0, 0, List.of()).with(witnesses(analysis, 1)));
            assertThat(analysis.errors()).as("after %d ms", ms).isNotEqualTo(Verdict.FAIL);
        }
        assertThat(analysis.noControl(330_000)).isTrue();
        analysis.apply(new Batch(331_000, weight, List.of(), 20, 0, List.of()).with(witnesses(analysis, 20)));
        assertThat(analysis.errors()).as("once the baseline is seen to answer").isEqualTo(Verdict.FAIL);
        assertThat(analysis.noControl(350_000)).isFalse();
    }

    private static Batch.Witness witnesses(Analysis analysis, long answers) {
        return new Batch.Witness(analysis.roseAtMillis(), answers);
    }

    private static Analysis afterFiveMinutes(int weight) {
        Analysis analysis = new Analysis(AnalysisSettings.defaults());
        analysis.beginAttempt();
        for (int s = 0; s < 300; s++) {
            analysis.apply(Batch.ofSuccesses(s * 1_000L, weight, 100 - weight / 1_000, weight / 1_000));
        }
        return analysis;
    }

    @Test
    void waitsForTheBaselineTenSecondsAndNoLonger() {
        Analysis analysis = afterFiveMinutes(90_000);
        assertThat(analysis.waiting()).isFalse();
        for (int i = 0; i < 200; i++) { // while the baseline is due twenty
            Batch.Failure failure = new Batch.Failure(Traffic.mix(i), 90_000, true, true, 0, 0);
            analysis.apply(new Batch(300_000 + i, 90_000, List.of(failure), 0, 0, List.of()));
        }
        assertThat(analysis.waiting()).isTrue();
        assertThat(analysis.errors()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(analysis.findings())
                .filteredOn(finding -> finding.detector() != Detector.L)
                .extracting(Finding::remark)
                .contains("waiting for the baseline to show that it is well");
        assertThat(analysis.noControl(309_999)).isFalse();
        assertThat(analysis.noControl(310_020)).isTrue();
    }

    /** One of a hundred requests is the baseline's: that none of twenty began and ended well in ten seconds says nothing of it. */
    @Test
    void aBaselineWithFewRequestsIsGivenTheTimeToAnswer() {
        Analysis analysis = afterFiveMinutes(99_000);
        for (int i = 0; i < 1_900; i++) {
            Batch.Failure failure = new Batch.Failure(Traffic.mix(i), 99_000, true, true, 0, 0);
            analysis.apply(new Batch(300_000 + 50 * i, 99_000, List.of(failure), 0, 0, List.of()));
            assertThat(analysis.noControl(300_000 + 50 * i)).as("%d", i).isFalse();
        }
        for (int i = 1_900; i < 2_100; i++) {
            Batch.Failure failure = new Batch.Failure(Traffic.mix(i), 99_000, true, true, 0, 0);
            analysis.apply(new Batch(300_000 + 50 * i, 99_000, List.of(failure), 0, 0, List.of()));
        }
        assertThat(analysis.noControl(300_000 + 50 * 2_100)).isTrue();
    }

    /** Witnesses of an earlier story are none of this one. */
    @Test
    void witnessesMustHaveBegunAfterTheEvidenceRose() {
        Analysis analysis = afterFiveMinutes(10_000);
        for (int i = 0; i < 20; i++) {
            Batch.Failure failure = new Batch.Failure(Traffic.mix(i), 10_000, true, true, 9, 0);
            analysis.apply(new Batch(300_000 + i, 10_000, List.of(failure), 0, 0, List.of())
                    .with(new Batch.Witness(299_000, 500)));
            assertThat(analysis.errors()).isNotEqualTo(Verdict.FAIL);
        }
        analysis.apply(new Batch(300_021, 10_000, List.of(), 9, 0, List.of()).with(new Batch.Witness(300_020, 1)));
        assertThat(analysis.errors()).isNotEqualTo(Verdict.FAIL);
        analysis.apply(new Batch(300_022, 10_000, List.of(), 9, 0, List.of()).with(new Batch.Witness(300_020, 2)));
        assertThat(analysis.errors()).isEqualTo(Verdict.FAIL);
    }
}
