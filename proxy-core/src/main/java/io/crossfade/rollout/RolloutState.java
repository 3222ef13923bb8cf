package io.crossfade.rollout;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where one rollout stands: phase, attempt, step and weight; a value that only {@link #apply} makes anew.
 *
 * <p>It consists of parts, each a record. Two states are equal when all their parts are.
 */
public final class RolloutState {
    public static final long NEVER = -1;

    private static final RolloutState DRAFT = new RolloutState(
            Phase.DRAFT, 0, Attempt.NONE, Weights.NONE, Bake.NONE, Stop.NONE, Origin.NONE, Raised.NONE);

    private final Phase phase;
    private final long since;
    private final Attempt attempt;
    private final Weights weights;
    private final Bake bake;
    private final Stop stop;
    private final Origin origin;
    private final Raised raised;

    private RolloutState(
            Phase phase,
            long since,
            Attempt attempt,
            Weights weights,
            Bake bake,
            Stop stop,
            Origin origin,
            Raised raised) {
        this.phase = phase;
        this.since = since;
        this.attempt = attempt;
        this.weights = weights;
        this.bake = bake;
        this.stop = stop;
        this.origin = origin;
        this.raised = raised;
    }

    /** A rollout that was never begun. */
    public static RolloutState draft() {
        return DRAFT;
    }

    /** @throws IllegalArgumentException when it has a word of a newer version */
    public static RolloutState of(SavedState saved) {
        return new RolloutState(
                SavedState.phase(saved.phase()),
                saved.since(),
                new Attempt(saved.attempt(), saved.plan(), saved.step()),
                new Weights(saved.weight(), saved.earlierWeight(), saved.weightSince()),
                new Bake(saved.bakedMillis(), saved.bakesSince(), saved.extendedUntil(), saved.stepWaits()),
                new Stop(SavedState.phase(saved.goesOn()), saved.heldByAnalysis(), saved.replanned()),
                new Origin(
                        saved.known(), saved.removed(), saved.identity(), Objects.requireNonNullElse(saved.note(), "")),
                new Raised(Objects.requireNonNullElse(saved.alerts(), Map.of())));
    }

    /** All of it; {@link #of} makes an equal one. */
    public SavedState save() {
        return new SavedState(
                phase.word(),
                since,
                attempt.number(),
                attempt.plan(),
                attempt.step(),
                weights.inForce(),
                weights.earlier(),
                weights.sinceMillis(),
                bake.doneMillis(),
                bake.runsSince(),
                bake.extendedUntil(),
                bake.waits(),
                stop.goesOn().word(),
                stop.byAnalysis(),
                origin.known(),
                origin.removed(),
                origin.identity(),
                origin.note(),
                stop.replanned(),
                raised.since());
    }

    /** The state after an event; this one does not change. */
    public RolloutState apply(Event event) {
        return event.applyTo(this).seen();
    }

    public Phase phase() {
        return phase;
    }

    /** 1-based; 0 before the first. */
    public int attempt() {
        return attempt.number();
    }

    /** 0-based; -1 before the first and without steps. */
    public int step() {
        return attempt.step();
    }

    /** Canary share in force, in buckets of 100,000. */
    public int weight() {
        return weights.inForce();
    }

    /** {@link Plan#shape()} of the plan this attempt goes by; empty before the first. */
    public String plan() {
        return attempt.plan();
    }

    /** Which rollout it is; null where the journal does not say, and before the first attempt. */
    public @Nullable Identity identity() {
        return origin.identity();
    }

    /** Whether the journal has seen its name. */
    boolean known() {
        return origin.known();
    }

    /** Whether the configuration has stopped naming it. */
    boolean removed() {
        return origin.removed();
    }

    /** Why it is a draft although the journal knows its name, a clause for a person; else empty. */
    String note() {
        return origin.note();
    }

    /** When this phase began. */
    public long sinceMillis() {
        return since;
    }

    /** Until when the step waits for evidence beyond its bake time; -1 when it does not. */
    public long extendedUntilMillis() {
        return bake.extendedUntil();
    }

    /** Bake time the present weight has had; it stands still outside {@link Phase#BAKING}. */
    public long bakedMillis(long nowMillis) {
        return bake.millis(nowMillis);
    }

    /** Whether it was said that the next step waits though this one is over. */
    boolean waiting() {
        return bake.waits();
    }

    /** When the alert of a metric was raised; {@link #NEVER} when it is not. */
    public long alertSinceMillis(Metric metric) {
        return raised.since().getOrDefault(metric.word(), NEVER);
    }

    /** Whether any alert is raised. */
    boolean alerted() {
        return !raised.since().isEmpty();
    }

    /** Whether the canary has users and is watched. */
    public boolean watched() {
        return phase.active() && weight() > 0;
    }

    /** Whether it is held because of what the canary did. */
    boolean heldByAnalysis() {
        return stop.byAnalysis();
    }

    /** Whether it is stopped by a change of the plan, or the plan has changed since it was. */
    boolean stoppedUnderAnotherPlan() {
        return stopped() && stop.replanned() >= since;
    }

    boolean stopped() {
        return phase == Phase.PAUSED || phase == Phase.HELD;
    }

    // ---- the moves that events are made of

    /** Enters a phase; bake time runs in {@link Phase#BAKING} alone. To enter the present phase changes nothing. */
    RolloutState enter(Phase next, long nowMillis) {
        if (next == phase) {
            return this;
        }
        Stop after = next == Phase.HELD ? stop : stop.byAnalysis(false);
        return new RolloutState(
                next, nowMillis, attempt, weights, bake.goesOn(next == Phase.BAKING, nowMillis), after, origin, raised);
    }

    /** Stops the climb and remembers where it goes on. */
    RolloutState stop(Phase stopped, long nowMillis) {
        RolloutState remembered = stopped() ? this : with(stop.goingOn(phase));
        return remembered.enter(stopped, nowMillis);
    }

    /** Ends a pause or hold where the climb was stopped; what a step waits for is counted anew. */
    RolloutState resume(long nowMillis) {
        return with(bake.extended(NEVER)).enter(stop.goesOn(), nowMillis);
    }

    /** Begins a step's bake time, also when the step before was baking too. */
    RolloutState enterStep(int step, long nowMillis) {
        RolloutState baking = with(attempt.at(step)).enter(Phase.BAKING, nowMillis);
        return new RolloutState(
                baking.phase, nowMillis, baking.attempt, baking.weights, baking.bake, baking.stop, origin, raised);
    }

    /** Whether the rollout waits at a gate, or would wait at it after a pause or hold. */
    boolean atGate() {
        return phase == Phase.GATED || (stopped() && stop.goesOn() == Phase.GATED);
    }

    /** Leaves a gate that the rollout waits at, or would wait at after a pause or hold. */
    RolloutState leaveGate(long nowMillis) {
        RolloutState baking = phase == Phase.GATED ? enter(Phase.BAKING, nowMillis) : this;
        return stop.goesOn() == Phase.GATED ? baking.with(baking.stop.goingOn(Phase.BAKING)) : baking;
    }

    /** Takes up a place in a changed plan; a pause or hold stays. */
    RolloutState replan(Attempt by, Phase goesOn, long nowMillis) {
        RolloutState placed = with(by).with(stop.goingOn(goesOn).replanned(nowMillis));
        return stopped() ? placed : placed.enter(goesOn, nowMillis);
    }

    /** Puts a weight in force; its bake time begins at nothing. */
    RolloutState weigh(int weight, long nowMillis) {
        Bake fresh = Bake.anew(phase == Phase.BAKING, nowMillis);
        return new RolloutState(phase, since, attempt, weights.next(weight, nowMillis), fresh, stop, origin, raised);
    }

    RolloutState with(Attempt other) {
        return new RolloutState(phase, since, other, weights, bake, stop, origin, raised);
    }

    RolloutState with(Bake other) {
        return new RolloutState(phase, since, attempt, weights, other, stop, origin, raised);
    }

    RolloutState with(Stop other) {
        return new RolloutState(phase, since, attempt, weights, bake, other, origin, raised);
    }

    private RolloutState with(Origin other) {
        return new RolloutState(phase, since, attempt, weights, bake, stop, other, raised);
    }

    private RolloutState seen() {
        return origin.known() ? this : with(origin.seen());
    }

    RolloutState begunAs(@Nullable Identity by) {
        return with(origin.begun(by));
    }

    RolloutState identified(Identity by) {
        return with(origin.identified(by));
    }

    /** Out of the configuration: nobody on the canary, nothing to go on with. */
    RolloutState gone(long nowMillis) {
        return draft(origin.gone(), nowMillis);
    }

    RolloutState replaced(Identity by, String why, long nowMillis) {
        return draft(origin.replaced(by, why), nowMillis);
    }

    private RolloutState draft(Origin of, long nowMillis) {
        return new RolloutState(
                Phase.DRAFT,
                nowMillis,
                Attempt.NONE,
                weights.next(0, nowMillis),
                Bake.NONE,
                Stop.NONE,
                of,
                Raised.NONE);
    }

    RolloutState waitUntil(long untilMillis) {
        return with(bake.extended(untilMillis));
    }

    RolloutState waits() {
        return with(bake.waiting());
    }

    RolloutState alerted(String metric, long nowMillis) {
        return with(raised.with(metric, nowMillis));
    }

    RolloutState alertOver(String metric) {
        return with(raised.without(metric));
    }

    private RolloutState with(Raised other) {
        return new RolloutState(phase, since, attempt, weights, bake, stop, origin, other);
    }

    RolloutState at(int step) {
        return with(attempt.at(step));
    }

    RolloutState heldByAnalysis(boolean is) {
        return with(stop.byAnalysis(is));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RolloutState that
                && phase == that.phase
                && since == that.since
                && attempt.equals(that.attempt)
                && weights.equals(that.weights)
                && bake.equals(that.bake)
                && stop.equals(that.stop)
                && origin.equals(that.origin)
                && raised.equals(that.raised);
    }

    @Override
    public int hashCode() {
        return Objects.hash(phase, since, attempt, weights, bake, stop, origin, raised);
    }

    @Override
    public String toString() {
        return phase.word() + " since " + since + ", " + attempt + ", " + weights + ", " + bake + ", " + stop + ", "
                + origin + ", " + raised;
    }
}
