package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.Levels;
import io.crossfade.rollout.Metric;
import io.crossfade.rollout.Metrics;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An alert as people see it: in the status, in the journal, and after a restart. */
final class AlertTest {
    private static final Plan PLAN = with(
            Map.of(Metrics.ERRORS, new Levels(0.001, 0.002, 0.01)), Bench.steps(10_000, 3_600_000, 100_000, 60_000));

    @TempDir
    Path folder;

    private static Plan with(Map<Metric, Levels> levels, Plan plan) {
        return new Plan(
                plan.name(),
                plan.identity(),
                plan.steps(),
                plan.initialWeight(),
                plan.analysis(),
                plan.onFail(),
                plan.extendUpToMillis(),
                plan.holdback(),
                levels);
    }

    private static void failALittle(Bench bench) {
        bench.feed.succeed(0, 9_000, 1_000);
        bench.pass(1_000);
        bench.feed.fail(0, false, 90);
        bench.feed.fail(0, true, 10);
        bench.pass(1_000);
    }

    private static List<String> types(Bench bench) {
        return bench.control.eventsAfter(0, 100).stream()
                .map(ControlApi.JournaledEvent::type)
                .toList();
    }

    @Test
    void isInTheStatusAndTheJournalAndMovesNothing() {
        try (Bench bench = new Bench(folder, PLAN)) {
            assertThat(bench.status().levels())
                    .containsExactly(new LevelStatus("errors", null, 0.001, null, 0.002, false, 0.01));
            bench.ask(Verb.START);
            failALittle(bench);
            assertThat(bench.status().levels())
                    .containsExactly(new LevelStatus("errors", 10 / 1010.0, 0.001, false, 0.002, true, 0.01));
            assertThat(types(bench)).endsWith("stepEntered", "alertRaised").hasSize(4);
            assertThat(bench.status().phase()).isEqualTo("baking");
            assertThat(bench.weight()).isEqualTo(10_000);
            assertThat(bench.status().decision()).isNull();
        }
    }

    @Test
    void aRestartGoesOnWithIt() {
        RolloutStatus before;
        try (Bench bench = new Bench(folder, PLAN)) {
            bench.ask(Verb.START);
            failALittle(bench);
            before = bench.status();
        }
        try (Bench again = new Bench(folder, PLAN)) {
            assertThat(again.status().levels()).isEqualTo(before.levels());
            again.pass(1_000);
            assertThat(types(again)).filteredOn("alertRaised"::equals).hasSize(1);
        }
    }

    /** Another level is no other analysis: the evidence stays, and the new one is told by it. */
    @Test
    void anotherLevelDropsNoEvidence() {
        try (Bench bench = new Bench(folder, PLAN)) {
            bench.ask(Verb.START);
            failALittle(bench);
            bench.configure(Bench.numbered(with(Map.of(), PLAN)));
            bench.pass(1_000);
            assertThat(types(bench)).endsWith("alertEnded").doesNotContain("analysisChanged");
            assertThat(bench.status().levels()).isEmpty();
            bench.configure(Bench.numbered(PLAN));
            bench.pass(1_000);
            assertThat(types(bench)).endsWith("alertRaised");
        }
    }

    /** The line that raised it is in a file that a restart does not read. */
    @Test
    void aJournalThatBeginsAnewKeepsIt() throws IOException {
        Plan plan = with(PLAN.levels(), Bench.manual("orders", 10_000));
        try (Bench bench = new Bench(folder, plan)) {
            failALittle(bench);
            for (int i = 1; i <= 4; i++) {
                bench.wall.addAndGet(Duration.ofDays(10).toMillis());
                bench.ask(Bench.setWeight(10_000 + i));
                bench.pass(1_000);
                bench.feed.settle();
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("journal-")))
                    .hasSizeGreaterThanOrEqualTo(3);
        }
        try (Bench again = new Bench(folder, plan)) {
            assertThat(again.status().levels()).singleElement().matches(LevelStatus::raised);
        }
    }
}
