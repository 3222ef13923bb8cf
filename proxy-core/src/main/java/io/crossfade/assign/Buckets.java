package io.crossfade.assign;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The 100,000 buckets that unit keys fall into; a bucket is a thousandth of a percent of all units. */
public final class Buckets {
    public static final int COUNT = 100_000;

    private Buckets() {}

    /** The bucket of a unit's hash, 0..99,999: the unsigned hash modulo {@link #COUNT}. */
    public static int of(long hash) {
        return (int) Long.remainderUnsigned(hash, COUNT);
    }

    /** What a salt adds to the hash of unit keys, so that two rollouts do not start with the same users. */
    public static long seed(String salt) {
        byte[] bytes = salt.getBytes(UTF_8);
        return XxHash64.hash(bytes, 0, bytes.length, 0);
    }

    /** The hash of a unit key as it stands in the request, {@code from} inclusive, {@code to} exclusive. */
    public static long hash(byte[] b, int from, int to, long seed) {
        return XxHash64.hash(b, from, to, seed);
    }

    /** The hash of a unit key given as text; the same as that of its UTF-8 bytes in a request. Allocates. */
    public static long hash(String unitKey, long seed) {
        byte[] bytes = unitKey.getBytes(UTF_8);
        return hash(bytes, 0, bytes.length, seed);
    }
}
