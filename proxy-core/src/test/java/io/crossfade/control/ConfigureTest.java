package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.control.Operation.Result;
import io.crossfade.rollout.Identity;
import io.crossfade.rollout.Metrics;
import io.crossfade.rollout.OnFail;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import io.crossfade.rollout.analysis.AnalysisSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts come, change and go while the control thread runs. */
final class ConfigureTest {
    private static final Plan ORDERS = Bench.steps(10_000, 60_000, 100_000, 60_000);
    private static final Plan BY_HAND = Bench.manual("payments", 20_000);

    @TempDir
    Path folder;

    @TempDir
    Path copies;

    @Test
    void aNewRolloutBeginsAsItsPlanSays() {
        try (Bench bench = new Bench(folder, ORDERS)) {
            bench.ask(Verb.START);
            bench.configure(Bench.numbered(ORDERS, BY_HAND));
            bench.feed.settle();
            assertThat(bench.control.statuses()).extracting(RolloutStatus::name).containsExactly("orders", "payments");
            assertThat(bench.weightOf(1)).isEqualTo(20_000);
            bench.feed.succeed(1, 9_000, 1_000);
            bench.pass(1_000);
            bench.feed.fail(1, true, 12);
            bench.feed.settle();
            assertThat(bench.weightOf(1)).isZero();
            assertThat(bench.weightOf(0)).isEqualTo(10_000);
        }
    }

    @Test
    void whatDoesNotChangeKeepsEvidenceAndBakeTime() {
        try (Bench bench = new Bench(folder, ORDERS)) {
            bench.ask(Verb.START);
            bench.feed.succeed(0, 9_000, 1_000);
            bench.feed.fail(0, true, 2);
            bench.pass(40_000);
            RolloutStatus before = bench.status();
            bench.configure(Bench.numbered(Bench.steps(10_000, 60_000, 100_000, 60_000), BY_HAND));
            assertThat(bench.status()).isEqualTo(before);
            bench.configure(Bench.numbered(ORDERS));
            bench.feed.settle();
            assertThat(bench.status()).isEqualTo(before);
        }
    }

    /** A plan may change by a restart or while the thread runs: what follows is the same. */
    @Test
    void aChangedPlanIsTakenUpAsByARestart() {
        Plan changed = Bench.steps(10_000, 30_000, 50_000, 60_000, 100_000, 60_000);
        RolloutStatus live;
        try (Bench bench = new Bench(folder, ORDERS)) {
            climbAWhile(bench);
            Bench.copy(folder, copies.resolve("before"));
            bench.configure(Bench.numbered(changed));
            bench.feed.settle();
            live = bench.status();
            assertThat(bench.control.eventsAfter(3, 10))
                    .extracting(ControlApi.JournaledEvent::type)
                    .containsExactly("planChanged");
        }
        try (Bench restarted = new Bench(copies.resolve("before"), changed)) {
            assertThat(restarted.status()).isEqualTo(live);
        }
        try (Bench after = new Bench(folder, changed)) {
            assertThat(after.status()).isEqualTo(live);
        }
    }

    @Test
    void aChangedAnalysisBeginsWithoutEvidence() {
        try (Bench bench = new Bench(folder, ORDERS)) {
            climbAWhile(bench);
            Plan stricter = new Plan(
                    "orders",
                    new Identity("legacy", "next", "orders", ""),
                    ORDERS.steps(),
                    0,
                    new AnalysisSettings(
                            true, 1.2, 0.02, true, new double[] {0.5, 0.9, 0.99}, 2.0, 0.001, 10_000_000, 0.99),
                    Map.of(
                            Metrics.ERRORS,
                            OnFail.ROLLBACK_IMMEDIATE,
                            Metrics.LATENCY,
                            OnFail.ROLLBACK_GRACEFUL,
                            Metrics.CLIENT_ERRORS,
                            OnFail.HOLD,
                            Metrics.USER_SUCCESS,
                            OnFail.HOLD,
                            Metrics.THROUGHPUT,
                            OnFail.HOLD),
                    60_000);
            bench.configure(Bench.numbered(stricter));
            bench.feed.settle();
            assertThat(bench.status().verdicts())
                    .extracting(RolloutStatus.Verdict::verdict)
                    .containsOnly("NoData");
            assertThat(bench.weight()).isEqualTo(10_000);
            RolloutStatus live = bench.status();
            Bench.copy(folder, copies.resolve("after"));
            try (Bench restarted = new Bench(copies.resolve("after"), stricter)) {
                assertThat(restarted.status()).isEqualTo(live);
            }
        }
    }

    @Test
    void aRolloutThatDisappearsDuringAClimbGoesToItsBaselineFirst() throws IOException {
        try (Bench bench = new Bench(folder, ORDERS)) {
            climbAWhile(bench);
            bench.configure(List.of());
            assertThat(bench.weightOf(0)).isZero();
            assertThat(bench.control.statuses()).isEmpty();
            assertThat(bench.ask(Verb.RETRY).result()).isEqualTo(Result.UNKNOWN_ROLLOUT);
            bench.feed.fail(0, true, 12);
            bench.feed.settle();
        }
        assertThat(Files.readString(folder.resolve(Journal.FILE)).lines())
                .hasSize(5)
                .element(3)
                .asString()
                .contains("\"type\":\"rolledBack\"", "\"mode\":\"graceful\"", "\"reason\":\"removed\"");
    }

    /** Who is done, or has never begun, has nobody on the way. */
    @Test
    void aRolloutThatIsNotUnderWayGoesWithoutAWord() {
        try (Bench bench = new Bench(folder, ORDERS)) {
            bench.configure(List.of());
            assertThat(bench.control.eventsAfter(0, 10)).isEmpty();
        }
    }

    @Test
    void aNumberIsAName() {
        try (Bench bench = new Bench(folder, ORDERS)) {
            CompletableFuture<?> done = bench.control.configure(List.of(new Numbered(0, BY_HAND)));
            assertThat(done)
                    .failsWithin(Bench.PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("number 0: payments (expected: orders)");
            assertThat(bench.control.statuses()).extracting(RolloutStatus::name).containsExactly("orders");
        }
    }

    @Test
    void afterCloseNothingIsConfigured() {
        Bench bench = new Bench(folder, ORDERS);
        bench.close();
        assertThat(bench.control.configure(List.of()))
                .failsWithin(Bench.PATIENCE)
                .withThrowableThat()
                .withMessageContaining("the server is stopping");
    }

    private static void climbAWhile(Bench bench) {
        bench.ask(Verb.START);
        bench.feed.succeed(0, 9_000, 1_000);
        bench.feed.fail(0, true, 2);
        bench.pass(20_000);
    }
}
