package io.crossfade.observe;

/** When a latency is slow, per variant, ascending in nanoseconds. */
final class Thresholds {
    /** As many as the flags of an observation have bits for. */
    static final int MOST = 16;

    static final Thresholds NOTHING_IS_SLOW = new Thresholds(new long[0], 1);

    private final long[] baseline;
    private final long[] canary;

    Thresholds(long[] tauNanos, double margin) {
        if (tauNanos.length > MOST) {
            throw new IllegalArgumentException("thresholds: " + tauNanos.length + " (expected: at most " + MOST + ")");
        }
        baseline = tauNanos.clone();
        canary = new long[tauNanos.length];
        for (int i = 0; i < canary.length; i++) {
            canary[i] = (long) Math.floor(tauNanos[i] * margin); // latency/margin > tau, for whole nanoseconds
        }
    }

    int slow(boolean isCanary, long nanos) {
        long[] above = isCanary ? canary : baseline;
        int bits = 0;
        for (int i = 0; i < above.length && nanos > above[i]; i++) {
            bits |= RolloutFeed.Observed.SLOW_0 << i;
        }
        return bits;
    }
}
