package io.crossfade.rollout;

/**
 * The canary's share, now and a moment ago.
 *
 * @param inForce in buckets
 * @param earlier the greatest share that answers may still belong to when {@code inForce} began, in buckets
 * @param sinceMillis when {@code inForce} began
 */
record Weights(int inForce, int earlier, long sinceMillis) {
    static final Weights NONE = new Weights(0, 0, 0);

    /** How long answers to requests of an earlier weight may still come in. */
    private static final long SETTLE_MILLIS = 30_000;

    Weights next(int weight, long nowMillis) {
        return new Weights(weight, forEvidence(nowMillis), nowMillis);
    }

    /** The greatest share of the last 30 seconds: too great a share blames the canary less. */
    int forEvidence(long nowMillis) {
        return nowMillis - sinceMillis < SETTLE_MILLIS ? Math.max(inForce, earlier) : inForce;
    }
}
