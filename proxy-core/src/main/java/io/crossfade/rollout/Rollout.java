package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Batch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
        this(plan, decider, new Evidence(plan.analysis()));
    }

    private Rollout(Plan plan, RolloutDecider decider, Evidence evidence) {
        this.plan = plan;
        this.decider = decider;
        this.evidence = evidence;
    }

    /** The same rollout by another plan, which takes its place; evidence goes on where the analysis is set as before, else it begins anew. */
    public Rollout under(Plan changed) {
        Rollout next = new Rollout(changed, decider, evidence.under(changed.analysis()));
        next.state = state;
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

    /** Folds in what was seen and says what the analysis alone would decide, whatever the plan's steps are. */
    public Optional<Event> judge(Input.Observed observed) {
        see(observed.batch());
        return new Guard()
                .decide(new Situation(plan, state, evidence, observed.nowMillis()))
                .map(events -> events.get(0));
    }

    /** Whether a step may not end now for want of evidence. */
    public boolean waitsForEvidence() {
        return plan.analysed() && state.watched() && !evidence.mayAdvance();
    }

    /** What was counted and what the detectors make of it, one fact each. */
    public List<String> standing() {
        return Metrics.ALL.stream()
                .filter(evidence::judges)
                .flatMap(metric -> Stream.of(evidence.seen(metric), evidence.weighed(metric)))
                .toList();
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

    /** There is no room for the units: the evidence begins anew, what was counted stays. */
    public void forgetUnits() {
        evidence.forgetUnits();
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
        String next = Outlook.of(plan, state, nowMillis);
        boolean waits = state.phase() == Phase.BAKING && state.extendedUntilMillis() != RolloutState.NEVER;
        String needed = waits ? evidence.needed(state.bakedMillis(nowMillis)) : "";
        boolean alone = state.watched() && state.weight() == Words.WHOLE;
        return next + (needed.isEmpty() ? "" : "; needs " + needed) + (alone ? Alone.guards(evidence) : "");
    }

    /** How new units are split, in words; empty while nobody watches. */
    public String splitSays() {
        return state.watched() ? UnevenSplit.says(evidence.split()) : "";
    }

    /** What each of the evidence's findings needs until it says something else, in their order; empty while nobody watches. */
    public List<String> needs(long nowMillis) {
        return state.watched() ? evidence.needs(state.bakedMillis(nowMillis)) : List.of();
    }
}
