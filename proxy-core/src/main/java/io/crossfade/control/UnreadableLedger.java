package io.crossfade.control;

import io.crossfade.rollout.Event;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** A ledger that cannot be read: nothing is known, so no move is taken and the files are left as they are. */
final class UnreadableLedger implements Ledger {
    private final String found;
    private final String problem;
    private final Wayout wayout;
    private Executor control = Runnable::run;

    /** How it goes on when somebody accepts what was found. */
    interface Wayout {
        /** @return a readable ledger */
        Ledger accepted(Acceptance by, String found) throws IOException;

        void close();
    }

    /** @param found what is wrong, one line for a person */
    UnreadableLedger(String found, Wayout wayout) {
        this.found = found;
        this.wayout = wayout;
        this.problem = "journal unreadable: " + found + "; everybody stays on the baseline and rollouts are refused";
    }

    @Override
    public Recovery recovery() {
        return new Recovery(JournalStory.NONE, Recovery.Evidence.NONE);
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
    public void evidence(EvidenceLine.Written line) {}

    @Override
    public boolean savingDue() {
        return false;
    }

    @Override
    public boolean savingDue(String rollout) {
        return false;
    }

    @Override
    public void saveAll() {}

    @Override
    public void save(EvidenceLine.Checkpoint checkpoint) {}

    @Override
    public void allSaved(long nowMillis) {}

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
    public Optional<Ledger> accept(Acceptance by) throws IOException {
        return Optional.of(wayout.accepted(by, found));
    }

    @Override
    public void close() {
        wayout.close();
    }
}
