package io.crossfade.control;

import java.io.IOException;

/** The data folder belongs to another running server; its message says which and what to do. */
public final class FolderInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    FolderInUseException(String message) {
        super(message);
    }
}
