package io.crossfade.config;

import java.time.Duration;

/**
 * The bounds of the control thread.
 *
 * @param observationQueue observations one event loop may have waiting for the control thread, a power of two (default 16,384)
 * @param tick longest time between two looks at the counters (default 50ms)
 * @param window length of a latency window (default 1s)
 * @param journalSegment size in bytes at which the journal begins a new file with a checkpoint (default 16 MiB)
 * @param operationQueue operations that may wait for the control thread (default 256)
 */
public record ControlSettings(
        int observationQueue, Duration tick, Duration window, long journalSegment, int operationQueue) {

    public ControlSettings {
        boolean powerOfTwo = Integer.bitCount(observationQueue) == 1;
        Bounds.check()
                .that(
                        powerOfTwo && observationQueue >= 2 && observationQueue <= 1 << 24,
                        "observationQueue",
                        observationQueue,
                        "a power of two, 2..16777216")
                .time("tick", tick, Duration.ofMillis(1), Duration.ofSeconds(1))
                .time("window", window, Duration.ofMillis(1), Duration.ofHours(1))
                .size("journalSegment", journalSegment, 64, 1L << 30)
                .count("operationQueue", operationQueue, 1, 1 << 20)
                .keep();
    }

    /** What stands when the config says nothing. */
    public static ControlSettings defaults() {
        return new ControlSettings(16_384, Duration.ofMillis(50), Duration.ofSeconds(1), 16L << 20, 256);
    }
}
