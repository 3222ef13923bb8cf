package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * How often the baseline itself fails: the last 60 seconds in which it answered anything.
 *
 * <p>Seconds without baseline traffic do not push others out, so a rollout at 100% remembers the service that it replaced. Owner:
 * the control thread.
 */
final class BaselineRate {
    private static final int SECONDS = 60;

    /** The standard normal's 99.9% quantile. */
    private static final double Z = 3.090232306167813;

    /** With fewer failures the bound would say how little was seen, not how often the baseline fails. */
    private static final int LEAST_FAILURES = 3;

    private final long[] ok = new long[SECONDS];
    private final long[] failed = new long[SECONDS];
    private long second = Long.MIN_VALUE;
    private int slot;
    private long allOk;
    private long allFailed;

    void add(long nowMillis, long okMore, long failedMore) {
        if (okMore + failedMore == 0) return;
        long now = Math.floorDiv(nowMillis, 1_000L);
        if (now > second) next(now);
        ok[slot] += okMore;
        failed[slot] += failedMore;
        allOk += okMore;
        allFailed += failedMore;
    }

    private void next(long now) {
        second = now;
        slot = (slot + 1) % SECONDS;
        allOk -= ok[slot];
        allFailed -= failed[slot];
        ok[slot] = 0;
        failed[slot] = 0;
    }

    /** One-sided 99.9% upper bound of the failure ratio (Wilson 1927), 0..1; 0 while fewer than 3 failures were seen. */
    double upperBound() {
        if (allFailed < LEAST_FAILURES) return 0;
        double n = (double) allOk + allFailed;
        double rate = allFailed / n;
        double spread = Z * StrictMath.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n));
        return Math.min(1, (rate + Z * Z / (2 * n) + spread) / (1 + Z * Z / n));
    }

    void save(Words out) {
        out.put(ok);
        out.put(failed);
        out.put(second);
        out.put((long) slot);
    }

    void restore(Words in) {
        in.take(ok);
        in.take(failed);
        second = in.take();
        slot = Math.floorMod((int) in.take(), SECONDS);
        allOk = Arrays.stream(ok).sum();
        allFailed = Arrays.stream(failed).sum();
    }
}
