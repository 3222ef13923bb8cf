package io.crossfade.exchange;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of one event loop. They are looked at in sweeps: regular ones every {@link #SWEEP_MILLIS}, and one in between when a
 * deadline of an exchange is closer than the next regular one. Event loop only.
 */
public final class Deadlines {
    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    /** How often a regular sweep must be made: a new deadline is not seen before the next sweep. */
    public static final long SWEEP_MILLIS = 100;

    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);

    /**
     * How exactly a sweep in between keeps a deadline. The users of a silent canary wait for nothing else before the first of them
     * is known to fail.
     */
    private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * A sweep takes longer the more there is to look at. No sweep in between follows it for 19 times that long, so that they take at
     * most a twentieth of the event loop's time.
     */
    private static final int PAUSES_PER_SWEEP = 19;

    /** Has {@link #woken} called by the event loop later. */
    public interface Wakeup {
        void in(long nanos);

        /** The call that was asked for is not wanted any more. */
        void cancel();
    }

    private final LoopClock clock;
    private final Wakeup wakeup;
    private final LongConsumer atEnd;
    private @Nullable Timed first;

    /** The next one that a walk looks at: what is removed meanwhile is not. */
    private @Nullable Timed cursor;

    private boolean planned;
    private long plannedNanos;
    private long pauseNanos = CLOSE_NANOS;

    /** @param atEnd called at the end of each sweep with its time */
    public Deadlines(LoopClock clock, Wakeup wakeup, LongConsumer atEnd) {
        this.clock = clock;
        this.wakeup = wakeup;
        this.atEnd = atEnd;
    }

    public void add(Timed timed) {
        Timed second = first;
        timed.previous = null;
        timed.next = second;
        if (second != null) {
            second.previous = timed;
        }
        first = timed;
    }

    public void remove(Timed timed) {
        Timed before = timed.previous;
        Timed after = timed.next;
        if (timed == cursor) {
            cursor = after;
        }
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        timed.previous = null;
        timed.next = null;
    }

    /** Requests under way at the canary of a rollout go to the baseline, as far as they may be asked again. */
    void recall(int rollout) {
        walk(timed -> timed.recall(rollout));
    }

    /** The time of a sweep in between has come. */
    public void woken() {
        planned = false;
        sweep();
    }

    /** Looks at every deadline. */
    public void sweep() {
        try {
            sweepOnce();
        } catch (RuntimeException | Error e) { // an exception would be the end of all sweeps
            LOG.error("a sweep over the deadlines did not reach its end", e);
        }
    }

    /**
     * Of those that wait for a canary one at a time is told that it waited in vain, and none while the failures before it are not
     * judged, as long as no other is late by more than a sweep: each is a failure of a user, and the rollback that the last one
     * causes saves the others.
     */
    private void sweepOnce() {
        Sweep sweep = new Sweep(clock.tick());
        walk(sweep);
        atEnd.accept(sweep.now);
        pauseNanos = Math.max(CLOSE_NANOS, PAUSES_PER_SWEEP * (clock.exact() - sweep.now));
        sweepIn(sweep.soonest);
    }

    private static final class Sweep implements Consumer<Timed> {
        final long now;
        long soonest = Long.MAX_VALUE;
        private boolean canaryFailed;

        Sweep(long now) {
            this.now = now;
        }

        @Override
        public void accept(Timed timed) {
            long late = timed.late(now);
            if (late < 0) {
                timed.probe(now);
                soonest = Math.min(soonest, timed.probeInNanos(now));
                if (timed.isPressing()) {
                    soonest = Math.min(soonest, -late);
                }
                return;
            }
            boolean canary = timed.awaitsCanary();
            if (canary && late < SWEEP_NANOS && (canaryFailed || timed.isUnjudged())) {
                soonest = 0;
            } else {
                canaryFailed |= canary;
                timed.expired();
            }
        }
    }

    /** One with which something goes wrong is ended; the others are not made to pay for it. */
    private void walk(Consumer<Timed> act) {
        for (Timed timed = first; timed != null; timed = cursor) {
            cursor = timed.next;
            try {
                act.accept(timed);
            } catch (RuntimeException | Error e) {
                timed.broken(e);
            }
        }
        cursor = null;
    }

    /** Has deadlines looked at in so long, unless that happens anyway before the next regular sweep. */
    void sweepIn(long nanos) {
        long in = Math.max(nanos, pauseNanos);
        if (in >= SWEEP_NANOS) {
            return;
        }
        long at = clock.exact() + in;
        if (planned) {
            if (at - plannedNanos >= 0) {
                return;
            }
            wakeup.cancel();
        }
        planned = true;
        plannedNanos = at;
        wakeup.in(in);
    }
}
