package io.crossfade.observe;

import java.util.concurrent.TimeUnit;

/** When a latency is slow and when a request is overdue, per variant, in nanoseconds. */
final class Thresholds {
    /** As many as the flags of an observation have bits for. */
    static final int MOST = 8;

    /** A canary's request that is younger is not overdue, however fast the baseline is. */
    private static final long LEAST_OVERDUE = TimeUnit.SECONDS.toNanos(1);

    static final Thresholds NOTHING_IS_SLOW = new Thresholds(new long[0], Long.MAX_VALUE, 1, Long.MAX_VALUE);

    private final long[] baseline;
    private final long[] canary;
    private final long late;
    private final long lateCanary;
    private final long overdue;
    private final long stalled;
    private final long stalledCanary;

    /**
     * @param tauNanos the baseline's quantiles, ascending; none: nothing is slow
     * @param tau99Nanos its p99
     * @param margin how many times slower the canary may be
     * @param gapNanos the p99.9 of the longest silences in the baseline's bodies, Long.MAX_VALUE when it is not known
     */
    Thresholds(long[] tauNanos, long tau99Nanos, double margin, long gapNanos) {
        if (tauNanos.length > MOST) {
            throw new IllegalArgumentException("thresholds: " + tauNanos.length + " (expected: at most " + MOST + ")");
        }
        baseline = tauNanos.clone();
        canary = new long[tauNanos.length];
        for (int i = 0; i < canary.length; i++) {
            canary[i] = times(tauNanos[i], margin);
        }
        boolean known = tauNanos.length > 0;
        late = known ? tau99Nanos : Long.MAX_VALUE;
        lateCanary = known ? times(tau99Nanos, margin) : Long.MAX_VALUE;
        overdue = Math.max(late, (long) (LEAST_OVERDUE / margin));
        stalled = Math.max(known ? gapNanos : Long.MAX_VALUE, (long) (LEAST_OVERDUE / margin));
        stalledCanary = known ? times(gapNanos, margin) : Long.MAX_VALUE;
    }

    /** latency/margin > tau, for whole nanoseconds. */
    private static long times(long tau, double margin) {
        return (long) Math.floor(tau * margin);
    }

    /** One bit per quantile, from {@link RolloutFeed.Observed#SLOW_0} on. */
    int slow(boolean isCanary, long nanos) {
        long[] above = isCanary ? canary : baseline;
        int bits = 0;
        for (int i = 0; i < above.length && nanos > above[i]; i++) {
            bits |= RolloutFeed.Observed.SLOW_0 << i;
        }
        return bits;
    }

    /** Whether it is beyond the baseline's p99, the canary's margin allowed for. */
    boolean late(boolean isCanary, long nanos) {
        return nanos > (isCanary ? lateCanary : late);
    }

    /**
     * Whether a request that has been under way for so long is overdue.
     *
     * @param allowed the same, a part of it left out for a canary that may be slower for now
     */
    boolean overdue(boolean isCanary, long nanos, long allowed) {
        return isCanary ? nanos > LEAST_OVERDUE && allowed > lateCanary : nanos > overdue;
    }

    /** The same of a body of which nothing has come for so long. */
    boolean stalled(boolean isCanary, long nanos, long allowed) {
        return isCanary ? nanos > LEAST_OVERDUE && allowed > stalledCanary : nanos > stalled;
    }
}
