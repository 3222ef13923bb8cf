package io.crossfade.rollout;

/**
 * What is remembered while the climb is stopped.
 *
 * @param goesOn the phase that resume leads to
 * @param byAnalysis whether what the canary did is the reason of a hold
 */
record Stop(Phase goesOn, boolean byAnalysis) {
    static final Stop NONE = new Stop(Phase.PROGRESSING, false);

    Stop goingOn(Phase phase) {
        return new Stop(phase, byAnalysis);
    }

    Stop byAnalysis(boolean is) {
        return new Stop(goesOn, is);
    }
}
