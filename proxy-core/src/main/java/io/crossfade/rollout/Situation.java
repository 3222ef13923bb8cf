package io.crossfade.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a decision is made from, and the steps that several decisions are made of.
 *
 * @param now the instant of the input, on the rollout's own timeline
 */
record Situation(Plan plan, RolloutState state, Evidence evidence, long now) {
    /** An attempt begins, at its first step or at the weight a rollout without steps begins at. */
    List<Event> begin(int attempt) {
        List<Event> events = new ArrayList<>();
        events.add(begun(attempt));
        if (plan.manual()) {
            events.add(new Event.WeightSet(now, plan.initialWeight()));
        } else {
            events.addAll(enterOrGate(0));
        }
        return events;
    }

    Event begun(int attempt) {
        return new Event.AttemptBegun(now, attempt, plan.shape(), plan.identity());
    }

    List<Event> enterOrGate(int step) {
        return plan.steps().get(step).gate() ? List.of(new Event.GateReached(now, step)) : List.of(enter(step));
    }

    Event enter(int step) {
        return new Event.StepEntered(now, step, plan.steps().get(step).weight());
    }

    /** The last bake is over: everybody goes to the canary where the baseline has kept some. */
    List<Event> complete() {
        Event completed = new Event.Completed(now);
        return state.weight() == Words.WHOLE
                ? List.of(completed)
                : List.of(new Event.WeightSet(now, Words.WHOLE), completed);
    }

    /** The target of a metric against what was measured, in one line; empty where it has none. */
    Optional<String> aim(Metric metric) {
        return plan.levels(metric).flatMap(levels -> levels.aim(metric, evidence.measured(metric)));
    }

    /** What was seen, and each target beside. */
    List<String> withAims(String... lines) {
        return Stream.concat(Stream.of(lines), Metrics.ALL.stream().flatMap(metric -> aim(metric).stream()))
                .toList();
    }

    /** What a rollback does to the weight, in one line. */
    String weightLine(Mode mode) {
        return "weight " + weight() + " -> 0%, mode " + mode.word();
    }

    /** The weight in force, in words. */
    String weight() {
        return Words.percent(state.weight());
    }
}
