package io.crossfade.rollout;

/** What happens next to a rollout, in one sentence for a person. */
final class Outlook {
    static String of(Plan plan, RolloutState state, long nowMillis) {
        String weight = Words.percent(state.weight());
        return switch (state.phase()) {
            case DRAFT -> "waits for start" + (state.note().isEmpty() ? "" : "; a new rollout: " + state.note());
            case PROGRESSING ->
                plan.manual()
                        ? "stays at " + weight + " until an operator sets another weight"
                        : "enters its next step";
            case BAKING -> baking(plan, state, nowMillis);
            case GATED ->
                "waits for promote to go to "
                        + Words.percent(plan.steps().get(state.step() + 1).weight());
            case PAUSED -> "paused at " + weight + "; resume goes on";
            case HELD -> held(plan, state, weight);
            case ROLLING_BACK -> "users are leaving the canary";
            case ROLLED_BACK -> "everybody is on the baseline; retry begins attempt " + (state.attempt() + 1);
            case COMPLETED -> "done at " + weight + "; the analysis has ended";
            case FAILED -> "given up; retry begins attempt " + (state.attempt() + 1);
        };
    }

    /** A plan that fits again ends no hold: who looks at a step of the present weight must know why nothing goes on. */
    private static String held(Plan plan, RolloutState state, String weight) {
        if (!state.stoppedUnderAnotherPlan() || plan.manual()) {
            return "held at " + weight + "; an operator must go on or roll back";
        }
        int step = state.step();
        boolean fits =
                step >= 0 && step <= plan.lastStep() && plan.steps().get(step).weight() == state.weight();
        return fits
                ? "held at " + weight + ", now step " + (step + 1)
                        + " of the changed plan, which does not end the hold: resume goes on there"
                : "held at " + weight + ", of which the changed plan has no step: set a weight, promote or roll back";
    }

    private static String baking(Plan plan, RolloutState state, long nowMillis) {
        if (state.step() < 0 || state.step() > plan.lastStep()) {
            return "looks for its place in the changed plan";
        }
        String then = then(plan, state);
        if (state.extendedUntilMillis() != RolloutState.NEVER) {
            return "waits for evidence, at most " + Words.time(Math.max(0, state.extendedUntilMillis() - nowMillis))
                    + " more, then " + then;
        }
        if (state.waiting()) {
            return "waits until the baseline is out of its own trouble, then " + then;
        }
        long left = plan.steps().get(state.step()).bakeMillis() - state.bakedMillis(nowMillis);
        return "bakes " + Words.time(Math.max(0, left)) + " more, then " + then;
    }

    private static String then(Plan plan, RolloutState state) {
        if (state.step() == plan.lastStep()) {
            if (!plan.endsAt(state.weight())) {
                return "is held, as the plan ends there";
            }
            return state.weight() == Words.WHOLE ? "completes" : "goes to 100% and completes";
        }
        Plan.Step next = plan.steps().get(state.step() + 1);
        return (next.gate() ? "waits at the gate of " : "goes to ") + Words.percent(next.weight());
    }

    private Outlook() {}
}
