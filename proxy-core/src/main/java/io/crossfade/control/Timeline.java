package io.crossfade.control;

import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The running time of all rollouts in milliseconds: it goes on from where the journal ended, by the monotonic clock, so a jump
 * of the wall clock changes nothing and time while the process is down does not pass. Owned by the control thread.
 */
final class Timeline {
    private final LongSupplier monotonicNanos;
    private final LongSupplier wallMillis;
    private final long startNanos;
    private long offsetMillis;

    Timeline(LongSupplier monotonicNanos, LongSupplier wallMillis, long offsetMillis) {
        this.wallMillis = wallMillis;
        this.monotonicNanos = monotonicNanos;
        this.startNanos = monotonicNanos.getAsLong();
        this.offsetMillis = offsetMillis;
    }

    /** It never goes back: what has passed in a journal that is taken up now has passed. */
    void atLeast(long millis) {
        offsetMillis += Math.max(0, millis - nowMillis());
    }

    /** For people alone. */
    Instant wall() {
        return Instant.ofEpochMilli(wallMillis.getAsLong());
    }

    long nowMillis() {
        return offsetMillis + (monotonicNanos.getAsLong() - startNanos) / 1_000_000;
    }
}
