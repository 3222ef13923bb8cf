package io.crossfade.control;

import io.crossfade.config.ControlSettings;
import io.crossfade.rollout.Event;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Journal and evidence log in a folder, written by a thread of their own, {@code crossfade-disk}.
 *
 * <p>The control thread adds to two bounded queues and goes on. The disk thread takes all that waits, appends the evidence,
 * writes the moves with one sync and tells the control thread. After a failed write it touches the journal no more until
 * the control thread has taken out the moves that are refused by it.
 */
public final class DiskLedger implements Ledger {
    /** Events that may wait for the disk; beyond it only moves that lower a weight are taken. */
    static final int MOST_EVENTS = 1_024;

    /** A disk that has not answered for so long is said to be stuck. */
    static final long PATIENCE_MILLIS = 1_000;

    private static final long CLOSE_MILLIS = 4_000;
    private static final long IDLE = -1;

    private static final Logger log = LoggerFactory.getLogger(DiskLedger.class);

    private final Storage storage;
    private final Journal journal;
    private final EvidenceLog evidenceLog;
    private final Recovery recovery;
    private final Thread disk = new Thread(this::run, "crossfade-disk");

    /** Whether the journal is to go on in another file; set by the disk thread. */
    private volatile boolean closingDue;

    // Of the control thread.
    private Executor control = Runnable::run;
    private long numbered;
    private long sequence;

    // Under the lock of this.
    private final Deque<Waiting> moves = new ArrayDeque<>();
    private final EvidenceQueue evidence;
    private int events;
    private boolean asked;
    private long askedAt;
    private boolean refusing;
    private boolean closing;
    private boolean failing;
    private long busySince = IDLE;

    /** A move that is not durable yet. */
    private static final class Waiting {
        final Entry entry;
        final Answer answer;
        boolean kept;

        Waiting(Entry entry, Answer answer) {
            this.entry = entry;
            this.answer = answer;
            this.kept = !entry.move().persistFirst();
        }
    }

    /** What the disk thread does next, in this order; the moves are null when the journal is not to be touched. */
    private record Work(
            List<EvidenceQueue.Line> lines, @Nullable List<Waiting> moves, EvidenceQueue.@Nullable Task then) {}

    /**
     * Reads the folder, which is made when missing.
     *
     * @param kept how long lines of the journal are kept at least
     * @return one that refuses all moves when the folder or its journal cannot be read
     * @throws FolderInUseException when another server has the folder
     */
    public static Ledger open(Path data, Supplier<ControlSettings> settings, Supplier<Duration> kept)
            throws FolderInUseException {
        try {
            return open(Disk.open(data), settings, kept);
        } catch (FolderInUseException e) {
            throw e;
        } catch (NotDirectoryException e) {
            return unreadable(e.getMessage(), new NoWayout(data));
        } catch (IOException e) {
            return unreadable(data + ": " + e, new NoWayout(data));
        }
    }

    static Ledger open(Storage storage, Supplier<ControlSettings> settings, Supplier<Duration> kept) {
        try {
            return new DiskLedger(storage, () -> settings.get().journalSegment(), kept);
        } catch (IOException e) {
            return unreadable(e.getMessage(), new BeginAnew(storage, settings, kept));
        }
    }

    private static Ledger unreadable(@Nullable String found, UnreadableLedger.Wayout wayout) {
        UnreadableLedger ledger = new UnreadableLedger(String.valueOf(found), wayout);
        log.error(ledger.standing(0).problem());
        return ledger;
    }

    /** Without a folder there is nothing to accept. */
    private record NoWayout(Path data) implements UnreadableLedger.Wayout {
        @Override
        public Ledger accepted(Acceptance by, String found) throws IOException {
            throw new IOException(data + " cannot be used at all: make it a folder of this user, then restart");
        }

        @Override
        public void close() {}
    }

    /** A damaged journal is put aside and a new one begins; the folder stays ours meanwhile. */
    private record BeginAnew(Storage storage, Supplier<ControlSettings> settings, Supplier<Duration> kept)
            implements UnreadableLedger.Wayout {
        @Override
        public Ledger accepted(Acceptance by, String found) throws IOException {
            Journal.accept(storage, by, found);
            for (String name : storage.names()) {
                if (name.startsWith("evidence")) {
                    storage.delete(name); // of rollouts that are not under way any more
                }
            }
            return new DiskLedger(storage, () -> settings.get().journalSegment(), kept);
        }

        @Override
        public void close() {
            release(storage);
        }
    }

