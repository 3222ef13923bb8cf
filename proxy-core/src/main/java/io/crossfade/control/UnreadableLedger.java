package io.crossfade.control;

import io.crossfade.rollout.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A ledger that cannot be read: nothing is known, so no move is taken and the files are left as they are. */
final class UnreadableLedger implements Ledger {
    private final String problem;
    private Executor control = Runnable::run;

    /** @param why one line for a person */
    UnreadableLedger(String why) {
        this.problem = "journal unreadable: " + why + "; everybody stays on the baseline and rollouts are refused";
    }

    @Override
    public Recovery recovery() {
        return new Recovery(List.of(), List.of());
    }

    @Override
    public void begin(Executor answers) {
        control = answers;
    }

    @Override
    public Entry number(Move move, Instant at) {
        List<JournalLine> lines = new ArrayList<>();
        for (Event event : move.events()) {
            lines.add(JournalLine.of(0, at, move.rollout(), event, false));
        }
        return new Entry(move, lines);
    }

    @Override
    public void commit(Entry entry, long nowMillis, Answer answer) {
        control.execute(() -> answer.refused(problem));
    }

    @Override
    public void keep(Entry entry) {}

    @Override
    public void evidence(EvidenceLine line) {}

    @Override
    public boolean checkpointDue() {
        return false;
    }

    @Override
    public void checkpoint(List<EvidenceLine.Checkpoint> rollouts, long nowMillis) {}

    @Override
    public void keepHouse(long nowMillis) {}

    @Override
    public long sequence() {
        return 0;
    }

    @Override
    public boolean full() {
        return false;
    }

    @Override
    public Standing standing(long nowMillis) {
        return new Standing(false, false, 0, problem);
    }

    @Override
    public void close() {}
}
