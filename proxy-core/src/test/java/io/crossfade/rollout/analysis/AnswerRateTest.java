package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unusual answers at 100 %, where nobody is left to compare with; seeds are fixed. */
class AnswerRateTest {
    private static final int CLIENT_ERROR = 1;
    private static final int ALL = Batch.BUCKETS;

    private final SplittableRandom random = new SplittableRandom(5);
    private final Analysis analysis = new Analysis(AnalysisSettings.defaults());
    private int second;

    @BeforeEach
    void begin() {
        analysis.beginAttempt();
    }

    /** One second of so many units of a variant, each of which is answered so with a chance. */
    private void second(int weight, boolean canary, int units, double rate) {
        second++;
        List<Batch.Answered> answers = new ArrayList<>();
        for (int i = 0; i < units; i++) {
            if (random.nextDouble() < rate) {
                answers.add(new Batch.Answered(random.nextLong(), weight, canary, CLIENT_ERROR, true));
            }
        }
        Batch.Others others = new Batch.Others(List.of(), answers, canary ? 0 : units, canary ? units : 0);
        analysis.apply(new Batch(second * 1_000L, weight, List.of(), 10, 10, List.of(), others));
    }

    /** 404 to all after the last step. */
    @ParameterizedTest
    @CsvSource({"0, 3", "0.001, 3", "0.05, 5", "0.2, 10"})
    void aCanaryThatLosesItsRoutesIsFoundAndUsersAreBroughtBack(double baseline, int within) {
        for (int i = 0; i < 200; i++) second(95_000, false, 20, baseline);
        for (int i = 0; i < 60; i++) second(ALL, true, 20, baseline);
        assertThat(analysis.clientErrors()).isNotEqualTo(Verdict.FAIL);
        int from = second;
        while (analysis.clientErrors() != Verdict.FAIL && second < from + 60) second(ALL, true, 20, 1);
        assertThat(second - from).as("seconds").isLessThanOrEqualTo(within);
        assertThat(analysis.turnsAway()).isTrue();
        assertThat(analysis.mayAdvance()).isFalse();
    }

    /** A few more, ten times as many: it holds, and nobody is taken away. */
    @Test
    void tenTimesAsManyHold() {
        for (int i = 0; i < 500; i++) second(95_000, false, 20, 0.01);
        while (analysis.clientErrors() != Verdict.FAIL && second < 2_000) second(ALL, true, 20, 0.1);
        assertThat(analysis.clientErrors()).isEqualTo(Verdict.FAIL);
        assertThat(analysis.turnsAway()).isFalse();
    }

    /** Twice the baseline's share is still allowed, for a day, whatever it is. */
    @ParameterizedTest
    @CsvSource({"0.0005, 0.001", "0.01, 0.02", "0.1, 0.2", "0.3, 0.6", "0.36, 1"})
    void twiceTheShareIsAllowed(double baseline, double canary) {
        for (int i = 0; i < 1_000; i++) second(95_000, false, 20, baseline);
        for (int i = 0; i < 86_400 / 4; i++) {
            second(ALL, true, 20, canary);
            assertThat(analysis.clientErrors()).as("after %d s", i).isNotEqualTo(Verdict.FAIL);
        }
    }

    /** A hundred bots with an old token, who come again every minute, are a hundred units once. */
    @Test
    void whoIsAlwaysAnsweredSoCountsOnce() {
        for (int i = 0; i < 200; i++) second(95_000, false, 20, 0);
        for (int minute = 0; minute < 600; minute++) {
            second(ALL, true, 20, 0);
            List<Batch.Answered> answers = new ArrayList<>();
            for (int bot = 0; bot < 4; bot++) answers.add(new Batch.Answered(bot, ALL, true, CLIENT_ERROR, true));
            Batch.Others others = new Batch.Others(List.of(), answers, 0, 100);
            analysis.apply(new Batch(++second * 1_000L, ALL, List.of(), 0, 10, List.of(), others));
            assertThat(analysis.clientErrors()).as("after %d min", minute).isNotEqualTo(Verdict.FAIL);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void aBaselineThatNobodyKnowsIsNoMeasure(int seconds) {
        for (int i = 0; i < seconds; i++) second(95_000, false, 20, 0);
        for (int i = 0; i < 60; i++) second(ALL, true, 20, 1);
        assertThat(analysis.clientErrors()).isEqualTo(Verdict.NO_DATA);
    }

    @Test
    void goesOnToTheBit() {
        for (int i = 0; i < 100; i++) second(95_000, false, 20, 0.1);
        for (int i = 0; i < 100; i++) second(ALL, true, 20, 0.1);
        Analysis again = Analysis.restore(AnalysisSettings.defaults(), analysis.save());
        assertThat(again.save()).isEqualTo(analysis.save());
        assertThat(again.findings()).isEqualTo(analysis.findings());
    }
}
