package io.crossfade.runtime;

import io.crossfade.config.Config;
import java.io.IOException;

/** Builds a running server out of a configuration: journal, control thread, snapshot, listeners. */
public final class Server {
    /**
     * Returns when every listener accepts.
     *
     * @throws IOException with the address in its message, when a listener cannot be bound
     */
    public static ServerApi start(Config config) throws IOException {
        throw new UnsupportedOperationException(config.toString());
    }

    private Server() {}
}
