package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How often failures are blamed on a canary wrongly, and how fast rightly, over the whole range of weights: the tables of
 * {@code docs/reference/analysis-figures.md}. Few runs always; {@code -Dsimulation.runs=200} for more, and
 * {@code -Dsimulation.page=FILE} writes the tables. Seeds are 0..n-1.
 */
@Tag("slow")
class ErrorsTableTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 2);
    private static final int[] WEIGHTS = {1, 10, 50, 75, 90, 95, 99};
    private static final List<String> PAGE = new ArrayList<>();

    private static Pair pair(int seed, int percent, double perSecond) {
        return new Pair(seed, percent * 1_000, perSecond);
    }

    private static int count(Pair.End wanted, IntFunction<Pair.End> run) {
        return (int) IntStream.range(0, RUNS)
                .filter(seed -> run.apply(seed) == wanted)
                .count();
    }

    private static void heading(String text, String... columns) {
        PAGE.add("");
        PAGE.add(text);
        PAGE.add("");
        PAGE.add("| " + String.join(" | ", columns) + " |" + " 1% | 10% | 50% | 75% | 90% | 95% | 99% |");
        PAGE.add("| --- ".repeat(columns.length + WEIGHTS.length) + "|");
    }

    private static void row(String label, List<String> cells) {
        PAGE.add("| " + label + " | " + String.join(" | ", cells) + " |");
    }

    /** Bound on what is allowed in so many runs where one in a thousand is the promise. */
    private static int most() {
        return 1 + RUNS / 500;
    }

    @Test
    void healthyPairsAreNotBlamed() {
        heading(
                "Equal services, half an hour: runs of " + RUNS + " in which the canary was blamed",
                "fails",
                "requests/s");
        double[][] cases = {
            {0.0001, 1_000},
            {0.001, 2},
            {0.001, 100},
            {0.001, 1_000},
            {0.01, 2},
            {0.01, 100},
            {0.01, 1_000},
            {0.03, 2},
            {0.03, 10},
            {0.03, 100},
            {0.05, 2},
            {0.05, 10},
            {0.05, 100}
        };
        for (double[] each : cases) {
            List<String> cells = new ArrayList<>();
            for (int weight : WEIGHTS) {
                int blamed = count(
                        Pair.End.BLAMED,
                        seed -> pair(seed, weight, each[1])
                                .rates(each[0], each[0])
                                .seconds(1_800));
                assertThat(blamed).as("%s at %d%%", label(each), weight).isLessThanOrEqualTo(most());
                cells.add(Integer.toString(blamed));
            }
            row(label(each), cells);
        }
    }

    private static String label(double... rateAndPerSecond) {
        return String.format(Locale.ROOT, "%s%% | %,.0f", percent(rateAndPerSecond[0]), rateAndPerSecond[1]);
    }

    private static String percent(double rate) {
        return String.format(Locale.ROOT, "%.2f", rate * 100).replaceFirst("\\.?0+$", "");
    }

    @Test
    void outagesOfBothAreNotBlamed() {
        heading("Both begin to fail after two minutes of health, 100 requests/s, five minutes: blamed / held", "fails");
        for (double rate : new double[] {0.3, 1}) {
            List<String> cells = new ArrayList<>();
            for (int weight : WEIGHTS) {
                IntFunction<Pair.End> outage = seed -> {
                    Pair pair = pair(seed, weight, 100);
                    pair.seconds(120);
                    return pair.rates(rate, rate).seconds(300);
                };
                int blamed = count(Pair.End.BLAMED, outage);
                int held = count(Pair.End.SHARED, outage) + count(Pair.End.NO_CONTROL, outage);
                assertThat(blamed).as("%s at %d%%", percent(rate), weight).isLessThanOrEqualTo(most());
                if (rate == 1)
                    assertThat(held).as("%s at %d%%", percent(rate), weight).isEqualTo(RUNS);
                cells.add(blamed + " / " + held);
            }
            row(percent(rate) + "%", cells);
        }
    }

    @Test
    void burstsOfBothAreNotBlamed() {
        heading("Both fail for 20 s in every 2 min, 100 requests/s, 15 min: blamed", "fails");
        for (double rate : new double[] {0.3, 1}) {
            List<String> cells = new ArrayList<>();
            for (int weight : WEIGHTS) {
                int blamed = count(Pair.End.BLAMED, seed -> {
                    Pair pair = pair(seed, weight, 100);
                    Pair.End end = Pair.End.QUIET;
                    for (int i = 0; i < 15 && end != Pair.End.BLAMED; i++) {
                        double now = i % 2 == 0 ? 0.0005 : rate;
                        end = pair.rates(now, now).seconds(i % 2 == 0 ? 100 : 20);
                    }
                    return end;
                });
                assertThat(blamed).as("%s at %d%%", percent(rate), weight).isLessThanOrEqualTo(most());
                cells.add(Integer.toString(blamed));
            }
            row(percent(rate) + "%", cells);
        }
    }

    /** The canary does as well as the baseline from the first moment on: it is in trouble, and nothing goes on. */
    @Test
    void whatFailsTogetherFromTheStartDoesNotGoOn() {
        heading(
                "Both fail from the first moment on, 100 requests/s, 5 min: blamed / might have gone on after a minute",
                "fails");
        for (double rate : new double[] {0.3, 0.5, 1}) {
            List<String> cells = new ArrayList<>();
            for (int weight : WEIGHTS) {
                int[] wentOn = new int[1];
                int blamed = count(Pair.End.BLAMED, seed -> {
                    Pair pair = pair(seed, weight, 100).rates(rate, rate);
                    Pair.End end = pair.seconds(300);
                    if (pair.mightGoOn) wentOn[0]++;
                    return end;
                });
                cells.add(blamed + " / " + wentOn[0]);
                assertThat(blamed).as("%s at %d%%", percent(rate), weight).isLessThanOrEqualTo(most());
                assertThat(wentOn[0])
                        .as("%s at %d%% went on", percent(rate), weight)
                        .isZero();
            }
            row(percent(rate) + "%", cells);
        }
    }

    @Test
    void aBrokenCanaryIsFound() {
        heading(
                "Baseline 0.1%, 1,000 requests/s, 5 min of health first: median canary requests / failures / seconds (95% of runs) until it is blamed",
                "canary fails");
        double[][] reference = { // seconds, per rate and weight
            {73, 8.4, 5.5, 10.6, 10.6, 30, 71},
            {12.6, 3.3, 0.85, 2.3, 2.3, 9, 23},
            {3, 0.5, 0.15, 0.44, 0.44, 1.6, 4.4},
            {1.1, 0.14, 0.05, 0.09, 0.13, 0.3, 1.3}, // at 99% seven good answers are chance in one outage of 128
            {0.6, 0.05, 0.02, 0.02, 0.03, 0.05, 0.2}
        };
        double[] rates = {0.02, 0.05, 0.2, 0.5, 1};
        for (int i = 0; i < rates.length; i++) {
            List<String> cells = new ArrayList<>();
            for (int w = 0; w < WEIGHTS.length; w++) {
                List<double[]> found = new ArrayList<>();
                for (int seed = 0; seed < Math.min(RUNS, 98) + 3; seed++) {
                    Pair pair = pair(seed, WEIGHTS[w], 1_000).rates(0.001, 0.001);
                    assertThat(pair.seconds(300)).isEqualTo(Pair.End.QUIET);
                    long from = pair.millis();
                    Pair.End end = pair.rates(0.001, rates[i]).seconds(600);
                    while (end == Pair.End.NO_CONTROL
                            && pair.millis() - from < 1_200_000) { // held, and judged all the same
                        end = again(pair);
                    }
                    found.add(new double[] {pair.canaryRequests, pair.canaryFailures, (pair.millis() - from) / 1e3});
                }
                double seconds = median(found, 2);
                assertThat(seconds)
                        .as("%s at %d%%", percent(rates[i]), WEIGHTS[w])
                        .isLessThanOrEqualTo(reference[i][w] * (RUNS < 50 ? 3 : 1.5) + 0.02);
                cells.add(String.format(
                        Locale.ROOT,
                        "%,.0f / %.0f / %.2f (%.2f)",
                        median(found, 0),
                        median(found, 1),
                        seconds,
                        at(found, 2, 0.95)));
            }
            row(percent(rates[i]) + "%", cells);
        }
    }

    /** On the same streams as above: baseline 0.1%, five minutes of health first, then ten minutes at most. */
    @Test
    void othersFindItLaterOrNever() {
        String[] names = {"Crossfade", "Flagger, once", "Flagger, 5 times", "Argo Rollouts", "Kayenta"};
        heading(
                "Seconds until a failing canary is found, by the rules of others too, 1,000 requests/s, medians",
                "fails",
                "rule");
        for (double rate : new double[] {0.02, 0.05, 0.2, 0.5, 1}) {
            String[][] cells = new String[names.length][WEIGHTS.length];
            for (int w = 0; w < WEIGHTS.length; w++) {
                double[][] found = new double[names.length][Math.min(RUNS, 18) + 3];
                for (int seed = 0; seed < found[0].length; seed++) {
                    Pair pair = pair(seed, WEIGHTS[w], 1_000).rates(0.001, 0.001);
                    assertThat(pair.seconds(300)).isEqualTo(Pair.End.QUIET);
                    Pair.End end = pair.rates(0.001, rate).seconds(600);
                    found[0][seed] = end == Pair.End.BLAMED ? pair.millis() / 1e3 - 300 : Double.POSITIVE_INFINITY;
                    pair.unjudged(900 - pair.millis() / 1e3);
                    int[] others = {
                        OtherRules.flagger(pair.minutes, 1),
                        OtherRules.flagger(pair.minutes, 5),
                        OtherRules.argo(pair.minutes),
                        OtherRules.kayenta(pair.minutes)
                    };
                    for (int i = 0; i < others.length; i++) {
                        found[i + 1][seed] =
                                others[i] == OtherRules.NEVER ? Double.POSITIVE_INFINITY : 60.0 * others[i] - 300;
                    }
                }
                for (int i = 0; i < names.length; i++) cells[i][w] = seconds(found[i]);
                for (int i = 1;
                        i < names.length && WEIGHTS[w] <= 95;
                        i++) { // at 99% the baseline has few requests to compare
                    assertThat(middle(found[0]))
                            .as("%s at %d%% against %s", percent(rate), WEIGHTS[w], names[i])
                            .isLessThan(middle(found[i]));
                }
            }
            for (int i = 0; i < names.length; i++) row(percent(rate) + "% | " + names[i], List.of(cells[i]));
        }
    }

    private static double middle(double[] of) {
        double[] sorted = of.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static String seconds(double[] of) {
        double middle = middle(of);
        return middle == Double.POSITIVE_INFINITY
                ? "no"
                : String.format(Locale.ROOT, middle < 1 ? "%.2f" : "%.1f", middle);
    }

    private static Pair.End again(Pair pair) {
        long requests = pair.canaryRequests;
        long failures = pair.canaryFailures;
        Pair.End end = pair.seconds(1);
        pair.canaryRequests += requests;
        pair.canaryFailures += failures;
        return end == Pair.End.QUIET ? Pair.End.NO_CONTROL : end;
    }

    private static double median(List<double[]> of, int column) {
        return at(of, column, 0.5);
    }

    private static double at(List<double[]> of, int column, double share) {
        double[] sorted = of.stream().mapToDouble(each -> each[column]).sorted().toArray();
        return sorted[(int) (share * sorted.length)];
    }

    @AfterAll
    static void write() throws IOException {
        String page = System.getProperty("simulation.page", "");
        if (!page.isEmpty()) Files.write(Path.of(page), ordered());
    }

    /** The tables in the order of their headings, whatever the order of the tests. */
    private static List<String> ordered() {
        List<String> tables = List.of(String.join("\n", PAGE).strip().split("\n\n(?=[A-Z])"));
        return tables.stream().sorted().map(table -> table + "\n").toList();
    }
}
