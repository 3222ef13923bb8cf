package io.crossfade.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What waits for the evidence log, and which rollouts are to be saved; used under the lock of the ledger. */
final class EvidenceQueue {
    /** Observations in batches that may wait; beyond it they are left out until every rollout has been saved. */
    static final int MOST = 1 << 16;

    private final Deque<Task> tasks = new ArrayDeque<>();
    private final Owed owed = new Owed();
    private int observations;
    private long number;
    private boolean settling;
    private boolean saving;

    /** Something for the disk thread. */
    sealed interface Task {
        /** Since when it waits. */
        long sinceMillis();
    }

    record Line(long number, EvidenceLine.Written line, int cost) implements Task {
        @Override
        public long sinceMillis() {
            return line.nowMillis();
        }
    }

    record Save(CheckpointFile file, long sinceMillis) implements Task {}

    /** The old file of the log can go; with {@code all} every rollout that is watched was saved in one round. */
    record Settle(boolean all, long sinceMillis) implements Task {}

    /** Lines that can be written at once, and what comes behind them. */
    record Taken(List<Line> lines, @Nullable Task then) {}

    /**
     * Goes on where the log ends.
     *
     * @param last number of a line that was given one
     * @param inOld names that have lines in the old file of the log
     */
    void begin(long last, Set<String> inOld) {
        number = Math.max(number, last);
        if (!inOld.isEmpty()) {
            owed.old(inOld);
        }
    }

    Owed owed() {
        return owed;
    }

    void add(EvidenceLine.Written line) {
        Line numbered = new Line(++number, line, cost(line));
        if (!line.rollout().isEmpty() && owed.muted(line.rollout())) {
            return; // the checkpoint to come knows it
        }
        if (observations + numbered.cost() > MOST) {
            hole();
            return;
        }
        observations += numbered.cost();
        tasks.add(numbered);
    }

    private static int cost(EvidenceLine.Written line) {
        return line instanceof EvidenceLine.Seen seen
                ? 1
                        + seen.batch().failures().size()
                        + seen.batch().slow().size()
                        + seen.batch().others().aborts().size()
                        + seen.batch().others().answers().size()
                : 1;
    }

    void save(EvidenceLine.Checkpoint checkpoint) {
        owed.saved(checkpoint.rollout());
        saving = true;
        tasks.add(new Save(new CheckpointFile(number, checkpoint), checkpoint.nowMillis()));
    }

    void settle(long nowMillis) {
        settling = true;
        tasks.add(new Settle(owed.end(), nowMillis));
    }

    void settled() {
        settling = false;
    }

    /** Whether rollouts are to be saved now, as far as this knows; one after the other, for each may be large. */
    boolean savingDue() {
        return owed.any() && !settling && !saving;
    }

    boolean isSettling() {
        return settling;
    }

    /** What waits is given up, and what comes of a rollout too until it has been saved. */
    void hole() {
        tasks.clear();
        observations = 0;
        settling = false;
        saving = false;
        owed.hole();
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Since when the first waits. */
    long sinceMillis() {
        return tasks.getFirst().sinceMillis();
    }

    Taken take() {
        List<Line> lines = new ArrayList<>();
        while (tasks.peekFirst() instanceof Line line) {
            tasks.removeFirst();
            observations -= line.cost();
            lines.add(line);
        }
        Task then = tasks.pollFirst();
        saving &= !(then instanceof Save);
        return new Taken(lines, then);
    }
}
