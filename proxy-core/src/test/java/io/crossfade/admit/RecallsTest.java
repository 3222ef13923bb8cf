package io.crossfade.admit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecallsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /** Ten percent of 1,000 requests a second hang from the beginning: 20 % is enough for each of them. */
    @Test
    void theStandardShareIsEnoughForATenthThatHangs() {
        Recalls recalls = new Recalls(0.2, 2);
        int refused = 0;
        for (int i = 0; i < 60_000; i++) {
            long now = i * MILLI;
            recalls.asked(i % 2, now);
            if (i >= 1_000 && i % 10 == 0) {
                refused += recalls.isBudgetLeft(0, now) ? 0 : 1;
                recalls.recalled(0, now);
            }
        }
        assertThat(refused).isZero();
    }

    /** Half of the requests hang: of them as many are recalled as the share says, and not more. */
    @Test
    void noMoreThanTheShareIsSpentInTenSeconds() {
        Recalls recalls = new Recalls(0.2, 2);
        int[] spent = new int[60];
        for (int i = 0; i < 60_000; i++) {
            long now = i * MILLI;
            int loop = i % 2;
            recalls.asked(loop, now);
            if (i % 4 < 2 && recalls.isBudgetLeft(loop, now)) {
                recalls.recalled(loop, now);
                spent[i / 1_000]++;
            }
        }
        for (int from = 10; from + 10 <= spent.length; from++) {
            int sum = 0;
            for (int second = from; second < from + 10; second++) {
                sum += spent[second];
            }
            assertThat(sum).isBetween(1_900, 2_100);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.2, 1})
    void threeASecondAreLeftInAnyCase(double share) {
        Recalls recalls = new Recalls(share, 1);
        for (int i = 0; i < 30; i++) {
            assertThat(recalls.isBudgetLeft(0, 500 * MILLI + i)).isTrue();
            recalls.recalled(0, 500 * MILLI + i);
        }
        assertThat(recalls.isBudgetLeft(0, 600 * MILLI)).isFalse();
        assertThat(recalls.isBudgetLeft(0, 10 * SECOND - 1)).isFalse();
        assertThat(recalls.isBudgetLeft(0, 10 * SECOND)).isTrue();
    }

    @Test
    void theBaselineIsOverdueWhenMoreThanATenthOfItIs() {
        Recalls recalls = new Recalls(0.2, 2);
        assertThat(recalls.isBaselineOverdue(0)).isFalse();
        for (int i = 0; i < 9; i++) {
            recalls.baselineAnswered(i % 2, i);
        }
        recalls.baselineOverdue(0, 10);
        assertThat(recalls.isBaselineOverdue(11)).isFalse();
        recalls.baselineOverdue(1, 12);
        assertThat(recalls.isBaselineOverdue(13)).isTrue();
        assertThat(recalls.isBaselineOverdue(2 * SECOND - 1)).isTrue();
        assertThat(recalls.isBaselineOverdue(2 * SECOND)).isFalse();
    }

    /** Against a list that is walked through at each question; the clock is negative, as nanoTime may be, and jumps at times. */
    @Test
    void theLastSecondsAreCountedWhateverTheClockDoes() {
        long seed = new SplittableRandom().nextLong();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        LastSeconds counted = new LastSeconds(3, 10);
        ArrayList<Long> all = new ArrayList<>();
        long now = -100 * SECOND - random.nextLong(SECOND);
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(1_000) == 0 ? random.nextLong(30 * SECOND) : random.nextLong(100 * MILLI);
            counted.add(random.nextInt(3), now);
            all.add(Math.floorDiv(now, SECOND));
            if (i % 10 == 0) {
                long second = Math.floorDiv(now, SECOND);
                assertThat(counted.sum(now))
                        .isEqualTo(
                                all.stream().filter(each -> each > second - 10).count());
            }
        }
    }
}
