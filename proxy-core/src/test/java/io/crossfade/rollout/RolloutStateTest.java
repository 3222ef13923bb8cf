package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A state is a value: the same events give an equal one, and each part of it counts. */
final class RolloutStateTest {
    private static final String PLAN = "10%/1m 50%/1m";

    private static RolloutState after(Event... events) {
        return after(List.of(events));
    }

    private static RolloutState after(List<Event> events) {
        RolloutState state = RolloutState.draft();
        for (Event event : events) {
            state = state.apply(event);
        }
        return state;
    }

    private static Event begun(int attempt) {
        return new Event.AttemptBegun(0, attempt, PLAN, null);
    }

    private static Event entered(long now, int step, int weight) {
        return new Event.StepEntered(now, step, weight);
    }

    private static Event held(long now, boolean byAnalysis) {
        return new Event.Held(now, "latency", byAnalysis, List.of(), Map.of());
    }

    /** Two histories each whose states differ in what the row is named after, and in nothing else. */
    static Stream<Arguments> pairs() {
        return Stream.of(
                pair("attempt", List.of(begun(1)), List.of(begun(2))),
                pair("plan", List.of(begun(1)), List.of(new Event.AttemptBegun(0, 1, "manual", null))),
                pair("step", List.of(begun(1), entered(1, 0, 7)), List.of(begun(1), entered(1, 1, 7))),
                pair("weight", List.of(begun(1), entered(1, 0, 7)), List.of(begun(1), entered(1, 0, 8))),
                pair(
                        "earlier weight",
                        List.of(begun(1), new Event.WeightSet(0, 7), new Event.WeightSet(0, 1)),
                        List.of(begun(1), new Event.WeightSet(0, 8), new Event.WeightSet(0, 1))),
                pair(
                        "instant of the weight",
                        List.of(begun(1), new Event.WeightSet(1, 0)),
                        List.of(begun(1), new Event.WeightSet(2, 0))),
                pair("phase", List.of(begun(1), new Event.Paused(1)), List.of(begun(1), held(1, false))),
                pair(
                        "instant of the phase",
                        List.of(begun(1), new Event.Paused(1)),
                        List.of(begun(1), new Event.Paused(2))),
                pair(
                        "bake time",
                        List.of(begun(1), entered(1, 0, 7), new Event.GateReached(3, 1), new Event.Paused(5)),
                        List.of(begun(1), entered(1, 0, 7), new Event.GateReached(4, 1), new Event.Paused(5))),
                pair(
                        "extension",
                        List.of(begun(1), new Event.BakeExtended(1, 5)),
                        List.of(begun(1), new Event.BakeExtended(1, 6))),
                pair(
                        "where it goes on",
                        List.of(begun(1), new Event.Paused(1), new Event.PlanChanged(1, PLAN, 0)),
                        List.of(
                                begun(1),
                                new Event.Paused(1),
                                new Event.PlanChanged(1, PLAN, -1),
                                new Event.SteppedBack(1, 0, 0))),
                pair("alerts", List.of(begun(1), alert(1)), List.of(begun(1))),
                pair("since when", List.of(begun(1), alert(1)), List.of(begun(1), alert(2))),
                pair("by analysis", List.of(begun(1), held(1, true)), List.of(begun(1), held(1, false))));
    }

    private static Event alert(long now) {
        return new Event.AlertRaised(now, "errors", List.of(), Map.of());
    }

    private static Arguments pair(String name, List<Event> one, List<Event> other) {
        return Arguments.of(name, one, other);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void eachPartCounts(String name, List<Event> one, List<Event> other) {
        assertThat(after(one)).as(name).isNotEqualTo(after(other));
        assertThat(after(one)).isEqualTo(after(one)).hasSameHashCodeAs(after(one));
    }

    @Test
    void anEventLeavesTheStateBeforeItAlone() {
        RolloutState before = after(begun(1), entered(1, 0, 7));
        String text = before.toString();
        before.apply(held(9, true));
        assertThat(before).hasToString(text);
    }

    @RepeatedTest(50)
    void theSameEventsGiveAnEqualState(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        List<Event> events = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 40; i++) {
            events.add(event(random, i * 1_000L));
            assertThat(after(events)).as("seed %d: %s", seed, events).isEqualTo(after(List.copyOf(events)));
            assertThat(after(events)).hasSameHashCodeAs(after(List.copyOf(events)));
            assertThat(RolloutState.of(after(events).save())).isEqualTo(after(events));
        }
    }

    private static Event event(SplittableRandom random, long now) {
        int step = random.nextInt(2);
        int weight = random.nextInt(100_001);
        return switch (random.nextInt(14)) {
            case 0 -> new Event.AttemptBegun(now, 1 + random.nextInt(3), PLAN, null);
            case 1 -> new Event.WeightSet(now, weight);
            case 2 -> new Event.SteppedBack(now, step, weight);
            case 3 -> new Event.BakeExtended(now, now + 300_000);
            case 4 -> new Event.GateReached(now, step);
            case 5 -> new Event.Paused(now);
            case 6 -> held(now, random.nextBoolean());
            case 7 -> new Event.Resumed(now);
            case 8 -> new Event.EvidenceCleared(now);
            case 9 -> new Event.PlanChanged(now, PLAN, random.nextInt(-1, 2));
            case 10 -> new Event.RolledBack(now, Mode.IMMEDIATE, "errors-limit", List.of(), Map.of());
            case 11 -> new Event.AlertRaised(now, "errors", List.of(), Map.of());
            case 12 -> new Event.AlertEnded(now, "errors", List.of());
            default -> new Event.StepEntered(now, step, weight);
        };
    }
}
