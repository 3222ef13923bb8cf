package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Verdict;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Decides what follows from an input; changes nothing, so the same plan, state, evidence and input always give the same
 * events.
 *
 * <p>An automatic decision looks at three things in this order: is the plan still the one of this attempt, does the canary
 * misbehave, may the climb go on. The first that has something to say is the decision.
 */
public final class RolloutDecider {
    private final Plan plan;
    private final RolloutState state;
    private final Evidence evidence;
    private final long now;

    private RolloutDecider(Plan plan, RolloutState state, Evidence evidence, long now) {
        this.plan = plan;
        this.state = state;
        this.evidence = evidence;
        this.now = now;
    }

    /** The answer to one input; {@code evidence} has seen the batch of an {@link Input.Observed} already. */
    public static Answer decide(Plan plan, RolloutState state, Evidence evidence, Input input) {
        RolloutDecider decider = new RolloutDecider(plan, state, evidence, input.nowMillis());
        return input instanceof Input.Asked asked ? decider.asked(asked) : decider.automatic();
    }

    /** What operators may ask for in this state; pause, hold and rollback always are among it. */
    public static Set<Verb> legal(Plan plan, RolloutState state) {
        Set<Verb> legal = EnumSet.of(Verb.PAUSE, Verb.HOLD, Verb.ROLLBACK);
        switch (state.phase()) {
            case DRAFT -> {
                legal.add(Verb.START);
                if (plan.manual()) {
                    legal.add(Verb.SET_WEIGHT);
                }
            }
            case PROGRESSING, BAKING, GATED, HELD -> {
                legal.addAll(EnumSet.of(Verb.PROMOTE_FULL, Verb.SET_WEIGHT, Verb.ABORT));
                if (state.step() < plan.lastStep() || state.weight() == Words.WHOLE) {
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

    private Answer automatic() {
        List<Event> events = changedPlan();
        if (events.isEmpty()) {
            events = guard();
        }
        if (events.isEmpty()) {
            events = climb();
        }
        return events.isEmpty() ? Answer.Decided.NOTHING : new Answer.Decided(events);
    }

    /** The attempt goes on by a new plan where that has a step of the present weight; else a person must look. */
    private List<Event> changedPlan() {
        if (!state.phase().active() || state.plan().equals(plan.shape())) {
            return List.of();
        }
        int step = stepOfWeight();
        Event changed = new Event.PlanChanged(now, plan.shape(), step);
        boolean fits = plan.manual() || (step < 0 ? 0 : plan.steps().get(step).weight()) == state.weight();
        return fits ? List.of(changed) : List.of(changed, heldForPlan());
    }

    /** The present step where its weight fits, else the last step that is not above the present weight. */
    private int stepOfWeight() {
        List<Plan.Step> steps = plan.steps();
        int present = state.step();
        if (present >= 0 && present < steps.size() && steps.get(present).weight() == state.weight()) {
            return present;
        }
        int found = -1;
        for (int i = 0; i < steps.size() && steps.get(i).weight() <= state.weight(); i++) {
            found = i;
        }
        return found;
    }

    private Event heldForPlan() {
        String line =
                "the plan is now " + plan.shape() + ", it was " + state.plan() + "; no step has the present weight "
                        + Words.percent(state.weight()) + ": set a weight, promote or roll back";
        return new Event.Held(now, "plan-changed", false, List.of(line), Map.of());
    }

    /** A rollback goes before a hold, errors before latency. */
    private List<Event> guard() {
        if (!state.watched() || !plan.analysed()) {
            return List.of();
        }
        boolean errorsFail = evidence.errors() == Verdict.FAIL;
        boolean latencyFails = evidence.latency() == Verdict.FAIL;
        if (errorsFail && plan.errorsOnFail().rollsBack()) {
            return List.of(rolledBack("errors", plan.errorsOnFail().mode()));
        }
        if (latencyFails && plan.latencyOnFail().rollsBack()) {
            return List.of(rolledBack("latency", plan.latencyOnFail().mode()));
        }
        boolean shared = evidence.errors() == Verdict.SHARED_FATE;
        if (state.heldByAnalysis() || !(errorsFail || latencyFails || shared)) {
            return List.of();
        }
        return List.of(heldByAnalysis(errorsFail || shared ? "errors" : "latency"));
    }

    private Event rolledBack(String metric, Mode mode) {
        return new Event.RolledBack(
                now, mode, evidence.reason(metric), lines(metric, weightLine(mode)), evidence.numbers());
    }

    private Event heldByAnalysis(String metric) {
        String stays = "weight stays " + Words.percent(state.weight()) + " until an operator goes on or rolls back";
        return new Event.Held(now, evidence.reason(metric), true, lines(metric, stays), evidence.numbers());
    }

    private List<String> lines(String metric, String weightLine) {
        return List.of(evidence.seen(metric), evidence.weighed(metric), weightLine, evidence.took(metric, now));
    }

    private String weightLine(Mode mode) {
        return "weight " + Words.percent(state.weight()) + " -> 0%, mode " + mode.word();
    }

    private List<Event> climb() {
        return switch (state.phase()) {
            case DRAFT -> plan.manual() && plan.initialWeight() > 0 ? begin(1) : List.of();
            case PROGRESSING -> plan.manual() ? List.of() : enterOrGate(state.step() + 1);
            case BAKING -> bake();
            case GATED, PAUSED, HELD, ROLLING_BACK, ROLLED_BACK, COMPLETED, FAILED -> List.of();
        };
    }

    private List<Event> begin(int attempt) {
        List<Event> events = new ArrayList<>();
        events.add(new Event.AttemptBegun(now, attempt, plan.shape()));
        if (plan.manual()) {
            events.add(new Event.WeightSet(now, plan.initialWeight()));
        } else {
            events.addAll(enterOrGate(0));
        }
        return events;
    }

    private List<Event> enterOrGate(int step) {
        return plan.steps().get(step).gate() ? List.of(new Event.GateReached(now, step)) : List.of(entered(step));
    }

    private Event entered(int step) {
        return new Event.StepEntered(now, step, plan.steps().get(step).weight());
    }

    private List<Event> bake() {
        long bake = plan.steps().get(state.step()).bakeMillis();
        if (state.bakedMillis(now) < bake) {
            return List.of();
        }
        if (plan.analysed() && !evidence.mayAdvance()) {
            return waitForEvidence();
        }
        if (state.step() < plan.lastStep()) {
            return enterOrGate(state.step() + 1);
        }
        return List.of(state.weight() == Words.WHOLE ? new Event.Completed(now) : heldAtEnd());
    }

    private List<Event> waitForEvidence() {
        if (state.extendedUntilMillis() == RolloutState.NEVER && plan.extendUpToMillis() > 0) {
            return List.of(new Event.BakeExtended(now, now + plan.extendUpToMillis()));
        }
        if (state.extendedUntilMillis() > now) {
            return List.of();
        }
        String waited = "waited " + Words.time(plan.extendUpToMillis()) + " beyond the bake time; weight stays "
                + Words.percent(state.weight());
        List<String> lines = List.of(evidence.seen("errors"), evidence.missing(), waited);
        return List.of(new Event.Held(now, "no-evidence", false, lines, evidence.numbers()));
    }

    private Event heldAtEnd() {
        String line =
                "the plan ends at " + Words.percent(state.weight()) + ": promoteFull goes to 100%, rollback to 0%";
        return new Event.Held(now, "end-of-plan", false, List.of(line), Map.of());
    }

    private Answer asked(Input.Asked asked) {
        Set<Verb> legal = legal(plan, state);
        if (!legal.contains(asked.verb())) {
            return refused(asked, legal);
        }
        if (asked.verb() == Verb.SET_WEIGHT) {
            String problem = weightProblem(asked);
            if (!problem.isEmpty()) {
                return new Answer.Invalid(problem);
            }
        }
        List<Event> events = new ArrayList<>();
        events.add(new Event.Requested(
                now, asked.verb(), asked.actor(), asked.reason(), asked.weight(), asked.mode(), asked.scope()));
        events.addAll(consequences(asked));
        return new Answer.Decided(events);
    }

    private Answer refused(Input.Asked asked, Set<Verb> legal) {
        List<String> words = legal.stream().map(Verb::word).toList();
        return new Answer.Refused(
                asked.verb().word() + " cannot be done in phase "
                        + state.phase().word() + " at weight " + Words.percent(state.weight()) + "; legal now: "
                        + String.join(", ", words),
                legal);
    }

    /** A weight by hand must not pass a gate that nobody opened. */
    private String weightProblem(Input.Asked asked) {
        if (asked.weight() == null) {
            return "weight: missing (expected: 0%..100%)";
        }
        int weight = asked.weight();
        if (weight < 0 || weight > Words.WHOLE) {
            return "weight: " + weight + " buckets (expected: 0.." + Words.WHOLE + ")";
        }
        for (int i = state.step() + 1; i < plan.steps().size(); i++) {
            Plan.Step step = plan.steps().get(i);
            if (step.gate() && weight > state.weight() && weight >= step.weight()) {
                return "weight: " + Words.percent(weight) + " lies behind the gate of step " + i + " ("
                        + Words.percent(step.weight()) + "); promote opens it";
            }
        }
        return "";
    }

    /** What follows from a legal request; nothing when it asks for what already is. */
    private List<Event> consequences(Input.Asked asked) {
        boolean active = state.phase().active();
        return switch (asked.verb()) {
            case START -> begin(1);
            case RETRY -> begin(state.attempt() + 1);
            case PAUSE ->
                active && state.phase() != Phase.PAUSED && state.phase() != Phase.HELD
                        ? List.of(new Event.Paused(now))
                        : List.of();
            case HOLD -> active && state.phase() != Phase.HELD ? List.of(heldByOperator(asked)) : List.of();
            case RESUME -> goOn(List.of(new Event.Resumed(now)));
            case PROMOTE -> goOn(promote(state.step() + 1));
            case PROMOTE_FULL -> goOn(promoteFull());
            case STEP_BACK -> List.of(steppedBack(state.step() - 1));
            case SET_WEIGHT -> setWeight(Objects.requireNonNull(asked.weight()));
            case ABORT -> List.of(new Event.Aborted(now));
            case ROLLBACK ->
                active || state.phase() == Phase.COMPLETED ? List.of(rolledBackByOperator(asked)) : List.of();
        };
    }

    /** Evidence that held the rollout would hold it again at once; an operator who goes on has judged it. */
    private List<Event> goOn(List<Event> events) {
        if (!state.heldByAnalysis()) {
            return events;
        }
        List<Event> all = new ArrayList<>();
        all.add(new Event.EvidenceCleared(now));
        all.addAll(events);
        return all;
    }

    private List<Event> promote(int step) {
        if (step > plan.lastStep()) {
            return List.of(new Event.Completed(now));
        }
        return plan.steps().get(step).gate()
                ? List.of(new Event.GatePassed(now, step), entered(step))
                : List.of(entered(step));
    }

    /** To everybody, which is still baked and watched; a second time ends that too. */
    private List<Event> promoteFull() {
        int last = plan.lastStep();
        if (state.step() == last && state.weight() == Words.WHOLE) {
            return List.of(new Event.Completed(now));
        }
        if (plan.manual()) {
            Event everybody = new Event.WeightSet(now, Words.WHOLE);
            return state.phase() == Phase.HELD ? List.of(everybody, new Event.Resumed(now)) : List.of(everybody);
        }
        List<Event> events = new ArrayList<>();
        for (int step = state.step() + 1; step <= last; step++) {
            if (plan.steps().get(step).gate()) {
                events.add(new Event.GatePassed(now, step));
            }
        }
        events.add(new Event.StepEntered(now, last, Words.WHOLE));
        return events;
    }

    private Event steppedBack(int step) {
        return new Event.SteppedBack(now, step, plan.steps().get(step).weight());
    }

    private List<Event> setWeight(int weight) {
        Event set = new Event.WeightSet(now, weight);
        return state.phase() == Phase.DRAFT ? List.of(new Event.AttemptBegun(now, 1, plan.shape()), set) : List.of(set);
    }

    private Event heldByOperator(Input.Asked asked) {
        return new Event.Held(now, Event.OPERATOR, false, List.of(whoAsked(asked)), Map.of());
    }

    private Event rolledBackByOperator(Input.Asked asked) {
        Mode mode = asked.mode() == null ? Mode.IMMEDIATE : asked.mode();
        List<String> lines = new ArrayList<>();
        lines.add(whoAsked(asked));
        lines.add(weightLine(mode));
        if (state.watched() && plan.analysed()) {
            lines.add(evidence.seen("errors"));
        }
        return new Event.RolledBack(now, mode, Event.OPERATOR, lines, evidence.numbers());
    }

    private static String whoAsked(Input.Asked asked) {
        return asked.actor() + " asked for it" + (asked.reason().isBlank() ? "" : ": " + asked.reason());
    }
}
