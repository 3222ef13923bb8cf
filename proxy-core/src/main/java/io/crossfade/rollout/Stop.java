package io.crossfade.rollout;

/**
 * What is remembered while the climb is stopped.
 *
 * @param goesOn the phase that resume leads to
 * @param byAnalysis whether what the canary did is the reason of a hold
 * @param replanned when the plan changed last; {@link RolloutState#NEVER} when it did not
 */
record Stop(Phase goesOn, boolean byAnalysis, long replanned) {
    static final Stop NONE = new Stop(Phase.PROGRESSING, false, RolloutState.NEVER);

    Stop goingOn(Phase phase) {
        return new Stop(phase, byAnalysis, replanned);
    }

    Stop byAnalysis(boolean is) {
        return new Stop(goesOn, is, replanned);
    }

    Stop replanned(long nowMillis) {
        return new Stop(goesOn, byAnalysis, nowMillis);
    }
}
