package io.crossfade.admin.app;

import io.crossfade.admin.cli.Exit;
import io.crossfade.admin.cli.Terminal;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.LoadResult;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code crossfade check FILE}: all mistakes of a configuration, one per line. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Checks a configuration file; prints every mistake on a line of its own and exits 2.")
final class CheckCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The configuration file.")
    private @Nullable Path file;

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path path = Path.of(String.valueOf(file));
        LoadResult result = ConfigLoader.load(path, terminal.environment());
        if (result instanceof LoadResult.Rejected rejected) {
            rejected.problems().forEach(problem -> terminal.out().println(problem));
            return Exit.USAGE;
        }
        Config config = ((LoadResult.Loaded) result).config();
        terminal.out()
                .println(path + ": ok (" + count(config.listeners().size(), "listener") + ", "
                        + count(config.upstreams().size(), "upstream") + ", "
                        + count(config.routes().size(), "route") + ", "
                        + count(config.rollouts().size(), "rollout") + ')');
        return Exit.OK;
    }

    private static String count(int n, String word) {
        return n + " " + word + (n == 1 ? "" : "s");
    }
}
