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
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How often two services that do equally well lead to a verdict all the same: rows of {@code docs/reference/analysis-figures.md}. A row
 * is a family of runs over all weights, rates and paces, with the seeds 0..n-1. {@code -Dsimulation.family=3000} is the default,
 * {@code -Dsimulation.page=FILE} writes the table.
 */
@Tag("slow")
class FalseVerdictsTest {
    private static final int RUNS = Integer.getInteger("simulation.family", 3_000);
    private static final int[] PERCENT = {1, 10, 50, 75, 90, 95, 99};
    private static final double[] FAILS = {0.0001, 0.001, 0.005, 0.01, 0.02, 0.03, 0.05};
    private static final double[] PER_SECOND = {2, 10, 100, 1_000};
    private static final List<String> ROWS = Collections.synchronizedList(new ArrayList<>());

    /** One run: its place in the grid of weights, rates and paces follows from its seed. */
    private record Place(int seed, int weight, double fails, double perSecond, SplittableRandom random) {
        static Place of(int seed) {
            int cell = seed;
            int percent = PERCENT[cell % PERCENT.length];
            cell /= PERCENT.length;
            double fails = FAILS[cell % FAILS.length];
            cell /= FAILS.length;
            return new Place(
                    seed, percent * 1_000, fails, PER_SECOND[cell % PER_SECOND.length], new SplittableRandom(seed));
        }

        Alike of(Crowd crowd) {
            return new Alike(random, crowd, weight, perSecond);
        }

        /** As long as a simulation of 3,000 can afford. */
        double seconds() {
            return perSecond < 1_000 ? 1_800 : 600;
        }

        Alike strangers() {
            return of(Crowd.ofStrangers(fails));
        }
    }

    private interface Run {
        Alike.End of(Place place);
    }

    /**
     * Plays a family.
     *
     * @param wrong ends that must not be
     */
    private static void family(String name, String how, Run run, Alike.End... wrong) {
        List<Alike.End> ends = IntStream.range(0, RUNS)
                .parallel()
                .mapToObj(seed -> run.of(Place.of(seed)))
                .toList();
        List<Integer> bad = IntStream.range(0, RUNS)
                .filter(seed -> List.of(wrong).contains(ends.get(seed)))
                .boxed()
                .toList();
        ROWS.add(String.format(
                Locale.ROOT,
                "| %s | %s | %,d | %d | %.2f%% |",
                name,
                how,
                RUNS,
                bad.size(),
                100 * upperBound(bad.size(), RUNS)));
        System.out.printf("%s: wrong with seeds %s of 0..%d%n", name, bad, RUNS - 1);
        assertThat(bad.size()).as("%s, seeds %s", name, bad).isLessThanOrEqualTo(1 + RUNS / 1_000);
    }

    /** Upper 95% bound of a chance (Clopper and Pearson 1934, one-sided), by bisection. */
    static double upperBound(int seen, int of) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (atMost(seen, of, middle) > 0.05) low = middle;
            else high = middle;
        }
        return high;
    }

    private static double atMost(int seen, int of, double chance) {
        double term = of * Math.log1p(-chance);
        double sum = Math.exp(term);
        for (int i = 1; i <= seen; i++) {
            term += Math.log((of - i + 1.0) / i) + Math.log(chance) - Math.log1p(-chance);
            sum += Math.exp(term);
        }
        return sum;
    }

    @Test
    void healthyPairs() {
        family(
                "healthy",
                "each request a user of its own, as of bots; half an hour, at 1,000/s ten minutes",
                place -> place.strangers().seconds(place.seconds()),
                Alike.End.BLAMED,
                Alike.End.SHARED,
                Alike.End.NO_CONTROL);
    }

    @Test
    void unlikeUsers() {
        family(
                "unlike users",
                "1,000 users, chances to fail from a beta distribution with alpha 0.05; half an hour, at 1,000/s ten minutes",
                place -> place.of(Crowd.ofUnlike(place.random, 1_000, 0.05, place.fails))
                        .seconds(place.seconds()),
                Alike.End.BLAMED,
                Alike.End.NO_CONTROL);
    }

    @Test
    void heavyUsers() {
        family(
                "heavy users",
                "1,000 users with traffic by Zipf's law; half an hour, at 1,000/s ten minutes",
                place -> {
                    double[] traffic = IntStream.rangeClosed(1, 1_000)
                            .mapToDouble(rank -> 1.0 / rank)
                            .toArray();
                    double[] fails = new double[traffic.length];
                    Arrays.fill(fails, place.fails);
                    return place.of(Crowd.of(place.random, traffic, fails)).seconds(place.seconds());
                },
                Alike.End.BLAMED,
                Alike.End.NO_CONTROL);
    }

    @Test
    void brokenUsers() {
        family(
                "broken users",
                "5 of 200 users fail always, on either; half an hour, at 1,000/s ten minutes",
                place -> {
                    double[] traffic = new double[200];
                    Arrays.fill(traffic, 1);
                    double[] fails = new double[traffic.length];
                    Arrays.fill(fails, place.fails);
                    Arrays.fill(fails, 0, 5, 1);
                    return place.of(Crowd.of(place.random, traffic, fails)).seconds(place.seconds());
                },
                Alike.End.BLAMED);
    }

    @Test
    void sharedBursts() {
        double[] bursts = {0.05, 0.1, 0.3, 0.5, 1};
        family(
                "shared bursts",
                "for 20 s in every 2 min 5 to 100% fail on both; 15 min",
                place -> {
                    Alike pair = place.strangers();
                    double burst = bursts[place.seed % bursts.length];
                    for (int i = 0; i < 7; i++) {
                        Alike.End quiet = pair.seconds(100);
                        if (quiet == Alike.End.BLAMED) return quiet;
                        Alike.End end = pair.together(20, burst);
                        if (end == Alike.End.BLAMED) return end;
                    }
                    return Alike.End.QUIET;
                },
                Alike.End.BLAMED);
    }

    @Test
    void outagesOfBoth() {
        double[] outages = {0.05, 0.1, 0.3, 0.5, 1};
        family(
                "outages of both",
                "after 2 min 5 to 100% fail on both; 5 min",
                place -> {
                    Alike pair = place.strangers();
                    Alike.End end = pair.seconds(120);
                    double outage = outages[place.seed % outages.length];
                    for (int i = 0; i < 30 && end != Alike.End.BLAMED; i++) end = pair.together(10, outage);
                    return end;
                },
                Alike.End.BLAMED);
    }

    @AfterAll
    static void write() throws IOException {
        List<String> sorted = ROWS.stream().sorted().toList();
        sorted.forEach(System.out::println);
        String page = System.getProperty("simulation.page", "");
        if (!page.isEmpty()) Files.write(Path.of(page), sorted);
    }
}
