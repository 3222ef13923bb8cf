package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What other threads want of the control thread, in the order in which they came: operations, configurations, answers of
 * the ledger.
 *
 * <p>Operations are bounded by name. Answers are bounded by the moves that the ledger holds, and configurations come one at
 * a time. Each task is either run by the control thread or, once that has ended, refused.
 */
final class Inbox {
    private final RolloutFeed feed;
    private final IntSupplier mostOperations;
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger operations = new AtomicInteger();

    /** What a task is told when there is no control thread any more; empty while there is one. */
    private volatile String ended = "";

    /** With the instant, on the control thread; or with the reason, on any. */
    private record Task(LongConsumer run, Consumer<String> refuse) {}

    Inbox(RolloutFeed feed, IntSupplier mostOperations) {
        this.feed = feed;
        this.mostOperations = mostOperations;
    }

    /** Takes an operation, or refuses it at once because too many wait. Any thread. */
    void operation(LongConsumer run, Consumer<String> refuse) {
        int most = mostOperations.getAsInt();
        if (operations.incrementAndGet() > most) {
            operations.decrementAndGet();
            refuse.accept(ended.isEmpty() ? most + " operations are waiting already; try again" : ended);
            return;
        }
        Consumer<String> refused = why -> {
            operations.decrementAndGet();
            refuse.accept(why);
        };
        post(
                now -> {
                    operations.decrementAndGet();
                    run.accept(now);
                },
                refused);
    }

    /** Any thread. */
    void post(LongConsumer run, Consumer<String> refuse) {
        tasks.add(new Task(run, refuse));
        feed.wake();
        if (!open()) {
            refuseAll(); // the control thread may have looked for the last time
        }
    }

    /** An answer of the ledger, which is run also while the control thread ends. Any thread. */
    void answer(Runnable run) {
        tasks.add(new Task(now -> run.run(), why -> {}));
        feed.wake();
    }

    /** Runs the first of what is there; false when there is nothing. Control thread. */
    boolean runOne(LongSupplier nowMillis) {
        Task next = tasks.poll();
        if (next == null) {
            return false;
        }
        next.run().accept(nowMillis.getAsLong());
        return true;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Runs all that is there. Control thread. */
    void runAll(LongSupplier nowMillis) {
        for (Task next = tasks.poll(); next != null; next = tasks.poll()) {
            next.run().accept(nowMillis.getAsLong());
        }
    }

    boolean open() {
        return ended.isEmpty();
    }

    /** Takes nothing more. Any thread. */
    void end(String why) {
        ended = why;
        feed.wake();
    }

    String ended() {
        return ended;
    }

    void refuseAll() {
        for (Task left = tasks.poll(); left != null; left = tasks.poll()) {
            left.refuse().accept(ended);
        }
    }
}
