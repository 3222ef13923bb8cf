package io.crossfade.rollout;

/**
 * How long the present weight has been watched.
 *
 * @param doneMillis bake time of the stretches that have ended
 * @param runsSince when the present stretch began; {@link RolloutState#NEVER} while bake time stands still
 * @param extendedUntil until when the step waits for evidence beyond its bake time; {@link RolloutState#NEVER} when it does not
 * @param waits whether it was said that the next step waits though this one is over
 */
record Bake(long doneMillis, long runsSince, long extendedUntil, boolean waits) {
    static final Bake NONE = new Bake(0, RolloutState.NEVER, RolloutState.NEVER, false);

    long millis(long nowMillis) {
        return runsSince == RolloutState.NEVER ? doneMillis : doneMillis + (nowMillis - runsSince);
    }

    /** The same bake time, which runs from now on or stands still. */
    Bake goesOn(boolean runs, long nowMillis) {
        return new Bake(millis(nowMillis), runs ? nowMillis : RolloutState.NEVER, extendedUntil, waits);
    }

    /** No bake time yet, and no extension. */
    static Bake anew(boolean runs, long nowMillis) {
        return new Bake(0, runs ? nowMillis : RolloutState.NEVER, RolloutState.NEVER, false);
    }

    Bake extended(long untilMillis) {
        return new Bake(doneMillis, runsSince, untilMillis, waits);
    }

    Bake waiting() {
        return new Bake(doneMillis, runsSince, extendedUntil, true);
    }
}
