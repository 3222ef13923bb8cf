package io.crossfade.control;

import java.io.IOException;

/** The journal is not what was written; the message names the file and the line. */
final class DamagedJournalException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedJournalException(String message) {
        super(message);
    }
}
