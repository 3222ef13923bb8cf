package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.analysis.Trouble.When;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two services that fail together: nobody is blamed, and nothing goes on. {@code -Dsimulation.trouble=200} is the default of the slow tests,
 * {@code -Dsimulation.page=FILE} writes their table. Seeds are 0..n-1.
 */
class TroubleOfBothTest {
    private static final int RUNS = Integer.getInteger("simulation.trouble", 200);
    private static final int[] WEIGHTS = {1, 20, 50, 90, 95, 99};
    private static final double[] RATES = {0.05, 0.1, 0.3, 0.5, 1};
    private static final List<String> PAGE = new ArrayList<>();

    /** How many were held, and seconds until which it could have gone on at the latest, as the trouble was not to be seen yet. */
    private static String cell(When when, int runs, int percent, double fails) {
        int held = 0;
        double latest = -1;
        for (int seed = 0; seed < runs; seed++) {
            Trouble trouble = Trouble.of(when, seed, percent, fails);
            String what = String.format(Locale.ROOT, "%s, %s at %d%%, seed %d", when, fails, percent, seed);
            assertThat(trouble.blamed()).as("%s: blamed", what).isFalse();
            assertThat(trouble.wentOn(when))
                    .as("%s: went on after %s s", what, trouble.wentOnSeconds())
                    .isFalse();
            if (fails >= 0.1)
                assertThat(trouble.wentOnBetween())
                        .as("%s: between bursts", what)
                        .isFalse();
            if (trouble.held()) held++;
            latest = Math.max(latest, trouble.wentOnSeconds());
        }
        return latest < 0 ? held + " / never" : String.format(Locale.ROOT, "%d / %.1f", held, latest);
    }

    @ParameterizedTest
    @CsvSource({
        "START, 50, 0.05",
        "START, 99, 0.3",
        "MIDDLE, 20, 1",
        "MIDDLE, 95, 0.3",
        "BURSTS, 90, 0.5",
        "BURSTS, 1, 0.1"
    })
    void nobodyIsBlamedAndNothingGoesOn(When when, int percent, double fails) {
        cell(when, 4, percent, fails);
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(When.class)
    void norInAnyOfTwoHundredRuns(When when) {
        PAGE.add("");
        PAGE.add(when + ": held of " + RUNS + " / seconds until nothing could go on");
        PAGE.add("");
        PAGE.add("| fails | 1% | 20% | 50% | 90% | 95% | 99% |");
        PAGE.add("| --- ".repeat(1 + WEIGHTS.length) + "|");
        for (double rate : RATES) {
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "| %.0f%% |", 100 * rate));
            for (int weight : WEIGHTS)
                row.append(' ').append(cell(when, RUNS, weight, rate)).append(" |");
            System.out.println(when + " " + row);
            PAGE.add(row.toString());
        }
    }

    /** A legacy that has always failed 3% is replaced by one that fails as often, at any weight, when it has had the requests to show it. */
    @ParameterizedTest
    @CsvSource({"1000, 1000, 250", "20000, 100, 200", "50000, 100, 200"})
    void whatHasAlwaysFailedALittleIsReplaced(int weight, double perSecond, int seconds) {
        for (int seed = 0; seed < 5; seed++) {
            Alike pair = new Alike(new SplittableRandom(seed), Crowd.ofStrangers(0.03), weight, perSecond);
            assertThat(pair.seconds(seconds)).as("seed %d", seed).isEqualTo(Alike.End.QUIET);
            assertThat(pair.wentOnAt).as("seed %d", seed).isPositive();
        }
    }

    /** Trouble often comes back: what was in trouble must do well for two minutes. */
    @Test
    void aMomentAfterTroubleNothingGoesOn() {
        Alike pair = new Alike(new SplittableRandom(1), Crowd.ofStrangers(0.0005), 20_000, 1_000);
        pair.endsWhenHeld = false;
        pair.seconds(120);
        assertThat(pair.mightGoOn).isTrue();
        pair.together(20, 0.015);
        assertThat(pair.heldAt).isNegative();
        pair.seconds(100);
        assertThat(pair.mightGoOn).isFalse();
        pair.seconds(120);
        assertThat(pair.mightGoOn).isTrue();
    }

    @AfterAll
    static void write() throws IOException {
        String page = System.getProperty("simulation.page", "");
        if (!page.isEmpty()) Files.write(Path.of(page), PAGE);
    }
}
