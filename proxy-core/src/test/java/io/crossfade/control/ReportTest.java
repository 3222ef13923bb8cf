package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.Verb;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of rollbacks and holds, and that a restart makes the same of the journal. */
final class ReportTest {
    @TempDir
    Path folder;

    @Test
    void eachRollbackAndHoldIsKeptWhoeverDecided() {
        List<Report> reports;
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 60_000, 100_000, 60_000))) {
            bench.ask(Verb.START);
            bench.ask(Verb.HOLD);
            bench.ask(Verb.RESUME);
            bench.feed.succeed(0, 9_000, 1_000);
            bench.pass(1_000);
            bench.feed.fail(0, true, 12);
            bench.feed.settle();
            reports = bench.control.reports();

            assertThat(reports).hasSize(2);
            Report hold = reports.get(0);
            assertThat(hold.kind()).isEqualTo("hold");
            RolloutStatus.Asked asked = Objects.requireNonNull(hold.asked());
            assertThat(asked.actor()).isEqualTo("ann");
            assertThat(asked.reason()).isEqualTo("told so");
            assertThat(hold.before()).isEqualTo(new Report.Place("baking", 1, 0, 10_000));
            assertThat(hold.after()).isEqualTo(new Report.Place("held", 1, 0, 10_000));
            Report back = reports.get(1);
            assertThat(back.reason()).startsWith("errors-");
            assertThat(back.asked())
                    .as("a request from before is not its cause")
                    .isNull();
            assertThat(back.before().weight()).isEqualTo(10_000);
            assertThat(back.after()).isEqualTo(new Report.Place("rolledBack", 1, 0, 0));
            assertThat(back.numbers()).containsKeys("canaryRequests", "canaryFailures", "canaryUnits");
            assertThat(bench.decision().sequence()).isEqualTo(back.sequence());
            assertThat(bench.control.report(back.sequence())).contains(back);
            assertThat(bench.control.report(1)).isEmpty();
        }
        try (Bench again = new Bench(folder, Bench.steps(10_000, 60_000, 100_000, 60_000))) {
            assertThat(again.control.reports()).isEqualTo(reports);
        }
    }

    @Test
    void theNewestAreKept() {
        RecentReports reports = new RecentReports(() -> 3);
        Report.Place place = new Report.Place("held", 1, 0, 10_000);
        for (long sequence : new long[] {7, 1, 9, 3, 5}) { // rollouts are replayed one after the other
            reports.add(new Report(
                    sequence, 0, "orders", "", "hold", "", "operator", null, place, place, List.of(), Map.of()));
        }
        assertThat(reports.all()).extracting(Report::sequence).containsExactly(5L, 7L, 9L);
    }
}
