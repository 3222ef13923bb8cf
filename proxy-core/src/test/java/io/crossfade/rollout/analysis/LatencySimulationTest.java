package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The promises of detectors L and A, kept against simulated services at 1,000 requests a second; seeds are named when one breaks. */
class LatencySimulationTest {
    private static final double WAITS = Double.POSITIVE_INFINITY;

    private static long median(int runs, IntToLongFunction run) {
        long[] results = IntStream.range(0, runs).mapToLong(run).sorted().toArray();
        return results[runs / 2];
    }

    /** Milliseconds from the onset to the verdict: a request is a millisecond. */
    private static long slowed(int seed, int weight, double slowness, int perBatch) {
        Traffic traffic = new Traffic(seed);
        traffic.weight = weight;
        traffic.users = 100_000_000;
        traffic.baselineSlowness = 1;
        traffic.canarySlowness = 1;
        traffic.perBatch = 20;
        assertThat(traffic.untilRequests(10_000)).as("seed %d", seed).isEqualTo(Verdict.PASS);
        traffic.perBatch = perBatch;
        long onset = traffic.requests;
        traffic.canarySlowness = slowness;
        assertThat(traffic.untilRequests(60_000)).as("seed %d", seed).isEqualTo(Verdict.FAIL);
        return traffic.requests - onset;
    }

    @ParameterizedTest
    @CsvSource({
        "1_000, 4, 20, 20_000",
        "10_000, 4, 20, 6_000",
        "10_000, 4, 1, 6_000",
        "50_000, 4, 20, 6_000",
        "10_000, 3, 20, 15_000",
        "10_000, 10, 10, 4_000"
    })
    void slowCanaryIsFoundInTime(String weight, double slowness, int perBatch, String most) {
        int buckets = Integer.parseInt(weight.replace("_", ""));
        long millis = median(11, seed -> slowed(seed, buckets, slowness, perBatch));
        assertThat(millis).isBetween(2_000L, Long.parseLong(most.replace("_", "")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000, 50_000})
    void canaryAtItsLatencyMarginNeverFails(int weight) {
        passes(weight, 1, 2, 100_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000, 50_000})
    void bothSlowingDownTogetherChangesNothing(int weight) {
        passes(weight, 4, 4, 50_000);
    }

    private static void passes(int weight, double baselineSlowness, double canarySlowness, int requests) {
        for (int seed = 0; seed < 5; seed++) {
            Traffic traffic = new Traffic(seed);
            traffic.weight = weight;
            traffic.baselineSlowness = baselineSlowness;
            traffic.canarySlowness = canarySlowness;
            assertThat(traffic.untilRequests(requests)).as("seed %d", seed).isEqualTo(Verdict.PASS);
        }
    }

    /** Identical variants, and one client with a share of the traffic for whom everything takes 8 times as long. */
    @ParameterizedTest
    @CsvSource({"1_000, 50", "10_000, 10"})
    void oneHeavyClientOnTheCanaryRollsNothingBack(String weight, int perSecond) {
        Services services = new Services(7, Integer.parseInt(weight.replace("_", "")));
        services.heavyPerSecond = perSecond;
        assertThat(services.verdict(120_000)).isEqualTo(Services.NONE);
    }

    // Hangs.

    @ParameterizedTest
    @ValueSource(doubles = {500, 2_000, 15_000, WAITS})
    void aCanaryThatHangsIsFoundInFiveSecondsHoweverLongItsUsersWait(double patienceMillis) {
        for (int seed = 0; seed < 6; seed++) {
            Services services = new Services(seed, 10_000);
            services.patienceMillis = patienceMillis;
            services.hangsAtMillis = 20_000 + 137 * seed;
            long found = services.verdict(60_000);
            assertThat(found - (long) services.hangsAtMillis)
                    .as("seed %d", seed)
                    .isBetween(2_000L, 5_000L);
            assertThat(services.analysis.hangs()).as("seed %d", seed).isTrue();
        }
    }

    /** Three percent of the requests never get an answer. */
    @ParameterizedTest
    @ValueSource(doubles = {500, 2_000, WAITS})
    void aFewThatHangAreFoundToo(double patienceMillis) {
        for (int seed = 0; seed < 5; seed++) {
            Services services = new Services(seed, 10_000);
            services.patienceMillis = patienceMillis;
            services.hangsAtMillis = 20_000;
            services.hangingShare = 0.05;
            assertThat(services.verdict(80_000)).as("seed %d", seed).isBetween(20_000L, 60_000L);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {500, 1_500, WAITS})
    void bothHangingTogetherIsNobodysFault(double patienceMillis) {
        for (int seed = 0; seed < 3; seed++) {
            Services services = new Services(seed, 10_000);
            services.patienceMillis = patienceMillis;
            services.hangsAtMillis = 20_000;
            services.bothHang = true;
            assertThat(services.verdict(50_000)).as("seed %d", seed).isEqualTo(Services.NONE);
        }
    }

    /** One of ten identical instances is the canary; each of them stands still for two seconds every ten minutes. */
    private static void stalls(int seeds, int millis, double patienceMillis) {
        for (int seed = 0; seed < seeds; seed++) {
            Services services = new Services(seed, 10_000);
            services.patienceMillis = patienceMillis;
            services.stallMillis = 2_000;
            assertThat(services.verdict(millis)).as("seed %d", seed).isEqualTo(Services.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {500, WAITS})
    void aStallOfTwoSecondsRollsNothingBack(double patienceMillis) {
        stalls(1, 610_000, patienceMillis);
    }

    /** The canary's one instance stands still for two seconds in every two minutes, while the baseline's ten do so seldom. */
    @Test
    void fiveStallsInTenMinutesRollNothingBack() {
        for (int seed = 6; seed < 12; seed++) {
            Services services = new Services(seed, 10_000);
            services.stallMillis = 2_000;
            services.canaryStallsEveryMillis = 120_000;
            services.users = 10_000;
            assertThat(services.verdict(600_000)).as("seed %d", seed).isEqualTo(Services.NONE);
        }
    }

    @Tag("slow")
    @Test
    void aStallOfTwoSecondsRollsNothingBackInHalfAnHour() {
        stalls(20, 1_800_000, WAITS);
    }

    // At 100 %.

    private static Traffic full(int seed) {
        Traffic traffic = new Traffic(seed);
        traffic.baselineSlowness = 1;
        traffic.canarySlowness = 1;
        assertThat(traffic.untilRequests(20_000)).isEqualTo(Verdict.PASS);
        traffic.weight = 100_000;
        assertThat(traffic.untilRequests(20_000)).isEqualTo(Verdict.PASS);
        return traffic;
    }

    @ParameterizedTest
    @CsvSource({"4, 10_000", "100, 6_000"})
    void atFullWeightASlowCanaryIsFoundAgainstTheBaselinesLastLatencies(double slowness, String most) {
        for (int seed = 0; seed < 3; seed++) {
            Traffic traffic = full(seed);
            long onset = traffic.requests;
            traffic.canarySlowness = slowness;
            assertThat(traffic.untilRequests(60_000)).as("seed %d", seed).isEqualTo(Verdict.FAIL);
            assertThat(traffic.requests - onset).isBetween(1_500L, Long.parseLong(most.replace("_", "")));
        }
    }

    @Test
    void atFullWeightACanaryAtItsMarginNeverFails() {
        for (int seed = 0; seed < 2; seed++) {
            Traffic traffic = full(seed);
            traffic.canarySlowness = 2;
            assertThat(traffic.untilRequests(100_000)).as("seed %d", seed).isEqualTo(Verdict.PASS);
        }
    }
}