    private DiskLedger(Storage storage, LongSupplier segment, Supplier<Duration> kept) throws IOException {
        Journal.Opened opened = Journal.open(storage, kept);
        this.storage = storage;
        this.journal = opened.journal();
        this.evidenceLog = new EvidenceLog(storage, segment);
        this.evidence = new EvidenceQueue();
        this.recovery = new Recovery(opened.story(), evidenceLog);
        this.sequence = opened.story().sequence();
        this.numbered = sequence;
        this.closingDue = journal.closingDue();
        disk.setDaemon(true);
    }

    @Override
    public Recovery recovery() {
        return recovery;
    }

    @Override
    public void begin(Executor answers) {
        control = answers;
        synchronized (this) {
            evidence.begin(evidenceLog.number(), evidenceLog.inOld());
        }
        evidenceLog.begin();
        disk.start();
    }

    // ---- the control thread

    @Override
    public Entry number(Move move, Instant at) {
        List<JournalLine> lines = new ArrayList<>();
        List<Event> of = move.events();
        for (int i = 0; i < of.size(); i++) {
            lines.add(JournalLine.of(++numbered, at, move.rollout(), of.get(i), i < of.size() - 1));
        }
        return new Entry(move, List.copyOf(lines));
    }

    @Override
    public void commit(Entry entry, long nowMillis, Answer answer) {
        if (!entry.move().persistFirst()) {
            sequence = Math.max(sequence, entry.last());
        }
        synchronized (this) {
            moves.add(new Waiting(entry, answer));
            events += entry.lines().size();
            ask(nowMillis);
        }
    }

    @Override
    public void keep(Entry entry) {
        sequence = Math.max(sequence, entry.last());
        synchronized (this) {
            moves.stream()
                    .filter(waiting -> waiting.entry.first() == entry.first())
                    .forEach(waiting -> waiting.kept = true);
        }
    }

    @Override
    public synchronized void evidence(EvidenceLine.Written line) {
        evidence.add(line);
        notifyAll();
    }

    @Override
    public synchronized boolean savingDue() {
        if (closingDue && !evidence.owed().any() && !evidence.isSettling()) {
            evidence.owed().begin(); // a file of the journal is closed when no evidence is older than it
        }
        return !failing && evidence.savingDue();
    }

    @Override
    public synchronized boolean savingDue(String rollout) {
        return evidence.owed().owes(rollout);
    }

    @Override
    public synchronized void saveAll() {
        evidence.owed().begin();
    }

    @Override
    public synchronized void save(EvidenceLine.Checkpoint checkpoint) {
        evidence.save(checkpoint);
        notifyAll();
    }

    @Override
    public synchronized void allSaved(long nowMillis) {
        evidence.settle(nowMillis);
        notifyAll();
    }

    @Override
    public synchronized void keepHouse(long nowMillis) {
        failing = false;
        if (!journal.writable()) {
            ask(nowMillis);
        }
    }

