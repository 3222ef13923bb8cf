package io.crossfade.observe;

/**
 * Latency as one of 448 buckets, 16 to each doubling, so that a bucket is at most a sixteenth wider than where it starts.
 *
 * <p>The scale starts linear, in units of 64 ns, up to a microsecond, then doubles up to 137 s; what is longer falls into
 * the last bucket. The layout is that of HdrHistogram: position of the highest bit, then the four bits below it.
 */
public final class LatencyBuckets {
    private static final int UNIT_BITS = 6;
    private static final int SUB_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;

    /** Octaves of 16 buckets each, and the linear start. */
    public static final int COUNT = 28 * SUB_BUCKETS;

    private LatencyBuckets() {}

    /** The bucket of a latency in nanoseconds, 0..COUNT-1; a negative one counts as 0. */
    static int of(long nanos) {
        long units = Math.max(0, nanos) >>> UNIT_BITS;
        int octave = 64 - SUB_BITS - 1 - Long.numberOfLeadingZeros(units | SUB_BUCKETS);
        return (int) Math.min(COUNT - 1, ((long) octave << SUB_BITS) + (units >>> octave));
    }

    /** Where a bucket ends, exclusive, in nanoseconds: latencies in it are below. (The last one also holds all above.) */
    static long upperNanos(int bucket) {
        if (bucket < 0 || bucket >= COUNT) {
            throw new IndexOutOfBoundsException("bucket: " + bucket + " (expected: 0.." + (COUNT - 1) + ")");
        }
        int octave = Math.max(0, (bucket >> SUB_BITS) - 1);
        long units = bucket - ((long) octave << SUB_BITS);
        return (units + 1) << octave << UNIT_BITS;
    }
}
