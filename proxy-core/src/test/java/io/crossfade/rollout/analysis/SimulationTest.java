package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The promises of the analysis, kept against simulated services; seeds are 0..n-1, and named when a promise breaks. */
class SimulationTest {
    private static final int HEALTHY_REQUESTS = 1_000_000;

    private static long median(int runs, IntToLongFunction run) {
        long[] results = IntStream.range(0, runs).mapToLong(run).sorted().toArray();
        return results[runs / 2];
    }

    // Detection: failures. Reference values of the product contract: 6/6, 15/8, 274/14 after 100,000 healthy canary
    // requests.

    private static Traffic afterHealth(int seed, int weight, int healthyCanaryRequests) {
        Traffic traffic = new Traffic(seed).errors(0.001);
        traffic.weight = weight;
        traffic.users = 100_000_000;
        traffic.perBatch = 200;
        assertThat(traffic.untilCanaryRequests(healthyCanaryRequests))
                .as("seed %d", seed)
                .isEqualTo(Verdict.PASS);
        traffic.perBatch = 1;
        traffic.startCounting();
        return traffic;
    }

    private static long failing(int seed, int healthyCanaryRequests, double rate, boolean countFailures) {
        Traffic traffic = afterHealth(seed, 10_000, healthyCanaryRequests);
        traffic.canaryErrors = rate;
        assertThat(traffic.untilCanaryRequests(10_000)).as("seed %d", seed).isEqualTo(Verdict.FAIL);
        return countFailures ? traffic.canaryFailures : traffic.canaryRequests;
    }

    @ParameterizedTest
    @CsvSource({"1.0, 6, 6, 6, 6", "0.5, 12, 19, 7, 9", "0.05, 205, 343, 11, 17"})
    void failingCanaryIsFoundAsFastAsTheReference(
            double rate, long leastRequests, long mostRequests, long leastFailures, long mostFailures) {
        assertThat(median(41, seed -> failing(seed, 2_000, rate, false))).isBetween(leastRequests, mostRequests);
        assertThat(median(41, seed -> failing(seed, 2_000, rate, true))).isBetween(leastFailures, mostFailures);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"1.0, 6, 6", "0.5, 12, 19", "0.05, 205, 343"})
    void alsoAfterAHundredThousandHealthyRequests(double rate, long least, long most) {
        assertThat(median(41, seed -> failing(seed, 100_000, rate, false))).isBetween(least, most);
    }

    @Test
    void deadCanaryNeverNeedsMoreThanEightUsers() {
        for (int seed = 0; seed < 100; seed++) {
            assertThat(failing(seed, 500, 1.0, true)).as("seed %d", seed).isLessThanOrEqualTo(8);
        }
    }

    // No false rollback.

    private static void healthyPair(int seed, int requests, int brokenUsers) {
        Traffic traffic = new Traffic(seed).errors(0.005);
        traffic.brokenUsers = brokenUsers;
        traffic.brokenShare = brokenUsers == 0 ? 0 : 0.01;
        assertThat(traffic.untilRequests(requests)).as("seed %d", seed).isEqualTo(Verdict.PASS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 200})
    void healthyPairIsNeverRolledBack(int brokenUsers) {
        for (int seed = 0; seed < 5; seed++) healthyPair(seed, HEALTHY_REQUESTS / 5, brokenUsers);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(ints = {0, 200})
    void healthyPairIsNeverRolledBackInAMillionRequests(int brokenUsers) {
        for (int seed = 0; seed < 20; seed++) healthyPair(seed, HEALTHY_REQUESTS, brokenUsers);
    }

    // Shared fate.

    private static Map<Verdict, Integer> sharedOutages(int runs, int weight, double rate) {
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        for (int seed = 0; seed < runs; seed++) {
            Traffic traffic = new Traffic(seed).errors(0.001);
            traffic.weight = weight;
            traffic.perBatch = 1 + seed % 20;
            traffic.untilRequests(2_000);
            traffic.errors(rate);
            verdicts.merge(traffic.untilRequests(2_000), 1, Integer::sum);
        }
        return verdicts;
    }

    @ParameterizedTest
    @CsvSource({"1000, 1.0", "1000, 0.3", "10000, 1.0", "10000, 0.3", "50000, 1.0", "50000, 0.3"})
    void outageOfBothIsNotBlamedOnTheCanary(int weight, double rate) {
        Map<Verdict, Integer> verdicts = sharedOutages(100, weight, rate);
        assertThat(verdicts.getOrDefault(Verdict.FAIL, 0)).as("%s", verdicts).isZero();
        if (rate == 1 && weight >= 10_000) assertThat(verdicts).containsOnlyKeys(Verdict.SHARED_FATE);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"10000, 1.0", "10000, 0.3", "50000, 1.0", "50000, 0.5", "50000, 0.2"})
    void outageOfBothIsBlamedOnTheCanaryOnceInAThousandAtMost(int weight, double rate) {
        Map<Verdict, Integer> verdicts = sharedOutages(2_000, weight, rate);
        assertThat(verdicts.getOrDefault(Verdict.FAIL, 0)).as("%s", verdicts).isLessThanOrEqualTo(2);
    }

    // Memory.

    @RepeatedTest(10)
    void goesOnToTheBitAfterARestart(RepetitionInfo repetition) {
        int seed = repetition.getCurrentRepetition();
        Traffic one = eventful(seed);
        Traffic other = eventful(seed);
        one.untilRequests(500 + 1_000L * seed);
        other.untilRequests(500 + 1_000L * seed);
        Memento memento = one.analysis.save();
        Traffic restored = other.with(Analysis.restore(AnalysisSettings.defaults(), memento));
        assertThat(restored.analysis.save()).as("seed %d", seed).isEqualTo(memento);
        one.untilRequests(5_000);
        restored.untilRequests(5_000);
        assertThat(restored.analysis.save()).as("seed %d", seed).isEqualTo(one.analysis.save());
        assertThat(restored.analysis.findings()).isEqualTo(one.analysis.findings());
        assertThat(restored.analysis.counts()).isEqualTo(one.analysis.counts());
        assertThat(Arrays.asList(restored.analysis.errors(), restored.analysis.latency()))
                .containsExactly(one.analysis.errors(), one.analysis.latency());
    }

    private static Traffic eventful(int seed) {
        Traffic traffic = new Traffic(seed).errors(0.03, 0.04);
        traffic.brokenUsers = 20;
        traffic.brokenShare = 0.01;
        traffic.baselineSlowness = 1;
        traffic.canarySlowness = 1.8;
        return traffic;
    }
}
