package io.crossfade.admin.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command and everything below it that talks to a server; the app adds the verbs that run one. */
@Command(
        name = "crossfade",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "VERB",
        description = "Moves users from a legacy service to a new one, and back by itself.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            " 0:done, healthy",
            " 1:failed, or the server cannot be reached",
            " 2:wrong usage or invalid configuration",
            " 3:rolled back",
            " 4:waiting at a gate, paused or held",
            " 5:timed out",
            " 6:the rollout changed since it was read",
            " 7:not allowed"
        })
public final class Cli implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private Cli() {}

    /** Every verb of a client, ready to execute; others may be added to it. */
    public static CommandLine create(Terminal terminal, String version, DataFolder folder) {
        CommandLine cli = new CommandLine(new Cli())
                .addSubcommand(new StatusCommand(terminal))
                .addSubcommand(RolloutCommands.create(terminal))
                .addSubcommand(ExplainCommand.create(terminal))
                .addSubcommand(AuditCommand.create(terminal, folder))
                .addSubcommand(ReportCommand.create(terminal))
                .addSubcommand(new HealthCommand(terminal));
        cli.getCommandSpec().version("crossfade " + version);
        return finish(cli, terminal);
    }

    /** Applies what all verbs have in common; call again after adding more of them. */
    public static CommandLine finish(CommandLine cli, Terminal terminal) {
        return cli.setOut(terminal.out())
                .setErr(terminal.err())
                .setColorScheme(Help.defaultColorScheme(terminal.colour() ? Help.Ansi.ON : Help.Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((error, command, parsed) -> {
                    if (!(error instanceof Failure failure)) {
                        throw error;
                    }
                    terminal.err().println("crossfade: " + failure.getMessage());
                    return failure.exit();
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do:");
    }
}
