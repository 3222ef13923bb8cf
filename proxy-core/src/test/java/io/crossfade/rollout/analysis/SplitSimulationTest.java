package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How often the split test holds a rollout whose split is as set, and after how many units it finds one that is not: tables of
 * {@code docs/reference/analysis-figures.md}. Each run is an attempt of as many new units as the test looks at. Seeds are 0..n-1;
 * {@code -Dsimulation.attempts=6000} of each family is the default, {@code -Dsimulation.page=FILE} writes the tables.
 */
@Tag("slow")
class SplitSimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.attempts", 6_000);
    private static final double[] WEIGHTS = {0.01, 0.1, 0.5, 0.9, 0.99};
    private static final int ATTEMPTS_FOR_POWER = 201;
    private static final List<String> ROWS = Collections.synchronizedList(new ArrayList<>());

    /** The weight in force when the unit of this number came. */
    private interface Plan {
        double weight(int unit, SplittableRandom random);
    }

    /** The unit at which the test trips when the odds of the canary are so many times what is set; 0 when it never does. */
    private static int trips(Plan plan, double odds, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SplitEvidence test = new SplitEvidence();
        for (int unit = 0; unit < SplitEvidence.MOST_UNITS; unit++) {
            double pi = plan.weight(unit, random);
            test.judge(pi, random.nextDouble() < odds * pi / (odds * pi + 1 - pi));
            if (test.verdict() == Verdict.FAIL) return unit + 1;
        }
        return 0;
    }

    private static List<Integer> wrong(String name, Plan plan) {
        List<Integer> seeds = IntStream.range(0, RUNS)
                .parallel()
                .filter(seed -> trips(plan, 1, seed) > 0)
                .boxed()
                .toList();
        System.out.printf(Locale.ROOT, "%s: held of %,d: seeds %s%n", name, RUNS, seeds);
        row(name, RUNS, seeds.size());
        return seeds;
    }

    private static void row(String name, int runs, int wrong) {
        ROWS.add(String.format(
                Locale.ROOT, "A| %s | %,d | %,d | %.3f%% |", name, runs, wrong, 100 * upper(wrong, runs)));
    }

    /** The least count that a Poisson number of this mean exceeds with a chance of at most 1e-4. */
    private static int atMost(double mean) {
        double chance = StrictMath.exp(-mean);
        double sum = chance;
        int count = 0;
        while (1 - sum > 1e-4) sum += chance *= mean / ++count;
        return count;
    }

    /** One-sided 95% bound of Clopper and Pearson. */
    private static double upper(int events, int runs) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double p = (low + high) / 2;
            double term = StrictMath.pow(1 - p, runs);
            double sum = term;
            for (int k = 1; k <= events; k++) sum += term *= (runs - k + 1.0) / k * p / (1 - p);
            if (sum > 0.05) low = p;
            else high = p;
        }
        return high;
    }

    /** Each family and all of them together: with alpha for each attempt more than so many would be a chance of one in 10,000. */
    @Test
    void holdsHardlyAnySplitThatIsAsSet() {
        int each = SplitEvidence.MOST_UNITS / WEIGHTS.length + 1;
        Map<String, Plan> families = new TreeMap<>();
        for (double weight : WEIGHTS) {
            families.put(String.format(Locale.ROOT, "%.0f%%", 100 * weight), (unit, random) -> weight);
        }
        families.put("1, 10, 50, 90, 99%, one after the other", (unit, random) -> WEIGHTS[unit / each]);
        families.put("99, 90, 50, 10, 1%, one after the other", (unit, random) -> WEIGHTS[4 - unit / each]);
        families.put("one of 1, 10, 50, 90, 99% for each unit", (unit, random) -> WEIGHTS[random.nextInt(5)]);
        families.put(
                "by hand: 1% more every 37 units, and from 99% back to 1%",
                (unit, random) -> 0.01 * (1 + unit / 37 % 99));
        int all = 0;
        for (Map.Entry<String, Plan> family : families.entrySet()) {
            List<Integer> seeds = wrong(family.getKey(), family.getValue());
            all += seeds.size();
            assertThat(seeds).as(family.getKey()).hasSizeLessThanOrEqualTo(atMost(RUNS * SplitEvidence.ALPHA));
        }
        int runs = RUNS * families.size();
        row("all of them", runs, all);
        assertThat(all).isLessThanOrEqualTo(atMost(runs * SplitEvidence.ALPHA));
    }

    @Test
    void findsWhatIsNotAsSet() {
        finds("10% are 12%", (unit, random) -> 0.1, odds(0.1, 0.12), 12_000);
        finds("10% are 8%", (unit, random) -> 0.1, odds(0.1, 0.08), 12_000);
        finds("50% are 48%", (unit, random) -> 0.5, odds(0.5, 0.48), 27_000);
        finds("50% are 45%", (unit, random) -> 0.5, odds(0.5, 0.45), 5_000);
        finds("1% are 2%", (unit, random) -> 0.01, odds(0.01, 0.02), 7_000);
        finds("1% are 0%", (unit, random) -> 0.01, 0, 3_000);
        finds("99% are 98%", (unit, random) -> 0.99, odds(0.99, 0.98), 7_000);
        int each = 2_000;
        finds(
                "1.2 times the odds, 1, 10, 50, 90, 99% for 2,000 units each, and again",
                (unit, random) -> WEIGHTS[unit / each % WEIGHTS.length], 1.2, 20_000);
    }

    private static double odds(double set, double is) {
        return is / (1 - is) / (set / (1 - set));
    }

    private static void finds(String name, Plan plan, double odds, int atMost) {
        int[] units = IntStream.range(0, ATTEMPTS_FOR_POWER)
                .map(seed -> trips(plan, odds, seed))
                .map(unit -> unit == 0 ? Integer.MAX_VALUE : unit)
                .sorted()
                .toArray();
        int median = units[ATTEMPTS_FOR_POWER / 2];
        int p95 = units[ATTEMPTS_FOR_POWER * 95 / 100];
        long never =
                Arrays.stream(units).filter(unit -> unit == Integer.MAX_VALUE).count();
        ROWS.add(String.format(
                Locale.ROOT,
                "B| %s | %,d | %s | %d of %d |",
                name,
                median,
                p95 == Integer.MAX_VALUE ? "never" : String.format(Locale.ROOT, "%,d", p95),
                never,
                ATTEMPTS_FOR_POWER));
        assertThat(median).as(name).isLessThan(atMost);
    }

    @AfterAll
    static void write() throws IOException {
        List<String> lines = ROWS.stream().sorted().map(row -> row.substring(1)).toList();
        lines.forEach(System.out::println);
        String page = System.getProperty("simulation.page", "");
        if (!page.isEmpty()) Files.write(Path.of(page), lines);
    }
}
