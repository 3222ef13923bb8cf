package io.crossfade.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.outcome.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CountersTest {
    private final Counters counters =
            new Counters(2, List.of("host", "too-large"), List.of("orders"), List.of("hash", "breaker"));

    @Test
    void mergesWhatTheLoopsCounted() {
        int baseline = counters.series("orders", "baseline");
        int canary = counters.series("orders", "canary");
        counters.loop(0).finished(canary, Outcome.OK, 200, 1_000_000);
        counters.loop(1).finished(canary, Outcome.OK, 404, 2_000_000);
        counters.loop(1).finished(canary, Outcome.FAILED_STATUS, 503, 3_000_000);
        counters.loop(0).finished(canary, Outcome.CLIENT_ABORT, 0, 4_000_000);
        assertThat(counters.requests(canary)).isEqualTo(4);
        assertThat(counters.failures(canary)).isEqualTo(1);
        assertThat(counters.count(canary, Outcome.OK, 2)).isEqualTo(1);
        assertThat(counters.count(canary, Outcome.OK, 4)).isEqualTo(1);
        assertThat(counters.count(canary, Outcome.CLIENT_ABORT, 0)).isEqualTo(1);
        assertThat(counters.durationNanos(canary)).isEqualTo(10_000_000);
        assertThat(counters.latency(canary)[LatencyBuckets.of(3_000_000)]).isEqualTo(1);
        assertThat(Arrays.stream(counters.latency(canary)).sum()).isEqualTo(4);
        assertThat(counters.requests(baseline)).isZero();
        assertThat(counters.latency(baseline)).containsOnly(0);
    }

    @Test
    void aSeriesKeepsItsNumberAndItsCountsAcrossReloads() {
        int before = counters.series("orders", "canary");
        counters.loop(0).finished(before, Outcome.OK, 200, 1);
        for (int route = 0; route < 50; route++) {
            int series = counters.series("route-" + route, "baseline");
            counters.loop(0).finished(series, Outcome.OK, 200, 1);
        }
        assertThat(counters.series("orders", "canary")).isEqualTo(before);
        assertThat(counters.requests(before)).isEqualTo(1);
        assertThat(counters.requests(counters.series("route-49", "baseline"))).isEqualTo(1);
    }

    @Test
    void aRolloutThatComesLaterIsCountedAndOneThatComesBackGoesOn() {
        counters.loop(0).assigned(counters.rollout("orders"), 0);
        int late = counters.rollout("search");
        counters.loop(1).assigned(late, 1);
        counters.loop(0).assigned(late, 1);
        assertThat(late).isEqualTo(1);
        assertThat(counters.rollout("orders")).isZero();
        assertThat(counters.assignments(0, 0)).isEqualTo(1);
        assertThat(counters.assignments(counters.rollout("search"), 1)).isEqualTo(2);
        assertThat(counters.assignments(late, 0)).isZero();
        assertThat(counters.rollouts()).containsExactly("orders", "search");
    }

    /** A reload of ten thousand routes asks for as many numbers. */
    @Test
    void numbersForManyNamesAreFoundInTime() {
        long begin = System.nanoTime();
        for (int i = 0; i < 100_000; i++) {
            assertThat(counters.series("route-" + i % 50_000, "none")).isEqualTo(i % 50_000);
        }
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(10);
    }

    @Test
    void countsRefusalsAndWhatIsInFlight() {
        counters.loop(0).begun();
        counters.loop(1).begun();
        counters.loop(1).begun();
        counters.loop(1).ended();
        counters.refused(0, 1);
        counters.refused(1, 1);
        assertThat(counters.inFlight()).isEqualTo(2);
        assertThat(counters.refusals(0)).isZero();
        assertThat(counters.refusals(1)).isEqualTo(2);
    }

    @Test
    void aStatusThatIsNoneHasNoClass() {
        int series = counters.series("orders", "canary");
        for (int status : new int[] {0, 99, 600, 999, -1}) {
            counters.loop(0).finished(series, Outcome.BAD_RESPONSE, status, 1);
        }
        assertThat(counters.count(series, Outcome.BAD_RESPONSE, 0)).isEqualTo(5);
    }

    @Test
    @Timeout(60)
    void aReaderBesideTwoWritersNeverSeesACountGoBack() {
        int perLoop = 300_000;
        int allSeries = 20;
        CompletableFuture<?> writers = CompletableFuture.allOf(
                CompletableFuture.runAsync(() -> write(counters.loop(0), perLoop, allSeries)),
                CompletableFuture.runAsync(() -> write(counters.loop(1), perLoop, allSeries)));
        long[] before = new long[allSeries];
        boolean over;
        do {
            over = writers.isDone();
            for (int series = 0; series < allSeries; series++) {
                long now = counters.requests(series);
                assertThat(now).isGreaterThanOrEqualTo(before[series]);
                before[series] = now;
            }
            assertThat(counters.inFlight()).isBetween(0L, 2L);
        } while (!over);
        writers.join();
        assertThat(Arrays.stream(before).sum()).isEqualTo(2L * perLoop);
    }

    private static void write(LoopCounters loop, int times, int series) {
        for (int i = 0; i < times; i++) {
            loop.begun();
            loop.finished(i % series, Outcome.OK, 200, i);
            loop.ended();
        }
    }
}
