package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.analysis.AnalysisSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What operators may ask for, for every phase and verb, as one table of text. */
final class LegalityTest {
    private static final Plan CLIMB = plan(step(10, false), step(50, true), step(100, false));
    private static final Plan GATE_FIRST = plan(step(10, true), step(100, false));
    private static final Plan ENDS_EARLY = plan(step(10, false), step(50, false));
    private static final Plan MANUAL = plan();

    /** Where a rollout may stand. */
    private record Place(String name, Rollout rollout) {}

    private static List<Place> places() {
        Event begun = new Event.AttemptBegun(0, 1, "", null);
        Event first = entered(0, 10);
        Event second = entered(1, 50);
        Event third = entered(2, 100);
        return List.of(
                place("never begun", CLIMB),
                place("first step baking", CLIMB, begun, first),
                place("second step baking", CLIMB, begun, first, second),
                place("last step baking at 100%", CLIMB, begun, first, second, third),
                place("last step baking at 50%", ENDS_EARLY, begun, first, second),
                place("before the first gate", GATE_FIRST, begun, new Event.GateReached(0, 0)),
                place("before the second gate", CLIMB, begun, first, new Event.GateReached(0, 1)),
                place("begun, step not entered", CLIMB, begun),
                place("paused at the first step", CLIMB, begun, first, new Event.Paused(0)),
                place("paused at the second step", CLIMB, begun, first, second, new Event.Paused(0)),
                place("held at the first step", CLIMB, begun, first, held(false)),
                place("held at the second step", CLIMB, begun, first, second, held(false)),
                place("held by the analysis", CLIMB, begun, first, held(true)),
                place("held where the plan ends", ENDS_EARLY, begun, first, second, held(false)),
                place("rolled back", CLIMB, begun, first, rolledBack()),
                place("given up", CLIMB, begun, first, new Event.Aborted(0)),
                place("completed", CLIMB, begun, first, second, third, new Event.Completed(0)),
                place("by hand, never begun", MANUAL),
                place("by hand, at 10%", MANUAL, begun, new Event.WeightSet(0, 10_000)),
                place("by hand, at 100%", MANUAL, begun, new Event.WeightSet(0, 100_000)),
                place("by hand, paused", MANUAL, begun, new Event.WeightSet(0, 10_000), new Event.Paused(0)));
    }

    private static Place place(String name, Plan plan, Event... events) {
        Rollout rollout = new Rollout(plan);
        Arrays.stream(events)
                .map(event -> event instanceof Event.AttemptBegun
                        ? new Event.AttemptBegun(0, 1, plan.shape(), plan.identity())
                        : event)
                .forEach(rollout::apply);
        return new Place(name, rollout);
    }

    private static Plan plan(Plan.Step... steps) {
        return new Plan(
                "orders",
                new Identity("legacy", "next", "orders", ""),
                List.of(steps),
                0,
                AnalysisSettings.defaults(),
                Map.of(
                        Metrics.ERRORS,
                        OnFail.ROLLBACK_IMMEDIATE,
                        Metrics.LATENCY,
                        OnFail.HOLD,
                        Metrics.CLIENT_ERRORS,
                        OnFail.HOLD,
                        Metrics.USER_SUCCESS,
                        OnFail.HOLD,
                        Metrics.THROUGHPUT,
                        OnFail.HOLD),
                60_000);
    }

    private static Plan.Step step(int percent, boolean gate) {
        return new Plan.Step(percent * 1_000, 60_000, gate);
    }

    private static Event entered(int step, int percent) {
        return new Event.StepEntered(0, step, percent * 1_000);
    }

    private static Event held(boolean byAnalysis) {
        return new Event.Held(0, "latency", byAnalysis, List.of(), Map.of());
    }

    private static Event rolledBack() {
        return new Event.RolledBack(0, Mode.IMMEDIATE, "latency", List.of(), Map.of());
    }

    private static Input.Asked ask(Verb verb) {
        return new Input.Asked(1, verb, "ann", "told so", verb == Verb.SET_WEIGHT ? 0 : null, null, null);
    }

    @Test
    void theTableIsAsWritten() {
        List<String> lines = new ArrayList<>();
        lines.add(row(
                "phase", "where", Arrays.stream(Verb.values()).map(Verb::word).toList()));
        for (Place place : places()) {
            Set<Verb> legal = place.rollout().legal();
            List<String> cells = Arrays.stream(Verb.values())
                    .map(verb -> legal.contains(verb) ? "yes" : "-")
                    .toList();
            lines.add(row(place.rollout().state().phase().word(), place.name(), cells));
        }
        Golden.check(Golden.FOLDER.resolve("legal.txt"), String.join("\n", lines) + "\n");
    }

    private static String row(String phase, String where, List<String> cells) {
        return String.format(Locale.ROOT, "%-11s  %-26s", phase, where)
                + cells.stream()
                        .map(cell -> String.format(Locale.ROOT, "%-11s", cell))
                        .collect(Collectors.joining(" ", " ", ""))
                        .stripTrailing();
    }

    @Test
    void theTableKnowsEachPhaseThatIsEntered() {
        Set<Phase> known = EnumSet.noneOf(Phase.class);
        places().forEach(place -> known.add(place.rollout().state().phase()));
        assertThat(known).isEqualTo(EnumSet.complementOf(EnumSet.of(Phase.ROLLING_BACK)));
    }

    @Test
    void whatIsLegalIsDoneAndWhatIsNotIsRefused() {
        for (Place place : places()) {
            Set<Verb> legal = place.rollout().legal();
            for (Verb verb : Verb.values()) {
                assertThat(place.rollout().take(ask(verb)))
                        .as("%s, %s", place.name(), verb)
                        .isInstanceOf(legal.contains(verb) ? Answer.Decided.class : Answer.Refused.class);
            }
        }
    }

    @Test
    void whatIsAlwaysLegalIsLegalInEveryPlaceAndNothingElseIs() {
        Set<Verb> everywhere = EnumSet.allOf(Verb.class);
        places().forEach(place -> everywhere.retainAll(place.rollout().legal()));
        assertThat(Verb.values())
                .allSatisfy(
                        verb -> assertThat(verb.alwaysLegal()).as(verb.word()).isEqualTo(everywhere.contains(verb)));
    }
}
