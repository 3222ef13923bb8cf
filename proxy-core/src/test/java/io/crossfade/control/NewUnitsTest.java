package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.control.Operation.Result;
import io.crossfade.rollout.Verb;
import io.crossfade.rollout.analysis.Batch;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New units on their way from the event loops to the split test. */
final class NewUnitsTest {
    @TempDir
    Path folder;

    @Test
    void unitsOfOneWeightAreARunInTheirOrder() {
        NewUnits units = new NewUnits(0, new FakeFeed());
        units.add(1, true, 10_000);
        units.add(2, false, 10_000);
        units.add(3, false, 20_000);
        units.add(4, true, 10_000);
        assertThat(units.take())
                .containsExactly(
                        new Batch.NewUnits(10_000, List.of(Batch.NewUnits.of(1, true), Batch.NewUnits.of(2, false))),
                        new Batch.NewUnits(20_000, List.of(Batch.NewUnits.of(3, false))),
                        new Batch.NewUnits(10_000, List.of(Batch.NewUnits.of(4, true))));
        assertThat(units.take()).isEmpty();
    }

    /** A crowd of newcomers is not judged in one look. */
    @Test
    void aBatchHasSoManyAndTheRestIsForTheNext() {
        NewUnits units = new NewUnits(0, new FakeFeed());
        IntStream.range(0, NewUnits.MANY - 1).forEach(unit -> units.add(unit, false, 10_000));
        assertThat(units.isMany()).isFalse();
        IntStream.range(0, NewUnits.MANY + 2).forEach(unit -> units.add(unit, false, 20_000));
        assertThat(units.isMany()).isTrue();
        assertThat(units.take()).extracting(Batch.NewUnits::weight).containsExactly(10_000);
        assertThat(units.take())
                .singleElement()
                .satisfies(run -> assertThat(run.units()).hasSize(NewUnits.MANY));
        assertThat(units.isMany()).isFalse();
        assertThat(units.take())
                .singleElement()
                .satisfies(run -> assertThat(run.units()).hasSize(2));
    }

    @Test
    void anAttemptForgetsWhatWasToldOfTheOneBefore() {
        FakeFeed feed = new FakeFeed();
        NewUnits units = new NewUnits(0, feed);
        assertThat(feed.wantsNewUnits(0)).isFalse();
        units.tell(1);
        assertThat(feed.wantsNewUnits(0)).isTrue();
        units.add(1, true, 10_000);
        units.tell(1);
        assertThat(units.take()).hasSize(1);
        units.add(2, true, 10_000);
        units.tell(2);
        assertThat(units.take()).isEmpty();
        units.tell(0);
        assertThat(feed.wantsNewUnits(0)).isFalse();
    }

    @Test
    void aSplitThatIsNotWhatWasSetHoldsTheRollout() {
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 600_000, 100_000, 600_000))) {
            bench.ask(Verb.START);
            assertThat(bench.feed.wantsNewUnits(0)).isTrue();
            bench.feed.newUnits(0, 5_400, 600);
            IntStream.range(0, 10).forEach(i -> bench.pass(1_000));
            assertThat(bench.status().phase()).isEqualTo("baking");
            bench.feed.newUnits(0, 1_200, 600);
            IntStream.range(0, 3).forEach(i -> bench.pass(1_000));
            assertThat(bench.status().phase()).isEqualTo("held");
            assertThat(bench.weight()).isEqualTo(10_000);
            RolloutStatus.Decision decision = bench.decision();
            assertThat(decision.reason()).isEqualTo("split");
            assertThat(decision.lines().get(0)).startsWith("of ").contains("where the weights let expect");
            assertThat(decision.numbers())
                    .containsKeys("splitUnits", "splitCanaryUnits", "splitShareSeen", "logEvidenceSplit")
                    .hasEntrySatisfying(
                            "splitShareExpected", share -> assertThat(share).isBetween(0.0999, 0.1001));
            assertThat(bench.ask(Verb.RESUME).result()).isEqualTo(Result.ACCEPTED);
            assertThat(bench.status().phase()).isEqualTo("baking");
        }
    }

    /** Half of the map is full: the event loops need to tell of nobody any more, until the next attempt. */
    @Test
    void theLoopsAreAskedForNoMoreThanIsJudged() {
        try (Bench bench = new Bench(folder, Bench.steps(50_000, 600_000, 100_000, 600_000))) {
            bench.feed.weight = 50_000;
            bench.ask(Verb.START);
            bench.feed.newUnits(0, 30_000, 30_000);
            IntStream.range(0, 70).forEach(i -> bench.pass(20));
            assertThat(bench.status().phase()).isEqualTo("baking");
            assertThat(bench.feed.wantsNewUnits(0)).isFalse();
            bench.ask(Verb.ROLLBACK);
            bench.ask(Verb.RETRY);
            assertThat(bench.feed.wantsNewUnits(0)).isTrue();
        }
    }

    /** What has come before a restart has come: the bit map and the evidence go on, so that no second chance is spent. */
    @Test
    void aRestartGoesOnWithTheUnitsThatHaveCome() {
        String before;
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 600_000, 100_000, 600_000))) {
            bench.ask(Verb.START);
            bench.feed.newUnits(0, 800, 150);
            bench.pass(1_000);
            bench.feed.settle();
            before = split(bench);
            assertThat(before).contains("of 950 ");
        }
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 600_000, 100_000, 600_000))) {
            bench.feed.settle();
            assertThat(split(bench)).isEqualTo(before);
            assertThat(bench.feed.wantsNewUnits(0)).isTrue();
            bench.feed.newUnits(0, 800, 150); // the same units
            bench.pass(1_000);
            assertThat(split(bench)).isEqualTo(before);
        }
    }

    private static String split(Bench bench) {
        return bench.status().verdicts().stream()
                .filter(verdict -> verdict.metric().equals("split"))
                .map(verdict -> verdict.needs() + " e^" + verdict.logEvidence())
                .findFirst()
                .orElseThrow();
    }
}
