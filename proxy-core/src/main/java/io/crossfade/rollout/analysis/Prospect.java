package io.crossfade.rollout.analysis;

/**
 * How far it is to other verdicts on errors, from where the evidence is now.
 *
 * @param unitsToTrip units that fail one after the other on the canary until C trips; {@link #NEVER} where C cannot say anything
 * @param failuresToTrip failures of the canary, one after the other, until S trips
 * @param requestsToShow successes of the canary, one after the other, until it has shown to be within its limit; 0 when it has
 */
public record Prospect(int unitsToTrip, int failuresToTrip, long requestsToShow) {
    public static final int NEVER = -1;

    /** So far is looked; one more stands for all beyond. */
    public static final int MOST = 1_000;
}
