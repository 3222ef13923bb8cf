package io.crossfade.rollout;

import java.util.List;
import java.util.Optional;

/** A step that has baked and has shown what it must gives way to the next. */
final class Climb implements Rule {
    @Override
    public Optional<List<Event>> decide(Situation at) {
        List<Event> events = climb(at);
        return events.isEmpty() ? Optional.empty() : Optional.of(events);
    }

    private static List<Event> climb(Situation at) {
        Plan plan = at.plan();
        return switch (at.state().phase()) {
            case DRAFT -> {
                boolean first = plan.manual() && !at.state().known();
                yield first && plan.initialWeight() > 0 ? at.begin(1) : List.of();
            }
            case PROGRESSING ->
                plan.manual() ? List.of() : at.enterOrGate(at.state().step() + 1);
            case BAKING -> bake(at);
            case GATED, PAUSED, HELD, ROLLING_BACK, ROLLED_BACK, COMPLETED, FAILED -> List.of();
        };
    }

    private static List<Event> bake(Situation at) {
        Plan plan = at.plan();
        RolloutState state = at.state();
        if (state.bakedMillis(at.now()) < plan.steps().get(state.step()).bakeMillis()) {
            return List.of();
        }
        if (plan.analysed() && at.evidence().baselineInTrouble(at.now())) {
            return Waits.forBaseline(at);
        }
        if (plan.analysed() && !at.evidence().mayAdvance()) {
            return Waits.forEvidence(at);
        }
        if (state.step() < plan.lastStep()) {
            return at.enterOrGate(state.step() + 1);
        }
        return plan.endsAt(state.weight()) ? at.complete() : List.of(Waits.heldAtEnd(at));
    }
}
