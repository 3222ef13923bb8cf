package io.crossfade.control;

import java.io.IOException;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The end of the journal as {@code journal.head} keeps it: what it knows must be there.
 *
 * <p>It is written when its line is on the disk, so it may lag behind the journal and is moved on then.
 *
 * @param sequence of the last line; 0 before the first
 * @param hash of the last line
 * @param oldest sequence of the first line that is kept; 0 before the first
 */
record JournalHead(long sequence, String hash, long oldest) {
    static final String FILE = "journal.head";

    /** Of a journal without a line. */
    static final JournalHead NONE = new JournalHead(0, Chain.GENESIS, 0);

    byte[] bytes() {
        return SealedLine.seal(SealedLine.JSON
                .createObjectNode()
                .put("seq", sequence)
                .put("hash", hash)
                .put("oldest", oldest));
    }

    /** As an operator keeps it elsewhere: {@code SEQ:HASH}. */
    String words() {
        return sequence + ":" + hash;
    }

    /** @throws DamagedJournalException when it is no head, or a changed one */
    static JournalHead of(byte[] bytes) throws IOException {
        List<SealedLine.Sealed> lines = SealedLine.read(bytes).sealed();
        if (lines.size() == 1 && lines.get(0).bytes().length == bytes.length) {
            try {
                ObjectNode line = lines.get(0).object();
                return new JournalHead(
                        line.required("seq").longValue(),
                        line.required("hash").stringValue(),
                        line.required("oldest").longValue());
            } catch (JacksonException e) {
                throw new DamagedJournalException(FILE + " is not a head: " + e.getMessage());
            }
        }
        throw new DamagedJournalException(FILE + " is damaged: it does not match its checksum");
    }
}
