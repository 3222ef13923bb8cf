package io.crossfade.control;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The control thread as the admin room sees it; every method may be called from any thread and none blocks. */
public interface ControlApi {
    List<RolloutStatus> statuses();

    Optional<RolloutStatus> status(String rollout);

    /** Completes on the control thread; never exceptionally. */
    CompletableFuture<Operation.Receipt> submit(String rollout, Operation operation);

    /**
     * Takes a damaged journal as it is: it is put aside and a new one begins, in which whoever was under way is on the baseline.
     * Completes on the control thread; never exceptionally. ILLEGAL when the journal is not damaged.
     */
    CompletableFuture<Operation.Receipt> accept(String actor, String reason);

    /** Journal events with a sequence above {@code after}, oldest first, at most {@code max}, out of a bounded recent memory. */
    List<JournaledEvent> eventsAfter(long after, int max);

    /** The newest rollbacks and holds of the rollouts that are watched, the newest last; at most {@code control.reports}. */
    List<Report> reports();

    /** The one of these with this sequence in the journal. */
    Optional<Report> report(long sequence);

    /** Calls back on the control thread after each journaled event; must not block. Close to end. */
    AutoCloseable subscribe(java.util.function.Consumer<JournaledEvent> listener);

    Health health();

    /** Whether the control thread runs, and has looked at what was seen in the last ten seconds. */
    boolean alive();

    /** One journaled event as JSON text, the same text as the journal's own. */
    record JournaledEvent(long sequence, String type, String rollout, String json) {}

    /**
     * @param journalReadable false when the journal could not be read at start; rollouts are refused then
     * @param journalWritable false since the last failed write, and while the disk does not answer
     * @param journalPending events that have happened, or wait to, and are not on the disk yet
     * @param problem one line for a person, empty when all is well
     */
    record Health(
            boolean journalReadable,
            boolean journalWritable,
            long journalPending,
            long observationsDropped,
            String problem) {}
}
