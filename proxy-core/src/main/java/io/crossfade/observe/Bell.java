package io.crossfade.observe;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Wakes the one thread that waits. Whoever rings writes before it what the other is to see; no ring is lost. */
final class Bell {
    private volatile boolean rung;
    private volatile @Nullable Thread parked;

    /** Waits until it is rung or the time is over, whichever is first. */
    void await(long maxNanos) {
        long deadline = System.nanoTime() + maxNanos;
        parked = Thread.currentThread();
        long left = maxNanos;
        while (!rung && left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = deadline - System.nanoTime();
        }
        parked = null;
        rung = false;
        VarHandle.fullFence(); // before the look that follows, which so sees all that was rung for
    }

    /** Any thread. */
    void ring() {
        if (!rung) {
            rung = true;
            LockSupport.unpark(parked);
        }
    }

    /** As {@link #ring}, for what was written plainly just now: that before the flag that is read here. */
    void ringAfterWrite() {
        VarHandle.fullFence(); // pairs with the one in await()
        ring();
    }
}
