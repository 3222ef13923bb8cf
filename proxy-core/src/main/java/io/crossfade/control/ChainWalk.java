package io.crossfade.control;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Follows the chain through the files of a journal, the oldest first, and holds it against the head.
 *
 * <p>Lines of builds that knew no chain end in a checksum. They come first, if at all, and are hashed as they stand, checksum
 * included, so that the lines behind them hold on to them too. For one thread.
 */
final class ChainWalk {
    private final @Nullable JournalHead head;
    private String hash = Chain.GENESIS;
    private boolean begun;
    private boolean chained;
    private boolean headSeen;
    private long lines;

    /** Gets each line that is as it was written. */
    interface Reader {
        Reader NOBODY = (object, hash, length) -> {};

        /**
         * @param object without its seal
         * @param length of the line in the file, line feed included
         */
        void line(byte[] object, String hash, int length) throws IOException;
    }

    ChainWalk(@Nullable JournalHead head) {
        this.head = head;
        seen();
    }

    String hash() {
        return hash;
    }

    long lines() {
        return lines;
    }

    /**
     * Walks through a file.
     *
     * @param last whether it is the file that grows: behind what the head knows its last line may be torn
     * @return bytes up to the end of the last good line
     * @throws DamagedJournalException at the first line that is not as it was written
     */
    int through(String file, byte[] bytes, boolean last, Reader reader) throws IOException {
        int from = 0;
        int number = 0;
        while (from < bytes.length) {
            number++;
            int feed = SealedLine.indexOfLineFeed(bytes, from);
            Optional<byte[]> object = feed < 0 ? Optional.empty() : next(bytes, from, feed);
            if (object.isEmpty()) {
                boolean tail = feed < 0 || feed == bytes.length - 1;
                if (last && tail && mayBeTorn() && !isWhole(bytes, from, feed)) {
                    return from;
                }
                throw new DamagedJournalException(file + ": line " + number + " is damaged"
                        + (number == 1 && lines == 0 ? "" : ", or it does not follow from the line before it")
                        + (tail ? "" : "; it is not the last one"));
            }
            lines++;
            seen();
            try {
                reader.line(object.get(), hash, feed + 1 - from);
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": line " + number + ": " + e.getMessage(), e);
            }
            from = feed + 1;
        }
        return from;
    }

    /** @throws DamagedJournalException when the journal ends before the line that the head knows, or has lost its head */
    void end() throws IOException {
        if (head == null && chained) {
            throw new DamagedJournalException(
                    JournalHead.FILE + " is missing: nothing says where " + JournalFiles.CURRENT + " ends");
        }
        if (head != null && !headSeen) {
            throw new DamagedJournalException(JournalFiles.CURRENT + " has no line that " + JournalHead.FILE
                    + " knows (seq " + head.sequence() + "): after line " + lines
                    + " something was cut off, or the files are not of the same moment");
        }
    }

    /** A line that was once written whole: no death of a process or machine puts it where it does not follow. */
    private static boolean isWhole(byte[] bytes, int from, int feed) {
        if (feed < 0) {
            return false;
        }
        try {
            Optional<Chain.Link> link = Chain.link(bytes, from, feed);
            return link.isPresent()
                    ? SealedLine.JSON.readTree(link.get().object()).isObject()
                    : SealedLine.object(bytes, from, feed).isPresent();
        } catch (JacksonException notJson) {
            return false;
        }
    }

    private boolean mayBeTorn() {
        return head == null ? !chained : headSeen;
    }

    private void seen() {
        headSeen |= head != null && head.hash().equals(hash);
    }

    /** The object of a line that holds on to the one before; empty when it does not. */
    private Optional<byte[]> next(byte[] bytes, int from, int end) {
        Optional<Chain.Link> link = Chain.link(bytes, from, end);
        if (link.isEmpty()) {
            return chained ? Optional.empty() : old(bytes, from, end);
        }
        byte[] object = link.get().object();
        String before = begun ? hash : held(object);
        String computed = Chain.hash(before, object);
        if (!computed.equals(link.get().hash())) {
            return Optional.empty();
        }
        begun = true;
        chained = true;
        hash = computed;
        return Optional.of(object);
    }

    private Optional<byte[]> old(byte[] bytes, int from, int end) {
        Optional<byte[]> object = SealedLine.object(bytes, from, end);
        if (object.isPresent()) {
            begun = true;
            hash = Chain.hash(hash, Arrays.copyOfRange(bytes, from, end));
        }
        return object;
    }

    /** What the first line that is kept holds on to; it says so itself when those before it are gone. */
    private static String held(byte[] object) {
        try {
            JsonNode before = SealedLine.JSON.readTree(object).path("prev");
            return before.isString() ? before.stringValue() : Chain.GENESIS;
        } catch (JacksonException notJson) {
            return Chain.GENESIS;
        }
    }
}
