package io.crossfade.control;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The baseline's last known latencies of one rollout: those that this process has measured, or else those that the analysis was told before it.
 * Batches tell them once a minute and before a weight changes, so that at 100 % a restart knows what is slow. Owned by the control thread.
 */
final class LastTau {
    private static final long TELL_MILLIS = 60_000;

    private final int quantiles;

    /** At each quantile, and then at p99, nanoseconds; empty while nothing is known. */
    private long[] last = {};

    private long[] told = {};
    private long toldMillis = Long.MIN_VALUE;

    /** @param quantiles how many */
    LastTau(int quantiles) {
        this.quantiles = quantiles;
    }

    /** What was measured; none changes nothing. */
    void known(long[] tau, long p99) {
        if (tau.length > 0) {
            last = LongStream.concat(Arrays.stream(tau), LongStream.of(p99)).toArray();
        }
    }

    /** What was told before this process; of other quantiles it is nothing. */
    void remember(long[] before) {
        if (last.length == 0 && before.length == quantiles + 1) {
            last = before.clone();
            told = last;
        }
    }

    /** Ascending, nanoseconds; empty while nothing is known. */
    long[] quantiles() {
        return last.length == 0 ? last : Arrays.copyOf(last, quantiles);
    }

    /** 0 while nothing is known. */
    long p99() {
        return last.length == 0 ? 0 : last[quantiles];
    }

    /** What a batch tells: all of it, or nothing when it is not time or is as it was told. */
    List<Long> tell(long nowMillis, boolean closing) {
        boolean due = closing || toldMillis == Long.MIN_VALUE || nowMillis - toldMillis >= TELL_MILLIS;
        if (!due || Arrays.equals(last, told)) {
            return List.of();
        }
        told = last;
        toldMillis = nowMillis;
        return Arrays.stream(last).boxed().toList();
    }
}
