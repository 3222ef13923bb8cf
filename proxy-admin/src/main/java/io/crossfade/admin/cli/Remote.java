package io.crossfade.admin.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that talks to a server. */
final class Remote {
    /** What {@code -o} prints. */
    enum Output {
        table,
        json,
        yaml
    }

    static final String DEFAULT_SERVER = "http://127.0.0.1:9900";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Admin API of the server; else CROSSFADE_SERVER, else " + DEFAULT_SERVER + ".")
    private @Nullable String server;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table (default), json or yaml.")
    private Output output = Output.table;

    Output output() {
        return output;
    }

    AdminClient client(Terminal terminal) throws Failure {
        return client(server, terminal);
    }

    /** @param server null when nobody has said which */
    static AdminClient client(@Nullable String server, Terminal terminal) throws Failure {
        String fromEnvironment = terminal.environment().getOrDefault("CROSSFADE_SERVER", "");
        String address =
                Optional.ofNullable(server).orElse(fromEnvironment.isEmpty() ? DEFAULT_SERVER : fromEnvironment);
        return new AdminClient(address, actor(terminal));
    }

    /** The name that the journal will show; the server takes letters, digits and . _ @ - only. */
    private static String actor(Terminal terminal) {
        String user = terminal.environment()
                .getOrDefault("USER", System.getProperty("user.name", ""))
                .replaceAll("[^A-Za-z0-9._@-]", "_");
        return user.isEmpty() ? "unnamed" : user.substring(0, Math.min(user.length(), 64));
    }
}
