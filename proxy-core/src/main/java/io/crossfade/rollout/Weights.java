package io.crossfade.rollout;

/**
 * The canary's share, now and a moment ago.
 *
 * @param inForce in buckets
 * @param earlier what was in force before, in buckets
 * @param sinceMillis when {@code inForce} began
 */
record Weights(int inForce, int earlier, long sinceMillis) {
    static final Weights NONE = new Weights(0, 0, 0);

    Weights next(int weight, long nowMillis) {
        return new Weights(weight, inForce, nowMillis);
    }
}
