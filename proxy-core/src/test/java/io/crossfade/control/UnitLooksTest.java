package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.observe.Feed;
import io.crossfade.observe.RolloutFeed.Observed;
import io.crossfade.observe.UnitCounts;
import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.AnalysisSettings;
import io.crossfade.rollout.analysis.Batch;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From what event loops count to what the analysis is told of distinct units. */
final class UnitLooksTest {
    private static final int LOOPS = 3;
    private static final AnalysisSettings.Users BOTH = new AnalysisSettings.Users(true, 0.95, true, 0.9);

    private final Feed feed = new Feed(LOOPS, 1);
    private final SplittableRandom random = new SplittableRandom(4);
    private final UnitLooks looks = new UnitLooks(0, feed, BOTH);

    private void request(long unit, int weight, boolean fails) {
        boolean canary = Long.remainderUnsigned(unit, 100_000) < weight;
        int who = Observed.who(canary, true, weight);
        Feed.Loop loop = feed.loop(random.nextInt(LOOPS));
        if (fails) {
            loop.failed(0, who, unit, System.nanoTime());
        } else {
            loop.succeeded(0, who, false, unit, 1_000, System.nanoTime());
        }
    }

    private static long unit(int number) {
        return new SplittableRandom(number).nextLong();
    }

    /** The same units on all loops, in several minutes, are the same units still. */
    @Test
    void aUnitCountsOnceInAStep() {
        Analysis analysis = new Analysis(AnalysisSettings.defaults().with(BOTH));
        analysis.beginAttempt();
        looks.take(0, analysis.unitRounds());
        for (int second = 1; second < 200; second++) {
            for (int i = 0; i < 200; i++) {
                int number = random.nextInt(2_000);
                request(unit(number), 20_000, number % 10 == 0);
            }
            Batch.Users users = looks.take(second * 1_000L, analysis.unitRounds());
            analysis.apply(Batch.ofSuccesses(second * 1_000L, 20_000, 1, 1).with(users));
        }
        assertThat(analysis.counts().units().baselineSeen()).isBetween(1_450L, 1_750L);
        assertThat(analysis.counts().units().canarySeen()).isBetween(360L, 440L);
        assertThat(analysis.counts().units().canaryFailed()).isBetween(25L, 60L);
        assertThat(analysis.counts().units().baselineFailed()).isBetween(125L, 200L);
    }

    /** After five minutes there are as many units of either, and their requests; of placed units there are none. */
    @ParameterizedTest
    @ValueSource(ints = {2_000, 20_000, 50_000, 80_000, 98_000})
    void aWindowHasAsManyUnitsOfEither(int weight) {
        Batch.Users users = looks.take(0, 1);
        feed.loop(0).succeeded(0, Observed.who(true, false, weight), false, 1, 1_000, System.nanoTime());
        for (int second = 1; second <= 300; second++) {
            for (int i = 0; i < 300; i++) {
                request(unit(random.nextInt(15_000)), weight, false);
            }
            assertThat(users.window()).as("after %d s", second - 1).isEmpty();
            users = looks.take(second * 1_000L, 1);
        }
        double expected = 15_000 * 0.998 * Math.min(weight, 100_000 - weight) / 100_000.0;
        assertThat(units(users, 0) / expected).as("baseline").isBetween(0.75, 1.25);
        assertThat(units(users, UnitCounts.GROUPS) / expected).as("canary").isBetween(0.75, 1.25);
        assertThat(well(users, 0) / units(users, 0)).as("of a unit").isBetween(5.4, 6.6);
        assertThat(well(users, UnitCounts.GROUPS) / units(users, UnitCounts.GROUPS))
                .as("of a unit on the canary")
                .isBetween(5.4, 6.6);
    }

    private static double units(Batch.Users users, int firstGroup) {
        double sum = 0;
        for (int i = firstGroup; i < firstGroup + UnitCounts.GROUPS; i++) {
            sum += users.window().get(2 * i + 1) / 100.0;
        }
        return sum;
    }

    private static double well(Batch.Users users, int firstGroup) {
        double sum = 0;
        for (int i = firstGroup; i < firstGroup + UnitCounts.GROUPS; i++) {
            sum += users.window().get(2 * i);
        }
        return sum;
    }

    /** When the analysis begins anew, nobody has been seen, and a window begins. */
    @Test
    void whatWasBeforeIsForgotten() {
        looks.take(0, 1);
        for (int second = 1; second < 290; second++) {
            request(unit(second), 50_000, true);
            looks.take(second * 1_000L, 1);
        }
        assertThat(looks.take(290_000, 2)).isEqualTo(Batch.Users.NONE);
        assertThat(looks.take(300_000, 2).isEmpty()).isTrue();
        request(unit(1), 50_000, true);
        Batch.Users users = looks.take(310_000, 2);
        assertThat(users.raised()).as("seen and failed").hasSize(2);
        assertThat(users.window()).isEmpty();
    }

    /** How many users the canary had in a minute is told once, and nothing when there are none. */
    @Test
    void theMinuteIsToldWhenItEnds() {
        looks.take(0, 1);
        assertThat(looks.take(60_000, 1).canaryLately()).isEqualTo(-1);
        for (int i = 0; i < 3; i++) {
            request(i, 100_000, false);
        }
        assertThat(looks.take(90_000, 1).canaryLately()).isEqualTo(-1);
        assertThat(looks.take(120_000, 1).canaryLately()).isEqualTo(3);
        assertThat(looks.take(180_000, 1).canaryLately()).isZero();
        assertThat(looks.take(240_000, 1).canaryLately()).isEqualTo(-1);
    }
}
