package io.crossfade.admin.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that may also ask a running server for its configuration. */
public final class RunningServer {
    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Admin API of the server; else CROSSFADE_SERVER, else " + Remote.DEFAULT_SERVER + ".")
    private @Nullable String server;

    /**
     * The configuration in force, as YAML with every default filled in.
     *
     * @throws Failure when the server cannot be reached or gives none
     */
    public String effectiveConfig(Terminal terminal) throws Failure {
        return Remote.client(server, terminal).text("/v1/config", "application/yaml");
    }
}
