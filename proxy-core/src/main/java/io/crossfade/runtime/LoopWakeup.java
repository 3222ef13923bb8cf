package io.crossfade.runtime;

import io.crossfade.exchange.Deadlines;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Wakes the deadlines of an event loop by a timer of that loop. Event loop only, but for {@link #of}. */
final class LoopWakeup implements Deadlines.Wakeup {
    private final EventLoop eventLoop;
    private @Nullable Deadlines deadlines;
    private @Nullable Future<?> planned;

    LoopWakeup(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    /** Whom to wake; before the loop serves anybody. */
    void of(Deadlines woken) {
        deadlines = woken;
    }

    @Override
    public void in(long nanos) {
        planned = eventLoop.schedule(this::ring, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void cancel() {
        Future<?> waiting = planned;
        if (waiting != null) {
            planned = null;
            waiting.cancel(false);
        }
    }

    private void ring() {
        planned = null;
        Deadlines woken = deadlines;
        if (woken != null) {
            woken.woken();
        }
    }
}
