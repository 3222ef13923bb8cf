package io.crossfade.leak;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;

/** A full collection that has really happened. */
final class Garbage {
    private static final int ROUNDS = 20;
    private static final int ROUND_MILLIS = 500;

    /**
     * Returns when all that was garbage before the call has gone through its reference queue; at most twenty seconds.
     *
     * <p>Twice: a collection hands its references over in any order, so only the second probe is surely behind
     * everything that the first collection found.
     */
    static void collect() {
        collectOnce();
        collectOnce();
    }

    private static void collectOnce() {
        var queue = new ReferenceQueue<Object>();
        var probe = new PhantomReference<>(new Object(), queue);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                System.gc();
                if (queue.remove(ROUND_MILLIS) == probe) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("the collector did not run, so leaks cannot be seen");
    }

    private Garbage() {}
}
