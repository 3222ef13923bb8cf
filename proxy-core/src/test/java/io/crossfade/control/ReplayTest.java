package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import io.crossfade.rollout.analysis.AnalysisSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another analysis would have decided: the same one decides the same, a stricter one sooner, a laxer one not at all. */
final class ReplayTest {
    private static final Plan PLAN = Bench.steps(10_000, 60_000, 100_000, 60_000);

    @TempDir
    Path folder;

    @Test
    void theSameAnalysisDecidesTheSameAtTheSameMoment() throws IOException {
        aCanaryThatFailsMoreAndMore();
        byte[] journal = Files.readAllBytes(folder.resolve(Journal.FILE));
        Replay.Told told = Replay.of(folder, List.of(PLAN)).get(0);
        assertThat(told.notes()).isEmpty();
        assertThat(told.moments()).singleElement().satisfies(moment -> {
            assertThat(moment.recorded()).isEqualTo("rollback (immediate), errors-limit at the same moment");
            assertThat(moment.would()).isEqualTo("rollback (immediate), errors-limit");
            assertThat(moment.attempt()).isEqualTo(1);
        });
        assertThat(folder.resolve(Journal.FILE)).hasBinaryContent(journal);
    }

    @Test
    void aStricterOneDecidesSooner() throws IOException {
        aCanaryThatFailsMoreAndMore();
        Replay.Moment sooner =
                Replay.of(folder, List.of(with(0.9, 0.001))).get(0).moments().get(0);
        assertThat(sooner.recorded()).matches("rollback \\(immediate\\), errors-limit [1-9][0-9]*\\.[0-9] s later");
        assertThat(sooner.would()).startsWith("rollback (immediate), errors-");
    }

    @Test
    void aLaxerOneDoesNotDecideAtAll() throws IOException {
        aCanaryThatFailsMoreAndMore();
        Replay.Moment moment =
                Replay.of(folder, List.of(with(1e-12, 0.5))).get(0).moments().get(0);
        assertThat(moment.recorded()).isEqualTo("rollback (immediate), errors-limit");
        assertThat(moment.would()).isEmpty();
        assertThat(moment.lines()).anySatisfy(line -> assertThat(line).contains("evidence S e^", "against threshold"));
    }

    /** A person's rollback is no decision of an analysis, so there is nothing to compare. */
    @Test
    void whatAPersonAskedForIsNotJudged() throws IOException {
        try (Bench bench = new Bench(folder, PLAN)) {
            bench.ask(Verb.START);
            bench.feed.succeed(0, 9_000, 1_000);
            bench.pass(2_000);
            bench.ask(Verb.ROLLBACK);
        }
        Replay.Told told = Replay.of(folder, List.of(PLAN)).get(0);
        assertThat(told.looks()).isPositive();
        assertThat(told.moments()).isEmpty();
    }

    @Test
    void aStepThatEndedTooSoonIsTold() throws IOException {
        try (Bench bench = new Bench(folder, PLAN)) {
            bench.ask(Verb.START);
            bench.feed.succeed(0, 5_400, 600);
            bench.pass(60_000);
            assertThat(bench.status().step()).isEqualTo(1);
        }
        AnalysisSettings on = AnalysisSettings.defaults();
        assertThat(Replay.of(folder, List.of(with(on.falseAlarmBudget(), 0.001)))
                        .get(0)
                        .moments())
                .singleElement()
                .satisfies(moment -> {
                    assertThat(moment.recorded()).isEqualTo("the step ended");
                    assertThat(moment.would()).isEqualTo("the step waits for evidence");
                });
    }

    @Test
    void aFolderWithoutAJournalIsAMistake() {
        assertThatThrownBy(() -> Replay.of(folder.resolve("none"), List.of(PLAN)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("journal.jsonl cannot be read (expected: the data folder of a server)");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    private void aCanaryThatFailsMoreAndMore() {
        try (Bench bench = new Bench(folder, PLAN)) {
            bench.ask(Verb.START);
            bench.feed.succeed(0, 9_000, 1_000);
            bench.pass(1_000);
            for (int i = 0; i < 20 && bench.weight() > 0; i++) {
                bench.feed.fail(0, true, 1);
                bench.pass(2_000);
            }
            assertThat(bench.status().phase()).isEqualTo("rolledBack");
            assertThat(bench.decision().reason()).isEqualTo("errors-limit");
        }
    }

    private static Plan with(double budget, double errorLimit) {
        AnalysisSettings on = AnalysisSettings.defaults();
        AnalysisSettings other = new AnalysisSettings(
                true,
                on.errorMargin(),
                errorLimit,
                true,
                on.quantiles(),
                on.latencyMargin(),
                budget,
                on.perCanaryRequests(),
                on.advanceEvidence());
        return new Plan(PLAN.name(), PLAN.identity(), PLAN.steps(), 0, other, PLAN.onFail(), PLAN.extendUpToMillis());
    }
}
