package io.crossfade.control;

import io.crossfade.rollout.Event;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only log of every decision, {@code journal.jsonl}; owned by the control thread.
 *
 * <p>The file is only ever cut back to the end of its last whole decision, never rewritten. Lines of a decision that is in
 * force already wait in memory while the disk refuses them.
 */
final class Journal implements Closeable {
    static final String FILE = "journal.jsonl";

    /** Lines that may wait for the disk; beyond it only moves towards the baseline are taken in. */
    static final int MAX_WAITING = 1_024;

    /** Transitions are rare: a journal of this size deserves a look. */
    private static final long LARGE = 64L << 20;

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final Storage.LogFile file;
    private final List<JournalLine> waiting = new ArrayList<>();
    private long goodLength;
    private long sequence;
    private String writeProblem = "";
    private String note;

    private Journal(Storage.LogFile file, long goodLength, long sequence, String note) {
        this.file = file;
        this.goodLength = goodLength;
        this.sequence = sequence;
        this.note = note;
    }

    /** A journal and what stood in it. */
    record Opened(Journal journal, List<JournalLine> lines) {}

    /**
     * Reads the journal and cuts off a torn tail.
     *
     * @throws IOException when it cannot be read or is damaged in the middle; the file is as it was
     */
    static Opened open(Storage storage) throws IOException {
        byte[] bytes = storage.read(FILE);
        SealedLine.Lines sealed = SealedLine.read(bytes);
        if (sealed.damage() == SealedLine.Damage.BAD_LINE) {
            throw new IOException(
                    FILE + ": line " + (sealed.sealed().size() + 1) + " is damaged and is not the last one");
        }
        List<JournalLine> lines = new ArrayList<>();
        long wholeBytes = 0;
        long bytesSoFar = 0;
        int whole = 0;
        for (SealedLine.Sealed line : sealed.sealed()) {
            lines.add(parse(line, lines.size() + 1));
            bytesSoFar += line.bytes().length;
            if (!lines.get(lines.size() - 1).more()) {
                whole = lines.size();
                wholeBytes = bytesSoFar;
            }
        }
        lines.subList(whole, lines.size()).clear();
        long cut = bytes.length - wholeBytes;
        String note = cut == 0 ? "" : FILE + ": cut " + cut + " bytes of a decision that was not completely written";
        Storage.LogFile file = storage.open(FILE);
        if (cut > 0) {
            log.warn(note);
            file.truncate(wholeBytes);
            file.force();
        }
        long last = lines.isEmpty() ? 0 : lines.get(lines.size() - 1).sequence();
        return new Opened(new Journal(file, wholeBytes, last, note), List.copyOf(lines));
    }

    private static JournalLine parse(SealedLine.Sealed sealed, int number) throws IOException {
        try {
            return JournalLine.of(sealed);
        } catch (IllegalArgumentException e) {
            throw new IOException(FILE + ": line " + number + ": " + e.getMessage(), e);
        }
    }

    /** The lines of one decision, numbered from the next sequence on. */
    List<JournalLine> lines(String rollout, List<Event> events, Instant at) {
        List<JournalLine> lines = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            lines.add(JournalLine.of(sequence + 1 + i, at, rollout, events.get(i), i < events.size() - 1));
        }
        return lines;
    }

    /** Puts a decision on the disk before it is in force; false when that cannot be done, and nothing has happened then. */
    boolean persist(List<JournalLine> lines) {
        List<JournalLine> all = new ArrayList<>(waiting);
        all.addAll(lines);
        if (!write(all)) {
            return false;
        }
        waiting.clear();
        advance(lines);
        return true;
    }

    /** Puts a decision that is in force on the disk, or keeps it until the disk takes it. */
    void record(List<JournalLine> lines) {
        waiting.addAll(lines);
        advance(lines);
        retry();
    }

    /** Tries again to write what waits. */
    void retry() {
        if (write(waiting)) {
            waiting.clear();
        }
    }

    boolean isFull() {
        return waiting.size() >= MAX_WAITING;
    }

    boolean writable() {
        return writeProblem.isEmpty();
    }

    /** One line for a person; empty when all is well. */
    String problem() {
        if (!writable()) {
            return FILE + " cannot be written: " + writeProblem + "; " + waiting.size() + " events wait, "
                    + "no rollout moves towards its canary";
        }
        return goodLength > LARGE ? FILE + " has grown to " + (goodLength >> 20) + " MiB" : note;
    }

    /** Sequence of the last event. */
    long sequence() {
        return sequence;
    }

    @Override
    public void close() throws IOException {
        retry();
        file.close();
    }

    private void advance(List<JournalLine> lines) {
        sequence = lines.isEmpty() ? sequence : lines.get(lines.size() - 1).sequence();
    }

    /** What a failed write or sync has left behind is cut off before the next one: its bytes may not be on the disk. */
    private boolean write(List<JournalLine> lines) {
        try {
            if (file.length() != goodLength) {
                file.truncate(goodLength);
            }
            byte[] bytes = join(lines);
            file.append(bytes);
            file.force();
            goodLength += bytes.length;
            if (!writable()) {
                log.info("{} can be written again", FILE);
            }
            writeProblem = "";
            return true;
        } catch (IOException e) {
            if (writable()) {
                log.error("{} cannot be written", FILE, e);
            }
            writeProblem = String.valueOf(e.getMessage());
            return false;
        }
    }

    private static byte[] join(List<JournalLine> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (JournalLine line : lines) {
            bytes.writeBytes(line.bytes());
        }
        return bytes.toByteArray();
    }
}
