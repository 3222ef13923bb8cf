package io.crossfade.control;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only log of every decision, {@code journal.jsonl}, a chain of lines; owned by the disk thread.
 *
 * <p>A line is on the disk before {@code journal.head} knows it. So a head that lags is moved on at the start, what is torn behind it
 * is cut off, and all that it knows must be there. A file that is large or old is closed and goes on in a new one, whose first line
 * says where every rollout stands; closed files go when all of their lines are older than they must be kept.
 */
final class Journal implements Closeable {
    static final String FILE = JournalFiles.CURRENT;

    /** Bytes at which a file is closed. */
    static final long LARGE = 8L << 20;

    /** A file is closed after this part of the time for which lines are kept. */
    private static final int FILES_PER_RETENTION = 10;

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final Storage storage;
    private final Supplier<Duration> kept;
    private final String note;
    private final Standings standings;
    private final Deque<Closed> closed = new ArrayDeque<>();
    private Storage.@Nullable LogFile file;
    private @Nullable JournalHead head;
    private long goodLength;
    private boolean grown;
    private String hash;
    private long sequence;
    private long first;
    private Instant firstAt;
    private Instant lastAt;
    private volatile String writeProblem = "";
    private volatile String headProblem = "";

    /** A file that does not grow any more. */
    private record Closed(long first, Instant firstAt) {}

    /** A journal and what stood in it. */
    record Opened(Journal journal, JournalStory story) {}

    /**
     * Reads the journal, cuts off a torn tail and moves the head on.
     *
     * @param kept how long lines are kept at least
     * @throws IOException when it cannot be read or is not what was written; the files are as they were
     */
    static Opened open(Storage storage, Supplier<Duration> kept) throws IOException {
        JournalFiles names = JournalFiles.of(storage);
        JournalStory story = JournalStory.read(storage, names);
        long cut = storage.read(FILE).length - story.current().wholeBytes();
        String note = cut == 0 ? "" : FILE + ": cut " + cut + " bytes of a decision that was not completely written";
        Journal journal = new Journal(storage, kept, story, note);
        Storage.LogFile file = journal.opened();
        if (cut > 0) {
            log.warn(note);
            journal.cutBack(file);
        }
        if (story.head() == null && story.current().wholeBytes() > 0) {
            log.info("{}: the chain begins behind line {}", FILE, story.lines().size());
        }
        journal.moveHead();
        for (String name : names.leftOver(storage)) {
            storage.delete(name);
        }
        return new Opened(journal, story);
    }

    private Journal(Storage storage, Supplier<Duration> kept, JournalStory story, String note) {
        JournalFile current = story.current();
        this.storage = storage;
        this.kept = kept;
        this.note = note;
        this.standings = story.end();
        this.head = story.head();
        this.goodLength = current.wholeBytes();
        this.grown = !current.lines().isEmpty();
        this.hash = current.wholeHash();
        this.sequence = story.sequence();
        this.first = current.first();
        this.firstAt = current.firstAt();
        this.lastAt = story.lines().isEmpty()
                ? firstAt
                : story.lines().get(story.lines().size() - 1).at();
        for (JournalFile file : story.files().subList(0, story.files().size() - 1)) {
            closed.add(new Closed(file.first(), file.firstAt()));
        }
    }

    boolean writable() {
        return writeProblem.isEmpty();
    }

    /** Whether the last write failed for want of room. */
    boolean isFull() {
        return writeProblem.contains("No space left on device") || writeProblem.contains("quota exceeded");
    }

    /** One line for a person; empty when all is well. Any thread. */
    String problem(int waiting) {
        if (!writable()) {
            return FILE + " cannot be written: " + writeProblem + "; " + waiting + " events wait, "
                    + "no rollout moves towards its canary";
        }
        return headProblem.isEmpty() ? note : headProblem;
    }

    @Override
    public void close() throws IOException {
        closeFile();
    }

    /**
     * Puts whole decisions on the disk; false when that cannot be done. What a failed write or sync has left behind is cut off
     * at once, and else before the next one: its bytes may not be on the disk.
     */
    boolean write(List<JournalLine> lines) {
        try {
            Storage.LogFile open = opened();
            if (open.length() != goodLength) {
                cutBack(open);
            }
            if (head == null) {
                writeHead(); // from now on a journal without a head has lost it
            }
            String end = append(open, lines);
            goodLength = open.length();
            hash = end;
            lines.forEach(this::note);
            if (!writable()) {
                log.info("{} can be written again", FILE);
            }
            writeProblem = "";
        } catch (IOException e) {
            failed(e);
            return false;
        }
        moveHead();
        return true;
    }

