package io.crossfade.rollout;

/** Where a rollout stands. */
public enum Phase {
    /** Never begun; everybody is on the baseline. */
    DRAFT,
    /** Begun and not baking: driven by hand, or about to enter its first step. */
    PROGRESSING,
    /** At a step, watched for the step's bake time. */
    BAKING,
    /** The next step waits for an operator's promote. */
    GATED,
    /** Stopped by an operator; the weight stays. */
    PAUSED,
    /** Stopped for want of evidence, by the analysis or by an operator; the weight stays. */
    HELD,
    /** Users are leaving the canary. Not entered while every mode takes the weight to 0 at once. */
    ROLLING_BACK,
    /** Everybody is on the baseline again. */
    ROLLED_BACK,
    /** Everybody is on the canary; the analysis has ended. */
    COMPLETED,
    /** Given up by an operator; everybody is on the baseline. */
    FAILED;

    /** The word used outside: {@code rolledBack} for {@link #ROLLED_BACK}. */
    public String word() {
        return Words.camel(name());
    }

    /** Whether an attempt is under way, so that the canary is watched. */
    public boolean active() {
        return this == PROGRESSING || this == BAKING || this == GATED || this == PAUSED || this == HELD;
    }
}
