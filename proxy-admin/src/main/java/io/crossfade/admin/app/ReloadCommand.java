package io.crossfade.admin.app;

import io.crossfade.admin.cli.Exit;
import io.crossfade.admin.cli.Failure;
import io.crossfade.admin.cli.RunningServer;
import io.crossfade.admin.cli.Terminal;
import io.crossfade.config.Change;
import io.crossfade.config.Problem;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code crossfade reload}: the running server reads its file again, whole or not at all. */
@Command(
        name = "reload",
        mixinStandardHelpOptions = true,
        description = {
            "Has the running server read its configuration file again, and waits until it is in force.",
            "A file with mistakes changes nothing: they are printed, one on a line, and it exits 2."
        })
final class ReloadCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Terminal terminal;

    @Mixin
    private final RunningServer server = new RunningServer();

    ReloadCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure {
        RunningServer.Judgement judgement = server.reload(terminal, PATIENCE);
        if (!judgement.mistakes().isEmpty()) {
            judgement
                    .mistakes()
                    .forEach(m ->
                            terminal.out().println(new Problem(m.file(), m.line(), m.column(), m.key(), m.message())));
            terminal.err().println("crossfade: nothing has changed");
            return Exit.USAGE;
        }
        judgement
                .changes()
                .forEach(c -> terminal.out()
                        .println(new Change(c.section(), c.name(), c.key(), c.before(), c.after(), c.restart())));
        int changes = judgement.changes().size();
        terminal.out()
                .println(changes == 0 ? "reloaded, no change" : "reloaded, " + CheckCommand.count(changes, "change"));
        return Exit.OK;
    }
}
