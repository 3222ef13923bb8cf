package io.crossfade.control;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the analysis was fed, {@code evidence.jsonl}, and beside it a checkpoint of each rollout, a {@link CheckpointFile}; read by the thread
 * that starts, then owned by the disk thread.
 *
 * <p>When the log has grown to a segment it becomes {@code evidence.old.jsonl} and a new one begins. The old one goes when each rollout that has
 * lines in it has been saved since. Every line has a number, and a checkpoint says up to which it knows the lines.
 *
 * <p>Lines are written without a sync: they survive the death of the process, and a power cut costs evidence, never a decision. After
 * a failed write the log lacks something, so lines of a rollout are worth nothing until it has been saved.
 */
final class EvidenceLog implements Recovery.Evidence, Closeable {
    static final String FILE = "evidence.jsonl";
    static final String OLD = "evidence.old.jsonl";

    /** A line is never longer: a batch has at most as many observations as may wait. */
    private static final int LONGEST_LINE = 16 << 20;

    private static final Logger log = LoggerFactory.getLogger(EvidenceLog.class);

    private final Storage storage;
    private final LongSupplier segment;
    private Storage.@Nullable LogFile file;
    private long length;
    private long number;
    private boolean old;
    private final Set<String> inOld = new HashSet<>();
    private Set<String> names = new HashSet<>();
    private volatile String writeProblem = "";
    private volatile String note = "";

    /** @param segment bytes at which a new file begins */
    EvidenceLog(Storage storage, LongSupplier segment) {
        this.storage = storage;
        this.segment = segment;
    }

    // ---- the thread that starts

    /** Names that had lines in the old file when it was read. */
    Set<String> inOld() {
        return Set.copyOf(inOld);
    }

    /** Reads all lines up to the first damage, one after the other. */
    @Override
    public void read(Recovery.Reader reader) {
        try {
            old = storage.names().contains(OLD);
            if (old && !through(OLD, reader)) {
                inOld.addAll(names);
                names = new HashSet<>();
                return; // what is behind the damage does not follow
            }
            inOld.addAll(names);
            names = new HashSet<>();
            through(FILE, reader);
        } catch (IOException | IllegalArgumentException e) {
            note = FILE + " cannot be read, evidence begins anew: " + e.getMessage();
            log.warn(note, e);
        }
    }

    /** Whether all of it could be read. */
    private boolean through(String name, Recovery.Reader reader) throws IOException {
        long good = 0;
        long all = 0;
        try (InputStream in = new BufferedInputStream(storage.stream(name), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 10);
            boolean well = true;
            for (int next = in.read(); next >= 0; next = in.read()) {
                all++;
                if (!well) {
                    continue;
                }
                if (next != '\n') {
                    line.write(next);
                    well = line.size() < LONGEST_LINE;
                    continue;
                }
                byte[] bytes = line.toByteArray();
                line.reset();
                Optional<byte[]> object = SealedLine.object(bytes, 0, bytes.length);
                well = object.isPresent();
                if (well) {
                    tell(object.get(), reader);
                    good = all;
                }
            }
        }
        if (all > good) {
            note = name + ": the last " + (all - good) + " bytes are damaged and lost";
            log.warn(note);
        }
        length = name.equals(FILE) ? good : 0;
        return all == good;
    }

    private void tell(byte[] object, Recovery.Reader reader) {
        EvidenceParser.Numbered read = EvidenceParser.parse(object);
        number = read.number() == EvidenceParser.NONE ? number + 1 : read.number();
        note(read.line());
        reader.line(number, read.line());
    }

    /** The last checkpoint of a rollout; empty when there is none that can be read. Also later, by the control thread. */
    @Override
    public Optional<CheckpointFile> saved(String rollout) {
        try {
            return CheckpointFile.read(rollout, storage.read(CheckpointFile.name(rollout)));
        } catch (IOException e) {
            note = e.getMessage() + "; its evidence begins anew";
            log.warn(note);
            return Optional.empty();
        }
    }

    /** Of the last line that was read. */
    long number() {
        return number;
    }

    /** A checkpoint may know more lines than were left in the log. */
    @Override
    public void knownUpTo(long through) {
        number = Math.max(number, through);
    }

    /** Makes the file where there is none; a disk that does not let it is asked again with the first line. */
    void begin() {
        try {
            opened();
        } catch (IOException e) {
            failed(e);
        }
    }

    // ---- the disk thread

    /** Adds a line; false when the disk refuses, and the log has a hole from there on. */
    boolean append(long number, EvidenceLine.Written line) {
        byte[] bytes = SealedLine.seal(line.json().put("n", number));
        try {
            Storage.LogFile open = opened();
            open.append(bytes);
            length += bytes.length;
            note(line);
            return true;
        } catch (IOException e) {
            failed(e);
            return false;
        }
    }

    private void note(EvidenceLine line) {
        if (!line.rollout().isEmpty()) {
            names.add(line.rollout());
        }
    }

    /** Replaces the checkpoint of a rollout; false when the disk refuses. */
    boolean save(CheckpointFile checkpoint) {
        try {
            storage.replace(CheckpointFile.name(checkpoint.checkpoint().rollout()), checkpoint.bytes());
            opened();
            writeProblem = "";
            note = "";
            return true;
        } catch (IOException e) {
            failed(e);
            return false;
        }
    }

    /**
     * Begins a new file where the present one is a segment long and the one before is gone.
     *
     * @return the names that have lines in the old one; null where it did not begin
     */
    @Nullable
    Set<String> beginAnew() {
        if (old || file == null || length < segment.getAsLong()) {
            return null;
        }
        Set<String> had = names;
        try {
            closeFile();
            storage.rename(FILE, OLD);
            old = true;
            length = 0;
            names = new HashSet<>();
            opened();
        } catch (IOException e) {
            failed(e);
        }
        return old ? had : null;
    }

    /** Each rollout that has lines in the old file was saved since. */
    void forgetOld() {
        try {
            if (old) {
                storage.delete(OLD);
                old = false;
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Leaves its room to the journal; what it had is lost to a restart until it is saved. */
    void giveWay() {
        try {
            forgetOld();
            Storage.LogFile open = opened();
            open.truncate(0);
            length = 0;
            names = new HashSet<>();
        } catch (IOException e) {
            failed(e);
        }
    }

    /** One line for a person; empty when all is well. Any thread. */
    String problem() {
        return writeProblem.isEmpty() ? note : FILE + " cannot be written: " + writeProblem;
    }

    @Override
    public void close() throws IOException {
        closeFile();
    }

    private Storage.LogFile opened() throws IOException {
        Storage.LogFile open = file;
        if (open == null) {
            open = storage.open(FILE);
            if (open.length() > length) {
                open.truncate(length); // a part of a line
            }
            file = open;
        }
        return open;
    }

    private void failed(IOException e) {
        if (writeProblem.isEmpty()) {
            log.error("{} cannot be written", FILE, e);
        }
        writeProblem = String.valueOf(e.getMessage());
        try {
            closeFile();
        } catch (IOException alsoThat) {
            log.warn("{} cannot be closed", FILE, alsoThat);
        }
    }

    private void closeFile() throws IOException {
        Storage.LogFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }
}
