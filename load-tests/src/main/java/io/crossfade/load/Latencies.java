package io.crossfade.load;

/** Latencies in log-linear buckets, 64 to the octave of 64 ns, so that a quantile is off by less than 2 %. One thread. */
final class Latencies {
    private static final int SUB = 64;
    private static final int SUB_BITS = 6;

    private final long[] counts = new long[SUB * 60];
    private long total;

    void record(long nanos) {
        counts[bucket(Math.max(0, nanos) >>> SUB_BITS)]++;
        total++;
    }

    /** Middle of the bucket that holds the quantile 0..1, in microseconds; 0 when nothing was recorded. */
    double quantileMicros(double quantile) {
        long rank = Math.max(1, (long) Math.ceil(total * quantile));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return middle(i) / 1000;
            }
        }
        return 0;
    }

    private static int bucket(long value) {
        if (value < SUB) {
            return (int) value;
        }
        int shift = 63 - Long.numberOfLeadingZeros(value) - SUB_BITS;
        return (shift + 1) * SUB + (int) (value >>> shift) - SUB;
    }

    private static double middle(int bucket) {
        if (bucket < SUB) {
            return (bucket + 0.5) * SUB;
        }
        int shift = bucket / SUB - 1;
        return ((double) ((long) (SUB + bucket % SUB) << shift) + 0.5 * (1L << shift)) * SUB;
    }
}
