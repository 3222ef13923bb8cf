package io.crossfade.rollout;

import java.util.Objects;

/**
 * Where one rollout stands: phase, attempt, step and weight; a value that only {@link #apply} makes anew.
 *
 * <p>The fields are written by events alone, on a fresh copy.
 */
public final class RolloutState {
    static final long NEVER = -1;

    /** How long answers to requests of an earlier weight may still come in. */
    private static final long SETTLE_MILLIS = 30_000;

    private Phase phase;
    private int weight;
    private int earlierWeight;
    private long weightSince;
    private long baked;
    private long bakeSince;
    long since;
    int attempt;
    int step;
    String plan;
    long extendedUntil;
    Phase goesOn;
    boolean heldByAnalysis;

    private RolloutState() {
        phase = Phase.DRAFT;
        bakeSince = NEVER;
        step = -1;
        plan = "";
        extendedUntil = NEVER;
        goesOn = Phase.PROGRESSING;
    }

    private RolloutState(RolloutState from) {
        phase = from.phase;
        weight = from.weight;
        earlierWeight = from.earlierWeight;
        weightSince = from.weightSince;
        since = from.since;
        baked = from.baked;
        bakeSince = from.bakeSince;
        attempt = from.attempt;
        step = from.step;
        plan = from.plan;
        extendedUntil = from.extendedUntil;
        goesOn = from.goesOn;
        heldByAnalysis = from.heldByAnalysis;
    }

    /** A rollout that was never begun. */
    public static RolloutState draft() {
        return new RolloutState();
    }

    /** The state after an event; this one does not change. */
    public RolloutState apply(Event event) {
        RolloutState next = new RolloutState(this);
        event.applyTo(next);
        return next;
    }

    public Phase phase() {
        return phase;
    }

    /** 1-based; 0 before the first. */
    public int attempt() {
        return attempt;
    }

    /** 0-based; -1 before the first and without steps. */
    public int step() {
        return step;
    }

    /** Canary share in force, in buckets of 100,000. */
    public int weight() {
        return weight;
    }

    /** {@link Plan#shape()} of the plan this attempt goes by; empty before the first. */
    public String plan() {
        return plan;
    }

    /** When this phase began. */
    public long sinceMillis() {
        return since;
    }

    /** Until when the step waits for evidence beyond its bake time; -1 when it does not. */
    public long extendedUntilMillis() {
        return extendedUntil;
    }

    /** Bake time the present weight has had; it stands still outside {@link Phase#BAKING}. */
    public long bakedMillis(long nowMillis) {
        return bakeSince == NEVER ? baked : baked + (nowMillis - bakeSince);
    }

    /** Whether the canary has users and is watched. */
    public boolean watched() {
        return phase.active() && weight > 0;
    }

    /**
     * The canary share that evidence of this instant is judged by, in buckets. For 30 s after a change it is the greatest of
     * late, because answers to requests of an earlier weight still come in: too great a share blames the canary less.
     */
    public int weightForEvidence(long nowMillis) {
        return nowMillis - weightSince < SETTLE_MILLIS ? Math.max(weight, earlierWeight) : weight;
    }

    /** Enters a phase; bake time runs in {@link Phase#BAKING} alone. */
    void enter(Phase next, long nowMillis) {
        if (next == phase) {
            return;
        }
        baked = bakedMillis(nowMillis);
        bakeSince = next == Phase.BAKING ? nowMillis : NEVER;
        phase = next;
        since = nowMillis;
        if (next != Phase.HELD) {
            heldByAnalysis = false;
        }
    }

    /** Stops the climb and remembers where it goes on. */
    void stop(Phase stopped, long nowMillis) {
        if (phase != Phase.PAUSED && phase != Phase.HELD) {
            goesOn = phase;
        }
        enter(stopped, nowMillis);
    }

    /** Puts a weight in force; its bake time begins at nothing. */
    void weigh(int next, long nowMillis) {
        earlierWeight = weightForEvidence(nowMillis);
        weight = next;
        weightSince = nowMillis;
        baked = 0;
        bakeSince = phase == Phase.BAKING ? nowMillis : NEVER;
        extendedUntil = NEVER;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RolloutState that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return Objects.hash(phase, attempt, step, weight, since);
    }

    @Override
    public String toString() {
        return phase.word() + " attempt " + attempt + " step " + step + " weight " + weight + " (before "
                + earlierWeight
                + ", since " + weightSince + ") since " + since + " baked " + baked + " baking since " + bakeSince
                + " extended until " + extendedUntil + " goes on " + goesOn.word() + " held by analysis "
                + heldByAnalysis
                + " plan " + plan;
    }
}
