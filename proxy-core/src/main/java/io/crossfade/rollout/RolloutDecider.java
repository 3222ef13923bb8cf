package io.crossfade.rollout;

import java.util.List;
import java.util.Optional;

/**
 * Decides what follows from an input; changes nothing, so the same plan, state, evidence and input always give the same
 * events.
 *
 * <p>A request of an operator is answered by {@link Operators}. When time has passed or responses were seen, the rules are asked
 * in their order; the first that has something to say is the decision.
 */
final class RolloutDecider {
    /** Is the plan still the one of this attempt? Does the canary misbehave? May the climb go on? Is there something to tell? */
    static final List<Rule> ORDER =
            List.of(new PlanChange(), new Guard(), new SettingsChange(), new Climb(), new Alerts());

    private final List<Rule> order;

    RolloutDecider(List<Rule> order) {
        this.order = List.copyOf(order);
    }

    /** The answer to one input; the evidence has seen the batch of an {@link Input.Observed} already. */
    Answer decide(Plan plan, RolloutState state, Evidence evidence, Input input) {
        Situation at = new Situation(plan, state, evidence, input.nowMillis());
        return input instanceof Input.Asked asked ? Operators.answer(at, asked) : automatic(at);
    }

    private Answer automatic(Situation at) {
        for (Rule rule : order) {
            Optional<List<Event>> events = rule.decide(at);
            if (events.isPresent()) {
                return new Answer.Decided(events.get());
            }
        }
        return Answer.Decided.NOTHING;
    }
}
