package io.crossfade.control;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the analysis was fed since its last checkpoint, {@code evidence.jsonl}; owned by the disk thread.
 *
 * <p>Lines are written without a sync: they survive the death of the process, and a power cut costs evidence, never a
 * decision. After a failed write the file lacks something, so nothing is added until a checkpoint has replaced it.
 */
final class EvidenceLog implements Closeable {
    static final String FILE = "evidence.jsonl";

    private static final Logger log = LoggerFactory.getLogger(EvidenceLog.class);

    private final Storage storage;
    private final LongSupplier segment;
    private Storage.@Nullable LogFile file;
    private long length;
    private long checkpointAt;
    private volatile boolean checkpointDue = true;
    private volatile String writeProblem = "";
    private String note = "";

    private EvidenceLog(Storage storage, LongSupplier segment) {
        this.storage = storage;
        this.segment = segment;
        this.checkpointAt = segment.getAsLong();
    }

    /** A log and what stood in it up to the first damage. */
    record Opened(EvidenceLog log, List<EvidenceLine> lines) {}

    /** @param segment bytes at which the log is to begin anew with a checkpoint */
    static Opened open(Storage storage, LongSupplier segment) {
        EvidenceLog opened = new EvidenceLog(storage, segment);
        List<EvidenceLine> lines = new ArrayList<>();
        try {
            byte[] bytes = storage.read(FILE);
            SealedLine.Lines sealed = SealedLine.read(bytes);
            for (SealedLine.Sealed line : sealed.sealed()) {
                lines.add(EvidenceLine.of(line.object()));
            }
            if (sealed.damage() != SealedLine.Damage.NONE) {
                opened.note =
                        FILE + ": the last " + (bytes.length - sealed.goodBytes()) + " bytes are damaged and lost";
                log.warn(opened.note);
            }
        } catch (IOException | IllegalArgumentException e) {
            opened.note = FILE + " cannot be read, evidence begins anew: " + e.getMessage();
            log.warn(opened.note, e);
        }
        return new Opened(opened, lines);
    }

    /** Adds a line; forgets it when the disk refuses, because the next checkpoint will know it. */
    void append(EvidenceLine line) {
        if (file == null) {
            return;
        }
        byte[] bytes = SealedLine.seal(line.json());
        try {
            file.append(bytes);
            length += bytes.length;
            checkpointDue = length >= checkpointAt;
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Whether a checkpoint is due, any thread: the log has grown too long, or lacks something. */
    boolean checkpointDue() {
        return checkpointDue;
    }

    /** Begins anew with these lines, the checkpoints of all rollouts; whether that could be done. */
    boolean checkpoint(List<? extends EvidenceLine> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (EvidenceLine line : lines) {
            bytes.writeBytes(SealedLine.seal(line.json()));
        }
        try {
            storage.replace(FILE, bytes.toByteArray());
            closeFile();
            file = storage.open(FILE);
            length = bytes.size();
            checkpointAt = Math.max(segment.getAsLong(), 2 * length);
            checkpointDue = false;
            writeProblem = "";
            return true;
        } catch (IOException e) {
            failed(e);
            return false;
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

    private void failed(IOException e) {
        if (writeProblem.isEmpty()) {
            log.error("{} cannot be written", FILE, e);
        }
        writeProblem = String.valueOf(e.getMessage());
        checkpointDue = true;
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
