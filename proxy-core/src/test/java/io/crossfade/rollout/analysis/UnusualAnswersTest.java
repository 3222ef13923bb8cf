package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Detector E at 1,000 requests a second; seeds are named when a promise breaks. */
class UnusualAnswersTest {
    private static final int CLIENT_ERROR = 1;
    private static final int EMPTY = 3;
    private static final long NONE = -1;

    private final Analysis analysis = new Analysis(AnalysisSettings.defaults());

    /** Milliseconds until the canary is found out, or NONE. */
    private long found(int seed, int weight, double baseline, double canary, int answerClass, int seconds) {
        SplittableRandom random = new SplittableRandom(seed);
        analysis.beginAttempt();
        for (int now = 20; now <= 1_000 * seconds; now += 20) {
            List<Batch.Answered> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                long unit = random.nextLong();
                boolean onCanary = Long.remainderUnsigned(unit, Batch.BUCKETS) < weight;
                if (random.nextDouble() < (onCanary ? canary : baseline)) {
                    answers.add(new Batch.Answered(unit, weight, onCanary, answerClass, answerClass == CLIENT_ERROR));
                }
            }
            Batch.Others others = new Batch.Others(List.of(), answers, 0, 0);
            analysis.apply(new Batch(now, weight, List.of(), 18, 2, List.of(), others));
            if (analysis.clientErrors() == Verdict.FAIL) return now;
        }
        return NONE;
    }

    @ParameterizedTest
    @CsvSource({
        "1_000, 0.001, 2_000",
        "10_000, 0, 300",
        "10_000, 0.001, 300",
        "50_000, 0.001, 300",
        "90_000, 0.01, 1_000"
    })
    void aCanaryThatLostItsRoutesIsFoundAndUsersAreBroughtBack(String weight, double baseline, String most) {
        int buckets = Integer.parseInt(weight.replace("_", ""));
        for (int seed = 0; seed < 20; seed++) {
            long found = found(seed, buckets, baseline, 1, CLIENT_ERROR, 10);
            assertThat(found).as("seed %d", seed).isBetween(20L, Long.parseLong(most.replace("_", "")));
            assertThat(analysis.turnsAway()).as("seed %d", seed).isTrue();
            assertThat(analysis.mayAdvance()).isFalse();
        }
    }

    @Test
    void emptyAnswersHoldAndDoNotRollBack() {
        assertThat(found(1, 10_000, 0, 1, EMPTY, 10)).isBetween(20L, 300L);
        assertThat(analysis.turnsAway()).isFalse();
        assertThat(analysis.counts().answers().name()).isEqualTo("empty answers");
    }

    /** Eight times as many 404 as the baseline has: beyond the margin of two, and no reason to take users away. */
    @Test
    void aFewMoreAreFoundAndHold() {
        assertThat(found(1, 10_000, 0.01, 0.08, CLIENT_ERROR, 300)).isPositive();
        assertThat(analysis.turnsAway()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000, 50_000, 90_000, 99_000})
    void whatClientsDoWrongOnBothSidesCancels(int weight) {
        for (int seed = 0; seed < 5; seed++) {
            assertThat(found(seed, weight, 0.2, 0.2, CLIENT_ERROR, 120))
                    .as("seed %d", seed)
                    .isEqualTo(NONE);
        }
    }

    @Test
    void twiceAsManyIsWithinTheMargin() {
        for (int seed = 0; seed < 5; seed++) {
            assertThat(found(seed, 10_000, 0.02, 0.04, CLIENT_ERROR, 300))
                    .as("seed %d", seed)
                    .isEqualTo(NONE);
        }
    }

    /** The class begins anew when so many units are counted as it remembers. */
    @Test
    void itIsNeverFull() {
        assertThat(found(1, 10_000, 0.5, 0.5, CLIENT_ERROR, 100)).isEqualTo(NONE);
        assertThat(found(2, 10_000, 0.001, 1, CLIENT_ERROR, 10)).isPositive();
    }
}
