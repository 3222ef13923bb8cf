package io.crossfade.assign;

/**
 * A rollout's division of units into baseline and canary: those whose bucket is below the weight are the canary's.
 * Immutable; any thread. As the buckets of a salt never change, a growing weight moves nobody back.
 */
public final class Split {
    private final long seed;
    private final int weight;

    /** @param weight the canary's share in buckets, 0..100,000 */
    public Split(String salt, int weight) {
        this(Buckets.seed(salt), weight);
    }

    private Split(long seed, int weight) {
        if (weight < 0 || weight > Buckets.COUNT) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0.." + Buckets.COUNT + ")");
        }
        this.seed = seed;
        this.weight = weight;
    }

    /** The hash of a unit key, which stands for the unit everywhere behind this point. */
    public long unit(byte[] b, int from, int to) {
        return Buckets.hash(b, from, to, seed);
    }

    /** The same of a key given as text. Allocates. */
    public long unit(String unitKey) {
        return Buckets.hash(unitKey, seed);
    }

    public boolean canary(long unit) {
        return Buckets.of(unit) < weight;
    }

    public int bucket(long unit) {
        return Buckets.of(unit);
    }

    /** The canary's share in buckets, 0..100,000. */
    public int weight() {
        return weight;
    }

    /** The same salt with another weight. */
    public Split withWeight(int w) {
        return new Split(seed, w);
    }
}
