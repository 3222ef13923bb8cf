package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * The baseline's latency quantiles over the last closed windows: tau, known before the request that it judges. While the baseline
 * answers too seldom, what was known last stays.
 *
 * <p>How exact tau is does not touch L's bound, since both variants are measured against the same one. Owner: the control thread.
 */
public final class BaselineQuantiles {
    /** Windows that are looked back on by default. */
    public static final int WINDOWS = 30;

    /** Answers of the baseline needed by default. */
    public static final long LEAST_ANSWERS = 100;

    private static final double P99 = 0.99;

    private final double[] quantiles;
    private final long least;
    private final long[][] windows;
    private long[] total = new long[0];
    private long[] lastKnown = new long[0];
    private int next;

    /** @param quantiles as in the settings, ascending, each in (0, 1) */
    public BaselineQuantiles(double[] quantiles) {
        this(quantiles, WINDOWS, LEAST_ANSWERS);
    }

    /**
     * @param lookBack windows that count, at least 1
     * @param least answers needed before a quantile is known, at least 1
     */
    public BaselineQuantiles(double[] quantiles, int lookBack, long least) {
        this.quantiles = quantiles.clone();
        this.windows = new long[lookBack][0];
        this.least = Math.max(1, least);
    }

    /** A window has ended in which the baseline answered so often per latency bucket; index 0 is the fastest. */
    public void closeWindow(long[] answersPerBucket) {
        add(windows[next], -1);
        windows[next] = answersPerBucket.clone();
        add(windows[next], 1);
        next = (next + 1) % windows.length;
        if (Arrays.stream(total).sum() >= least) lastKnown = total.clone();
    }

    private void add(long[] window, int sign) {
        if (window.length > total.length) total = Arrays.copyOf(total, window.length);
        for (int i = 0; i < window.length; i++) total[i] += sign * window[i];
    }

    /**
     * The latency of each quantile, nanoseconds, ascending; empty while too few answers were ever seen.
     *
     * @param upperNanos upper end of a bucket, as in {@code RolloutFeed.bucketUpperNanos}
     */
    public long[] tau(IntToLongFunction upperNanos) {
        return lastKnown.length == 0 ? new long[0] : of(quantiles, upperNanos);
    }

    /** The latency of the p99, nanoseconds; 0 while too few answers were ever seen. */
    public long p99(IntToLongFunction upperNanos) {
        return lastKnown.length == 0 ? 0 : of(new double[] {P99}, upperNanos)[0];
    }

    private long[] of(double[] ascending, IntToLongFunction upperNanos) {
        long answers = Arrays.stream(lastKnown).sum();
        long[] latencies = new long[ascending.length];
        int bucket = 0;
        long below = lastKnown[0];
        for (int i = 0; i < ascending.length; i++) {
            long wanted = (long) Math.ceil(ascending[i] * answers);
            while (below < wanted) below += lastKnown[++bucket];
            latencies[i] = upperNanos.applyAsLong(bucket);
        }
        return latencies;
    }
}
