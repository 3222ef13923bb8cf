package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Batch;
import java.util.List;
import java.util.Set;

/**
 * One rollout as a plain object: inputs in, events out; the owner persists the events and hands each back.
 *
 * <p>Owned by one thread. {@link #take} never changes the state, only the evidence, because what was seen was seen; so a
 * decision that could not be persisted is simply taken again. The same inputs, with every answer handed back, give the
 * same events, state and evidence, bit by bit.
 */
public final class Rollout {
    private final Plan plan;
    private final RolloutDecider decider;
    private final Evidence evidence;
    private RolloutState state = RolloutState.draft();

    public Rollout(Plan plan) {
        this(plan, new RolloutDecider(RolloutDecider.ORDER));
    }

    /** A rollout with other rules, to show what each is good for. */
    Rollout(Plan plan, RolloutDecider decider) {
        this.plan = plan;
        this.decider = decider;
        this.evidence = new Evidence(plan.analysis());
    }

    /** The same rollout by another plan; evidence goes on where the analysis is set as before, else it begins anew. */
    public Rollout under(Plan changed) {
        Rollout next = new Rollout(changed, decider);
        next.state = state;
        next.evidence.restore(evidence.save());
        return next;
    }

    /** Folds in what was seen and says what follows. */
    public Answer take(Input input) {
        if (input instanceof Input.Observed observed) {
            see(observed.batch());
        }
        return decider.decide(plan, state, evidence, input);
    }

    /** What a request comes to in another state, such as the one that a pending move leads to; nothing changes by it. */
    public Answer answer(Input.Asked asked, RolloutState in) {
        return decider.decide(plan, in, evidence, asked);
    }

    /** What follows from having taken up this plan, for a rollout in this state: another may have its name now. */
    public List<Event> takeUp(RolloutState in, long nowMillis) {
        return Succession.takeUp(plan, in, nowMillis);
    }

    /** What follows for a rollout in this state that the configuration does not name any more. */
    public static List<Event> leave(RolloutState in, long nowMillis) {
        return Succession.leave(in, nowMillis);
    }

    /** Folds in what was seen and asks nothing, as a restart does. */
    public void see(Batch batch) {
        if (state.watched()) {
            evidence.apply(batch);
        }
    }

    /** Stands where a journal that began anew says; the evidence is as it was. */
    public void stand(RolloutState at) {
        state = at;
    }

    /** Lets an event happen; the events of an answer in their order. */
    public void apply(Event event) {
        state = state.apply(event);
        evidence.apply(event);
    }

    public Plan plan() {
        return plan;
    }

    public RolloutState state() {
        return state;
    }

    public Evidence evidence() {
        return evidence;
    }

    public Set<Verb> legal() {
        return Operators.legal(plan, state);
    }

    /** What happens next, one sentence for a person. */
    public String next(long nowMillis) {
        return Outlook.of(plan, state, nowMillis);
    }
}
