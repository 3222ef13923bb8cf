package io.crossfade.rollout;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The attempt goes on by a new plan where that has a step of the present weight; else a person must look. */
final class PlanChange implements Rule {
    @Override
    public Optional<List<Event>> decide(Situation at) {
        Plan plan = at.plan();
        RolloutState state = at.state();
        if (!state.phase().active() || state.plan().equals(plan.shape())) {
            return Optional.empty();
        }
        int step = stepOfWeight(plan, state);
        Event changed = new Event.PlanChanged(at.now(), plan.shape(), step);
        boolean fits = plan.manual() || (step < 0 ? 0 : plan.steps().get(step).weight()) == state.weight();
        return Optional.of(fits ? List.of(changed) : List.of(changed, held(at)));
    }

    /** The present step where its weight fits, else the last step that is not above the present weight. */
    private static int stepOfWeight(Plan plan, RolloutState state) {
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

    private static Event held(Situation at) {
        String line = "the plan is now " + at.plan().shape() + ", it was "
                + at.state().plan() + "; no step has the present weight " + at.weight()
                + ": set a weight, promote or roll back";
        return new Event.Held(at.now(), "plan-changed", false, List.of(line), Map.of());
    }
}
