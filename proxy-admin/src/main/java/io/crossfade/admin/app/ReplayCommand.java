package io.crossfade.admin.app;

import io.crossfade.admin.cli.Exit;
import io.crossfade.admin.cli.Terminal;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigLoader;
import io.crossfade.control.Replay;
import io.crossfade.runtime.OffLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code crossfade explain replay DATA --config FILE}: what another analysis would have decided, and when. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "What another analysis would have decided, and when, from the journal and the evidence of a data folder.",
            "Works off line and writes nothing; the server may run. Example: crossfade explain replay ./data --config stricter.yaml"
        })
final class ReplayCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "DATA", description = "The data folder of a server, or a copy of it.")
    private @Nullable Path data;

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "A configuration file; the analysis of its rollouts is what judges.")
    private @Nullable Path config;

    ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return ConfigLoader.load(Path.of(String.valueOf(config)), terminal.environment())
                .orTell(terminal.err()::println)
                .map(this::replay)
                .orElse(Exit.USAGE);
    }

    private int replay(Config with) {
        List<Replay.Told> told;
        try {
            told = OffLine.replay(Path.of(String.valueOf(data)), with);
        } catch (IOException e) {
            terminal.err().println("crossfade: " + e.getMessage());
            return Exit.FAILED;
        }
        told.forEach(this::print);
        return Exit.OK;
    }

    private void print(Replay.Told told) {
        PrintWriter out = terminal.out();
        out.println(told.rollout() + ": " + String.format(Locale.ROOT, "%,d", told.looks())
                + (told.looks() == 1 ? " look" : " looks") + " at the evidence");
        told.notes().forEach(note -> out.println("  note: " + note));
        for (Replay.Moment moment : told.moments()) {
            out.println("  " + moment.at() + ", attempt " + moment.attempt());
            out.println("    recorded: " + (moment.recorded().isEmpty() ? "nothing yet" : moment.recorded()));
            out.println("    would be: " + (moment.would().isEmpty() ? "nothing" : moment.would()));
            moment.lines().forEach(line -> out.println("      " + line));
        }
        if (told.moments().isEmpty() && told.looks() > 0) {
            out.println("  no decision by the analysis, neither recorded nor would there be one");
        }
    }
}
