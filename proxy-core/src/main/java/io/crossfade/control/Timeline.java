package io.crossfade.control;

import java.util.function.LongSupplier;

/**
 * The running time of all rollouts in milliseconds: it goes on from where the journal ended, by the monotonic clock, so a jump
 * of the wall clock changes nothing and time while the process is down does not pass.
 */
final class Timeline {
    private final LongSupplier monotonicNanos;
    private final long startNanos;
    private final long offsetMillis;

    Timeline(LongSupplier monotonicNanos, long offsetMillis) {
        this.monotonicNanos = monotonicNanos;
        this.startNanos = monotonicNanos.getAsLong();
        this.offsetMillis = offsetMillis;
    }

    long nowMillis() {
        return offsetMillis + (monotonicNanos.getAsLong() - startNanos) / 1_000_000;
    }
}