    /** @return the hash of the last line */
    private String append(Storage.LogFile open, List<JournalLine> lines) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String end = hash;
        for (JournalLine line : lines) {
            end = Chain.hash(end, line.object());
            bytes.writeBytes(Chain.line(line.object(), end));
        }
        open.append(bytes.toByteArray());
        open.force();
        return end;
    }

    private void note(JournalLine line) {
        if (first == 0) {
            first = line.sequence();
            firstAt = line.at();
        }
        grown = true;
        sequence = line.sequence();
        lastAt = line.at();
        standings.note(line);
    }

    private void failed(IOException e) {
        if (writable()) {
            log.error("{} cannot be written", FILE, e);
        }
        writeProblem = String.valueOf(e.getMessage());
        try {
            if (file != null && file.length() > goodLength) {
                cutBack(file); // else a death now would leave what is refused
            }
        } catch (IOException later) {
            log.debug("{} cannot be cut back now", FILE, later);
        }
    }

    private void cutBack(Storage.LogFile open) throws IOException {
        open.truncate(goodLength);
        open.force();
    }

    // ---- the head

    /** The head follows what is on the disk; where it cannot, the next start moves it on. */
    private void moveHead() {
        try {
            if (head == null || !head.hash().equals(hash)) {
                writeHead();
            }
            headProblem = "";
        } catch (IOException e) {
            if (headProblem.isEmpty()) {
                log.warn("{} cannot be written", JournalHead.FILE, e);
            }
            headProblem = JournalHead.FILE + " cannot be written: " + e.getMessage();
        }
    }

    private void writeHead() throws IOException {
        JournalHead next = new JournalHead(
                sequence, hash, closed.isEmpty() ? first : closed.getFirst().first());
        storage.replace(JournalHead.FILE, next.bytes());
        head = next;
    }

    // ---- files

    /** Whether the file that grows is large or old enough to be closed. */
    boolean closingDue() {
        Duration age = Duration.between(firstAt, lastAt);
        return grown && (goodLength >= LARGE || age.compareTo(kept.get().dividedBy(FILES_PER_RETENTION)) >= 0);
    }

    /** Goes on in a new file. Evidence must not be older than the file that is closed now. */
    void closeFileAndGoOn() {
        try {
            closeFile();
            storage.rename(FILE, JournalFiles.closed(first));
            closed.add(new Closed(first, firstAt));
            goodLength = 0;
            opened();
            moveHead();
            forget();
        } catch (IOException e) {
            failed(e);
        }
    }

    private Storage.LogFile opened() throws IOException {
        if (file == null) {
            if (goodLength == 0 && !closed.isEmpty()) {
                begin();
            }
            file = storage.open(FILE);
        }
        return file;
    }

    private void begin() throws IOException {
        byte[] object = new Opening(sequence, lastAt, hash, null, standings.nowMillis(), standings.all()).object();
        String next = Chain.hash(hash, object);
        byte[] line = Chain.line(object, next);
        storage.replace(FILE, line);
        hash = next;
        goodLength = line.length;
        grown = false;
        first = sequence;
        firstAt = lastAt;
    }

    /** Takes away what is older than it must be kept; the file before the one that grows stays for the next restart. */
    private void forget() throws IOException {
        Instant oldest = lastAt.minus(kept.get());
        Deque<Closed> gone = new ArrayDeque<>();
        while (closed.size() > 1 && second().firstAt().isBefore(oldest)) {
            gone.add(closed.removeFirst());
        }
        if (!gone.isEmpty()) {
            writeHead(); // it knows no more of them before they go
            for (Closed each : gone) {
                storage.delete(JournalFiles.closed(each.first()));
                log.info("{}: all of it was older than {} and is gone", JournalFiles.closed(each.first()), kept.get());
            }
        }
    }

    private Closed second() {
        return closed.stream().skip(1).findFirst().orElseThrow();
    }

    private void closeFile() throws IOException {
        Storage.LogFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    // ---- acceptance

    /**
     * Takes a damaged journal as it is: its files are put aside, and a new one says who did so and where every rollout stands by the
     * lines that can be read. Whoever was under way, or is not known to them, is on the baseline. A death on the way leaves a damaged
     * journal.
     *
     * @throws IOException when the disk does not take it
     */
    static void accept(Storage storage, Ledger.Acceptance by, String found) throws IOException {
        Wreck wreck = Wreck.read(storage);
        Instant at = by.at();
        List<Opening.Aside> aside = wreck.copyAside(storage, at);
        long next = wreck.sequence() + 1;
        Standings end = wreck.standings();
        end.rollBack(by.rollouts(), next, at, "the journal was damaged and accepted: " + found);
        Opening.Acceptance acceptance = new Opening.Acceptance(by.actor(), by.reason(), found, aside);
        byte[] object = new Opening(next, at, Chain.GENESIS, acceptance, end.nowMillis(), end.all()).object();
        String hash = Chain.hash(Chain.GENESIS, object);
        storage.replace(FILE, Chain.line(object, hash));
        storage.replace(JournalHead.FILE, new JournalHead(next, hash, next).bytes());
        log.warn("the damaged journal was accepted by {}: {}", by.actor(), by.reason());
    }
}
