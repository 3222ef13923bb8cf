package io.crossfade.admin.app;

import io.crossfade.admin.cli.Exit;
import io.crossfade.admin.cli.Failure;
import io.crossfade.admin.cli.RunningServer;
import io.crossfade.admin.cli.Terminal;
import io.crossfade.config.Change;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigDiff;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code crossfade check FILE}: all mistakes of a configuration, one per line, or what it would change. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Checks a configuration file; prints every mistake on a line of its own and exits 2.",
            "With --diff it also prints what the file would change, + for new, - for gone, ~ for changed."
        })
final class CheckCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The configuration file.")
    private @Nullable Path file;

    @Option(
            names = "--diff",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "OTHER",
            description = "Compares with the file OTHER, else with what the running server has in force.")
    private @Nullable String diff;

    @Mixin
    private final RunningServer server = new RunningServer();

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure {
        Path path = Path.of(String.valueOf(file));
        if (diff != null && diff.isEmpty()) {
            return asTheServerSeesIt(path);
        }
        Optional<Config> config = load(path);
        if (config.isEmpty()) {
            return Exit.USAGE;
        }
        terminal.out().println(path + ": ok (" + contents(config.get()) + ')');
        if (diff == null) {
            return Exit.OK;
        }
        Optional<Config> before = load(Path.of(diff));
        if (before.isEmpty()) {
            return Exit.USAGE;
        }
        print(ConfigDiff.between(before.get(), config.get()));
        return Exit.OK;
    }

    /** Placeholders and relative paths mean what they mean to the server, wherever the file lies here. */
    private int asTheServerSeesIt(Path path) throws Failure {
        String yaml;
        try {
            yaml = Files.readString(path);
        } catch (IOException e) {
            load(path); // says why it cannot be read
            return Exit.USAGE;
        }
        RunningServer.Judgement judgement = server.diff(terminal, yaml);
        judgement
                .mistakes()
                .forEach(m -> terminal.out()
                        .println(new Problem(path.toString(), m.line(), m.column(), m.key(), m.message())));
        if (!judgement.mistakes().isEmpty()) {
            return Exit.USAGE;
        }
        print(judgement.changes().stream()
                .map(c -> new Change(c.section(), c.name(), c.key(), c.before(), c.after(), c.restart()))
                .toList());
        return Exit.OK;
    }

    private Optional<Config> load(Path file) {
        return ConfigLoader.load(file, terminal.environment()).orTell(terminal.out()::println);
    }

    private void print(List<Change> changes) {
        changes.forEach(change -> terminal.out().println(change));
        long restarts = changes.stream().filter(Change::restart).count();
        String restart =
                restarts == 0 ? "" : restarts == 1 ? ", 1 needs a restart" : ", " + restarts + " need a restart";
        terminal.out().println(changes.isEmpty() ? "no change" : count(changes.size(), "change") + restart);
    }

    private static String contents(Config config) {
        return count(config.listeners().size(), "listener") + ", "
                + count(config.upstreams().size(), "upstream") + ", "
                + count(config.routes().size(), "route") + ", "
                + count(config.rollouts().size(), "rollout");
    }

    static String count(int n, String word) {
        return n + " " + word + (n == 1 ? "" : "s");
    }
}
