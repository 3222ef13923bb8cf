package io.crossfade.control;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Makes moves durable and remembers evidence; called by the control thread alone, which it never keeps waiting.
 *
 * <p>Moves become durable in the order of their numbers. Each is answered once, on the control thread.
 */
public interface Ledger extends AutoCloseable {
    /** What stood in it when it was opened. */
    Recovery recovery();

    /** Answers are run by this from now on: the queue of the control thread. */
    void begin(Executor control);

    /** The lines of a move, numbered from the next number on; they must be committed before another move is numbered. */
    Entry number(Move move, Instant at);

    /** Makes a move durable. One that acts first is never refused; it waits until it can be written. */
    void commit(Entry entry, long nowMillis, Answer answer);

    /** A move that was persisted first, and is not durable yet, was overtaken: it is not refused any more, nor answered. */
    void keep(Entry entry);

    /** Adds to the evidence; it may be left out, and then rollouts are to be saved. */
    void evidence(EvidenceLine.Written line);

    /** Whether the evidence of any rollout is to be saved whole; when none that is watched is left, {@link #allSaved} follows. */
    boolean savingDue();

    boolean savingDue(String rollout);

    /** From now on all of them are to be saved. */
    void saveAll();

    /** Saves the evidence of a rollout; what was added of it before need not be kept. */
    void save(EvidenceLine.Checkpoint checkpoint);

    /** Every rollout that is watched and was to be saved has been. */
    void allSaved(long nowMillis);

    /** Tries again what was refused; called about once a second. */
    void keepHouse(long nowMillis);

    /** The highest number that is in use for ever: of a move that is durable or has acted. */
    long sequence();

    /** Whether so much waits that only moves which lower a weight are taken. */
    boolean full();

    Standing standing(long nowMillis);

    /**
     * A ledger to go on with, where this one could not be read and somebody takes it as it is; empty where there is nothing to accept.
     * It waits for the disk, which it may: without a readable ledger everybody is on the baseline.
     *
     * @throws IOException when the disk does not take it; this one is as it was
     */
    default Optional<Ledger> accept(Acceptance by) throws IOException {
        return Optional.empty();
    }

    /** Writes what can be written within a bounded time. */
    @Override
    void close();

    /** A move with the lines that the journal has of it. */
    record Entry(Move move, List<JournalLine> lines) {
        long first() {
            return lines.get(0).sequence();
        }

        long last() {
            return lines.get(lines.size() - 1).sequence();
        }
    }

    /**
     * Somebody takes a damaged ledger as it is.
     *
     * @param rollouts the names that are watched
     */
    record Acceptance(String actor, String reason, Instant at, Collection<String> rollouts) {
        public Acceptance {
            rollouts = List.copyOf(rollouts);
        }
    }

    /** What becomes of a committed move. */
    interface Answer {
        /** For a move that has acted: nothing more follows. */
        Answer NOTHING_FOLLOWS = new Answer() {
            @Override
            public void durable() {}

            @Override
            public void refused(String why) {}
        };

        void durable();

        /** It has not happened and never will. */
        void refused(String why);
    }

    /**
     * How it is now.
     *
     * @param readable false when it could not be read at the start; nothing moves then
     * @param writable false since the last failed write, and while the disk does not answer
     * @param pendingEvents events that are not durable yet
     * @param problem one line for a person, empty when all is well
     */
    record Standing(boolean readable, boolean writable, long pendingEvents, String problem) {}
}
