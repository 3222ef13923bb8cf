package io.crossfade.admin.app;

import io.crossfade.admin.cli.Cli;
import io.crossfade.admin.cli.Terminal;
import io.crossfade.admin.demo.DemoCommand;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;

/** The entry point of {@code crossfade VERB}. */
public final class Main {
    private Main() {}

    public static void main(String[] words) {
        Terminal terminal = Terminal.ofProcess();
        int exit = commands(terminal).execute(words);
        terminal.out().flush();
        terminal.err().flush();
        System.exit(exit);
    }

    /** The client's verbs and those that need the whole program. */
    static CommandLine commands(Terminal terminal) {
        CommandLine cli = Cli.create(terminal, version(), new JournalOnDisk())
                .addSubcommand(new ServeCommand(terminal))
                .addSubcommand(new CheckCommand(terminal))
                .addSubcommand(ConfigCommand.create(terminal))
                .addSubcommand(new SchemaCommand(terminal))
                .addSubcommand(new ReloadCommand(terminal))
                .addSubcommand(new DemoCommand(terminal));
        Objects.requireNonNull(cli.getSubcommands().get("explain"), "explain")
                .addSubcommand(new ReplayCommand(terminal));
        return Cli.finish(cli, terminal);
    }

    static String version() {
        return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                .orElse("(development)");
    }
}
