package io.crossfade.rollout;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What operators ask for: whether it is legal, whether it makes sense, and what follows. */
final class Operators {
    /** What operators may ask for in this state; what is {@linkplain Verb#alwaysLegal always legal} is among it. */
    static Set<Verb> legal(Plan plan, RolloutState state) {
        Set<Verb> legal = EnumSet.allOf(Verb.class);
        legal.removeIf(verb -> !verb.alwaysLegal());
        switch (state.phase()) {
            case DRAFT -> {
                legal.add(Verb.START);
                if (plan.manual()) {
                    legal.add(Verb.SET_WEIGHT);
                }
            }
            case PROGRESSING, BAKING, GATED, HELD -> {
                legal.addAll(EnumSet.of(Verb.PROMOTE_FULL, Verb.SET_WEIGHT, Verb.ABORT));
                boolean ends = !plan.manual() && plan.endsAt(state.weight());
                if (state.step() < plan.lastStep() || state.weight() == Words.WHOLE || ends) {
                    legal.add(Verb.PROMOTE);
                }
            }
            case PAUSED -> legal.addAll(EnumSet.of(Verb.RESUME, Verb.SET_WEIGHT, Verb.ABORT));
            case ROLLED_BACK, FAILED -> legal.add(Verb.RETRY);
            case ROLLING_BACK, COMPLETED -> {}
        }
        if (state.phase() == Phase.HELD) {
            legal.add(Verb.RESUME);
        }
        if (state.phase().active() && state.step() > 0) {
            legal.add(Verb.STEP_BACK);
        }
        return legal;
    }

    static Answer answer(Situation at, Input.Asked asked) {
        Set<Verb> legal = legal(at.plan(), at.state());
        if (!legal.contains(asked.verb())) {
            return refused(at, asked.verb(), legal);
        }
        Optional<String> problem = asked.verb() == Verb.SET_WEIGHT ? problem(at, asked.weight()) : Optional.empty();
        if (problem.isPresent()) {
            return new Answer.Invalid(problem.get());
        }
        List<Event> events = new ArrayList<>();
        events.add(new Event.Requested(
                at.now(), asked.verb(), asked.actor(), asked.reason(), asked.weight(), asked.mode(), asked.scope()));
        events.addAll(consequences(at, asked));
        return new Answer.Decided(events);
    }

    private static Answer refused(Situation at, Verb verb, Set<Verb> legal) {
        List<String> words = legal.stream().map(Verb::word).toList();
        return new Answer.Refused(
                verb.word() + " cannot be done in phase " + at.state().phase().word() + " at weight " + at.weight()
                        + "; legal now: " + String.join(", ", words),
                legal);
    }

    /** A weight by hand must not pass a gate that nobody opened. */
    private static Optional<String> problem(Situation at, @Nullable Integer wanted) {
        if (wanted == null) {
            return Optional.of("weight: missing (expected: 0%..100%)");
        }
        int weight = wanted;
        if (weight < 0 || weight > Words.WHOLE) {
            return Optional.of("weight: " + weight + " buckets (expected: 0.." + Words.WHOLE + ")");
        }
        int most = at.plan().mostWeight();
        if (weight > most) {
            return Optional.of("weight: " + Words.percent(weight) + " (expected: at most " + Words.percent(most)
                    + ", as the baseline keeps a holdback; promoteFull goes to everybody)");
        }
        List<Plan.Step> steps = at.plan().steps();
        for (int i = at.state().step() + 1; i < steps.size(); i++) {
            Plan.Step step = steps.get(i);
            if (step.gate() && weight > at.state().weight() && weight >= step.weight()) {
                return Optional.of("weight: " + Words.percent(weight) + " lies behind the gate of step " + i + " ("
                        + Words.percent(step.weight()) + "); promote opens it");
            }
        }
        return Optional.empty();
    }