    private void ask(long nowMillis) {
        askedAt = asked ? askedAt : nowMillis;
        asked = true;
        notifyAll();
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public synchronized boolean full() {
        return events >= MOST_EVENTS;
    }

    @Override
    public synchronized Standing standing(long nowMillis) {
        long since = busySince == IDLE && asked ? askedAt : busySince; // or the thread itself is late
        long silent = since == IDLE ? 0 : nowMillis - since;
        boolean stuck = silent >= PATIENCE_MILLIS;
        List<String> problems = new ArrayList<>();
        if (stuck) {
            problems.add(String.format(
                    Locale.ROOT,
                    "the disk has not answered for %.1f s; %d events wait, no rollout moves towards its canary",
                    silent / 1000.0,
                    events));
        } else {
            problems.add(journal.problem(events));
        }
        problems.add(evidenceLog.problem());
        problems.add(evidence.owed().lacksSomething() ? EvidenceLog.FILE + " lacks something until all is saved" : "");
        problems.removeIf(String::isEmpty);
        return new Standing(true, journal.writable() && !stuck, events, String.join("; ", problems));
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            refusing = false;
            asked = !moves.isEmpty();
            notifyAll();
        }
        try {
            disk.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (disk.isAlive()) {
            log.error(
                    "the disk does not answer; {} events may be lost",
                    standing(0).pendingEvents());
        }
    }

    /** They are durable; those that were overtaken meanwhile are told too and know it. */
    private void durable(List<Waiting> written) {
        for (Waiting waiting : written) {
            sequence = Math.max(sequence, waiting.entry.last());
            waiting.answer.durable();
        }
    }

    /** Takes out what has not acted; its numbers are free where none behind them is in use. */
    private void refuse(String why) {
        List<Waiting> refused = new ArrayList<>();
        synchronized (this) {
            moves.stream().filter(waiting -> !waiting.kept).forEach(refused::add);
            moves.removeAll(refused);
            events = moves.stream()
                    .mapToInt(waiting -> waiting.entry.lines().size())
                    .sum();
            refusing = false;
            asked = false;
        }
        numbered = sequence;
        refused.forEach(waiting -> waiting.answer.refused(why));
    }

    /** Whether nothing waits for the disk. */
    synchronized boolean idle() {
        boolean saved = failing || (!closingDue && !evidence.owed().any() && !evidence.isSettling());
        return busySince == IDLE && evidence.isEmpty() && !asked && saved;
    }

    // ---- the disk thread

    private void run() {
        try {
            for (Work work = next(); work != null; work = next()) {
                String before = evidenceLog.problem();
                carryOut(work);
                if (!evidenceLog.problem().equals(before)) {
                    control.execute(() -> {}); // so that it looks at how we stand
                }
            }
        } catch (InterruptedException | RuntimeException e) {
            log.error("the disk thread ends; nothing is written any more", e);
        } finally {
            closeFiles();
        }
    }

    private void carryOut(Work work) {
        boolean whole = work.lines().stream().allMatch(line -> evidenceLog.append(line.number(), line.line()));
        if (work.moves() != null) {
            write(work.moves());
        }
        if (whole && work.then() != null) {
            whole = carryOut(work.then());
        }
        if (!whole) {
            lacksSomething();
        }
        Set<String> inOld = evidenceLog.beginAnew();
        if (inOld != null) {
            old(inOld);
        }
    }

    private boolean carryOut(EvidenceQueue.Task task) {
        if (task instanceof EvidenceQueue.Save save) {
            return evidenceLog.save(save.file());
        }
        evidenceLog.forgetOld();
        if (task instanceof EvidenceQueue.Settle settle && settle.all() && journal.closingDue()) {
            journal.closeFileAndGoOn();
        }
        closingDue = journal.closingDue();
        settled();
        return true;
    }

    private synchronized void settled() {
        evidence.settled();
    }

    private synchronized void lacksSomething() {
        evidence.hole();
        failing = true; // until the next try
    }

    private synchronized void old(Set<String> names) {
        evidence.owed().old(names);
    }

    private synchronized @Nullable Work next() throws InterruptedException {
        busySince = IDLE;
        while (evidence.isEmpty() && !(asked && !refusing) && !closing) {
            wait();
        }
        boolean touch = asked && !refusing;
        if (evidence.isEmpty() && !touch) {
            return null;
        }
        busySince = Math.min(
                touch ? askedAt : Long.MAX_VALUE, evidence.isEmpty() ? Long.MAX_VALUE : evidence.sinceMillis());
        EvidenceQueue.Taken taken = evidence.take();
        asked = asked && !touch;
        return new Work(taken.lines(), touch ? List.copyOf(moves) : null, taken.then());
    }

    private void write(List<Waiting> together) {
        List<JournalLine> lines = new ArrayList<>();
        together.forEach(waiting -> lines.addAll(waiting.entry.lines()));
        boolean written = journal.write(lines);
        if (!written && journal.isFull()) {
            evidenceLog.giveWay();
            lacksSomething();
            written = journal.write(lines);
        }
        closingDue = journal.closingDue();
        synchronized (this) {
            if (written) {
                moves.removeAll(together);
                events -= lines.size();
            } else {
                refusing = !closing;
            }
        }
        if (written) {
            control.execute(() -> durable(together));
        } else {
            control.execute(() -> refuse(journal.problem(events())));
        }
    }

    private synchronized int events() {
        return moves.stream()
                .filter(waiting -> waiting.kept)
                .mapToInt(waiting -> waiting.entry.lines().size())
                .sum();
    }

    private void closeFiles() {
        try {
            journal.close();
            evidenceLog.close();
        } catch (IOException e) {
            log.warn("the journal cannot be closed", e);
        }
        release(storage);
    }

    private static void release(Storage storage) {
        try {
            storage.close();
        } catch (IOException e) {
            log.warn("the data folder cannot be released", e);
        }
    }
}
