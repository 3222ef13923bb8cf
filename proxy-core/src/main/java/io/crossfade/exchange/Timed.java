package io.crossfade.exchange;

import org.jspecify.annotations.Nullable;

/** Something of an event loop that has a deadline: an exchange, or a client connection between two of them. Event loop only. */
public abstract class Timed {
    /** So far away that it never comes: 146 years. */
    public static final long NEVER = 1L << 62;

    private final LoopClock clock;
    private long deadlineNanos;

    @Nullable
    Timed previous;

    @Nullable
    Timed next;

    protected Timed(LoopClock clock) {
        this.clock = clock;
        this.deadlineNanos = clock.now() + NEVER;
    }

    /** The deadline is so long after the last tick of the clock. */
    public final void deadlineIn(long nanos) {
        deadlineNanos = clock.now() + nanos;
    }

    /** Nanoseconds since the deadline, negative before it. */
    final long late(long now) {
        return now - deadlineNanos;
    }

    /** The deadline has passed. */
    protected abstract void expired();

    /** Something went wrong with it in a sweep: it is ended, so that the others do not pay for it. */
    protected abstract void broken(Throwable cause);

    /** Whether a sweep between two regular ones is worth its cost for this deadline: somebody waits for it. */
    protected boolean isPressing() {
        return false;
    }

    /** Looks after itself while it stands still. */
    protected void probe(long now) {}

    /** Nanoseconds until it wants to be probed, a long time when it does not. */
    protected long probeInNanos(long now) {
        return Long.MAX_VALUE;
    }

    /** Whether it waits for a canary's answer. */
    protected boolean awaitsCanary() {
        return false;
    }

    /** Whether failures of that canary wait for their judgement. */
    protected boolean isUnjudged() {
        return false;
    }

    /** The canary of the rollout was rolled back at once: what waits for it may go to the baseline. */
    protected void recall(int rollout) {}
}