    /** What follows from a legal request; nothing when it asks for what already is. */
    private static List<Event> consequences(Situation at, Input.Asked asked) {
        RolloutState state = at.state();
        boolean active = state.phase().active();
        return switch (asked.verb()) {
            case START -> at.begin(1);
            case RETRY -> at.begin(state.attempt() + 1);
            case PAUSE -> active && !state.stopped() ? List.of(new Event.Paused(at.now())) : List.of();
            case HOLD -> active && state.phase() != Phase.HELD ? List.of(held(at, asked)) : List.of();
            case RESUME -> goOn(at, List.of(new Event.Resumed(at.now())));
            case PROMOTE -> goOn(at, promote(at, state.step() + 1));
            case PROMOTE_FULL -> goOn(at, promoteFull(at));
            case STEP_BACK -> List.of(steppedBack(at, state.step() - 1));
            case SET_WEIGHT -> setWeight(at, Objects.requireNonNull(asked.weight()));
            case ABORT -> List.of(new Event.Aborted(at.now()));
            case ROLLBACK -> active || state.phase() == Phase.COMPLETED ? List.of(rolledBack(at, asked)) : List.of();
        };
    }

    /** Evidence that held the rollout would hold it again at once; an operator who goes on has judged it. */
    private static List<Event> goOn(Situation at, List<Event> events) {
        if (!at.state().heldByAnalysis()) {
            return events;
        }
        List<Event> all = new ArrayList<>();
        all.add(new Event.EvidenceCleared(at.now()));
        all.addAll(events);
        return all;
    }

    /** One thing at a time: it ends what a step waits for; the gate behind it is opened by the next request. */
    private static List<Event> promote(Situation at, int step) {
        if (step > at.plan().lastStep()) {
            return at.complete();
        }
        if (!at.plan().steps().get(step).gate()) {
            return List.of(at.enter(step));
        }
        return at.state().atGate()
                ? List.of(new Event.GatePassed(at.now(), step), at.enter(step))
                : List.of(new Event.GateReached(at.now(), step));
    }

    /** To everybody, which is still baked and watched; a second time ends that too. */
    private static List<Event> promoteFull(Situation at) {
        Plan plan = at.plan();
        RolloutState state = at.state();
        int last = plan.lastStep();
        if (state.step() == last && state.weight() == Words.WHOLE) {
            return List.of(new Event.Completed(at.now()));
        }
        if (plan.manual()) {
            Event everybody = new Event.WeightSet(at.now(), Words.WHOLE);
            return state.phase() == Phase.HELD ? List.of(everybody, new Event.Resumed(at.now())) : List.of(everybody);
        }
        List<Event> events = new ArrayList<>();
        for (int step = state.step() + 1; step <= last; step++) {
            if (plan.steps().get(step).gate()) {
                events.add(new Event.GatePassed(at.now(), step));
            }
        }
        events.add(new Event.StepEntered(at.now(), last, Words.WHOLE));
        return events;
    }

    private static Event steppedBack(Situation at, int step) {
        return new Event.SteppedBack(at.now(), step, at.plan().steps().get(step).weight());
    }

    private static List<Event> setWeight(Situation at, int weight) {
        Event set = new Event.WeightSet(at.now(), weight);
        return at.state().phase() == Phase.DRAFT ? List.of(at.begun(1), set) : List.of(set);
    }

    private static Event held(Situation at, Input.Asked asked) {
        return new Event.Held(at.now(), Event.OPERATOR, false, List.of(whoAsked(asked)), Map.of());
    }

    private static Event rolledBack(Situation at, Input.Asked asked) {
        Mode mode = asked.mode() == null ? Mode.IMMEDIATE : asked.mode();
        List<String> lines = new ArrayList<>();
        lines.add(whoAsked(asked));
        lines.add(at.weightLine(mode));
        if (at.state().watched() && at.plan().analysed()) {
            lines.add(at.evidence().seen(Metrics.ERRORS));
        }
        return new Event.RolledBack(
                at.now(), mode, Event.OPERATOR, lines, at.evidence().numbers());
    }

    private static String whoAsked(Input.Asked asked) {
        return asked.actor() + " asked for it" + (asked.reason().isBlank() ? "" : ": " + asked.reason());
    }

    private Operators() {}
}
