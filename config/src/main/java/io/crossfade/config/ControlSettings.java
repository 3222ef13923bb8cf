package io.crossfade.config;

import java.time.Duration;

/** The bounds of the control thread. */
public record ControlSettings(
        @Key(
                standard = "16384",
                bounds = "a power of two, 2..16777216",
                says = "failures that an event loop may hold for the control thread")
        int observationQueue,

        @Key(standard = "50ms", bounds = "1ms..1s", says = "longest time between two looks at the counters")
        Duration tick,

        @Key(standard = "1s", bounds = "1ms..1h", says = "of the baseline's latency quantiles")
        Duration window,

        @Key(
                standard = "4MiB",
                bounds = "64B..1024MiB",
                says = "of a file of the evidence log; the one before goes when each rollout in it was saved since")
        long journalSegment,

        @Key(standard = "256", bounds = "1..1048576", says = "operations that may wait")
        int operationQueue,

        @Key(
                standard = "100",
                bounds = "0..10000",
                says =
                        "rollbacks and holds whose reports are kept, in memory and as files in `reports` in the data folder")
        int reports) {

    public ControlSettings {
        Shape.of(ControlSettings.class)
                .check(observationQueue, tick, window, journalSegment, operationQueue, reports)
                .keep();
    }

    /** What stands when the config says nothing. */
    public static ControlSettings defaults() {
        return Shape.of(ControlSettings.class).standard();
    }
}
