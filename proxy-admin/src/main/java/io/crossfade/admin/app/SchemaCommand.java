package io.crossfade.admin.app;

import io.crossfade.admin.cli.Exit;
import io.crossfade.admin.cli.Terminal;
import io.crossfade.config.JsonSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code crossfade schema}: what an editor needs to know about a configuration file. */
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the JSON Schema (2020-12) of a configuration file.",
            "An editor takes it from a first line: # yaml-language-server: $schema=crossfade.schema.json"
        })
final class SchemaCommand implements Callable<Integer> {
    private final Terminal terminal;

    SchemaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.out().print(JsonSchema.text());
        return Exit.OK;
    }
}
