package io.crossfade.control;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only log of every decision, {@code journal.jsonl}; owned by the disk thread.
 *
 * <p>The file is only ever cut back to the end of its last whole decision, never rewritten.
 */
final class Journal implements Closeable {
    static final String FILE = "journal.jsonl";

    /** Transitions are rare: a journal of this size deserves a look. */
    private static final long LARGE = 64L << 20;

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final Storage.LogFile file;
    private final String note;
    private long goodLength;
    private volatile long size;
    private volatile String writeProblem = "";

    private Journal(Storage.LogFile file, long goodLength, String note) {
        this.file = file;
        this.goodLength = goodLength;
        this.size = goodLength;
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
        return new Opened(new Journal(file, wholeBytes, note), List.copyOf(lines));
    }

    private static JournalLine parse(SealedLine.Sealed sealed, int number) throws IOException {
        try {
            return JournalLine.of(sealed);
        } catch (IllegalArgumentException e) {
            throw new IOException(FILE + ": line " + number + ": " + e.getMessage(), e);
        }
    }

    boolean writable() {
        return writeProblem.isEmpty();
    }

    /** One line for a person; empty when all is well. Any thread. */
    String problem(int waiting) {
        if (!writable()) {
            return FILE + " cannot be written: " + writeProblem + "; " + waiting + " events wait, "
                    + "no rollout moves towards its canary";
        }
        return size > LARGE ? FILE + " has grown to " + (size >> 20) + " MiB" : note;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /**
     * Puts whole decisions on the disk; false when that cannot be done. What a failed write or sync has left behind is cut off
     * before the next one: its bytes may not be on the disk.
     */
    boolean write(List<JournalLine> lines) {
        try {
            if (file.length() != goodLength) {
                file.truncate(goodLength);
            }
            byte[] bytes = join(lines);
            file.append(bytes);
            file.force();
            goodLength += bytes.length;
            size = goodLength;
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
