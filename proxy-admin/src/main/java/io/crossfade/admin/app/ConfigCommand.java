package io.crossfade.admin.app;

import io.crossfade.admin.cli.Exit;
import io.crossfade.admin.cli.Failure;
import io.crossfade.admin.cli.RunningServer;
import io.crossfade.admin.cli.Terminal;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.EffectiveConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code crossfade config ...}: looks at configurations. */
@Command(name = "config", mixinStandardHelpOptions = true, description = "Looks at configurations.")
final class ConfigCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private ConfigCommand() {}

    static CommandLine create(Terminal terminal) {
        return new CommandLine(new ConfigCommand()).addSubcommand(new Show(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do:");
    }

    /** {@code crossfade config show}: the configuration with every default filled in, as a file that loads. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Prints the effective configuration as YAML: every default filled in, placeholders replaced.",
                "Without FILE it is that of the running server."
            })
    static final class Show implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(arity = "0..1", paramLabel = "FILE", description = "The configuration file.")
        private @Nullable Path file;

        @Option(names = "--effective", description = "With every default filled in; meant also when it is not said.")
        @SuppressWarnings("UnusedVariable") // there is no other form yet
        private boolean effective;

        @Mixin
        private final RunningServer server = new RunningServer();

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws Failure {
            if (file == null) {
                terminal.out().print(server.effectiveConfig(terminal));
                return Exit.OK;
            }
            Optional<Config> config =
                    ConfigLoader.load(file, terminal.environment()).orTell(terminal.err()::println);
            config.ifPresent(c -> terminal.out().print(EffectiveConfig.yaml(c)));
            return config.isPresent() ? Exit.OK : Exit.USAGE;
        }
    }
}
