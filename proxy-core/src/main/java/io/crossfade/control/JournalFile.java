package io.crossfade.control;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands in one file of the journal, up to its last whole decision. For the thread that reads it. */
final class JournalFile implements ChainWalk.Reader {
    private final String name;
    private final boolean wanted;
    private final List<JournalLine> lines = new ArrayList<>();
    private @Nullable Opening opening;
    private long first;
    private Instant firstAt = Instant.EPOCH;
    private long bytes;
    private int wholeLines;
    private long wholeBytes;
    private String wholeHash;

    /**
     * @param wanted whether all lines are; else the first one is looked at
     * @param before hash of the line before the first
     */
    JournalFile(String name, boolean wanted, String before) {
        this.name = name;
        this.wanted = wanted;
        this.wholeHash = before;
    }

    @Override
    public void line(byte[] object, String hash, int length) {
        boolean isFirst = bytes == 0;
        bytes += length;
        if (!isFirst && !wanted) {
            return;
        }
        if (isFirst && begins(object)) {
            whole(hash);
            return;
        }
        JournalLine line = JournalLine.of(object);
        if (isFirst) {
            first = line.sequence();
            firstAt = line.at();
        }
        lines.add(line);
        if (!line.more()) {
            whole(hash);
        }
    }

    private boolean begins(byte[] object) {
        Opening found = Opening.of(object).orElse(null);
        opening = found;
        if (found == null) {
            return false;
        }
        first = found.sequence();
        firstAt = found.at();
        return true;
    }

    private void whole(String hash) {
        wholeLines = lines.size();
        wholeBytes = bytes;
        wholeHash = hash;
    }

    String name() {
        return name;
    }

    /** The line with which it goes on where another file ended; null in the first of all. */
    @Nullable
    Opening opening() {
        return opening;
    }

    /** Of whole decisions. */
    List<JournalLine> lines() {
        return lines.subList(0, wholeLines);
    }

    /** Sequence of the first line; 0 when there is none. */
    long first() {
        return first;
    }

    Instant firstAt() {
        return firstAt;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    long wholeBytes() {
        return wholeBytes;
    }

    /** Of the last line of a whole decision. */
    String wholeHash() {
        return wholeHash;
    }
}
