package io.crossfade.exchange;

import java.util.function.LongSupplier;

/** The time of one event loop, in nanoseconds of a monotonic clock such as {@link System#nanoTime}. Event loop only. */
public final class LoopClock {
    private final LongSupplier source;
    private long now;

    public LoopClock(LongSupplier source) {
        this.source = source;
        this.now = source.getAsLong();
    }

    /** Reads the clock. */
    public long exact() {
        return source.getAsLong();
    }

    /** Reads the clock and keeps what it says for {@link #now}. */
    public long tick() {
        now = source.getAsLong();
        return now;
    }

    /** The time of the last {@link #tick}, which sweeps and requests make: good enough for what need not be exact to the millisecond. */
    public long now() {
        return now;
    }
}
