package io.crossfade.admin.app;

import io.crossfade.admin.cli.Exit;
import io.crossfade.admin.cli.Terminal;
import io.crossfade.admin.server.ConfigFile;
import io.crossfade.config.Addresses;
import io.crossfade.config.Config;
import io.crossfade.config.RolloutSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code crossfade serve FILE}: runs the proxy until SIGTERM or Ctrl-C, then lets requests end and exits 0. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the proxy. SIGTERM and Ctrl-C let the requests in flight end; then it exits 0.",
            "SIGHUP has the file read again, as crossfade reload does."
        })
final class ServeCommand implements Callable<Integer> {
    private static final String DEFAULT_FILE = "crossfade.yaml";
    private static final int DEFAULT_ADMIN_PORT = 9900;

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The configuration file (default: crossfade.yaml).")
    private @Nullable Path file;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The same as FILE.")
    private @Nullable Path option;

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (file != null && option != null) {
            throw new ParameterException(spec.commandLine(), "Name one configuration file, not two");
        }
        Path path = file != null ? file : option != null ? option : Path.of(DEFAULT_FILE);
        ConfigFile from = new ConfigFile(path, terminal.environment());
        Optional<Config> config = from.read().orTell(terminal.err()::println);
        return config.isPresent() ? serve(config.get(), from) : Exit.USAGE;
    }

    private int serve(Config config, ConfigFile file) throws InterruptedException {
        Wiring wiring;
        try {
            wiring = Wiring.start(config, file);
        } catch (IOException e) {
            terminal.err().println("crossfade: " + e.getMessage());
            return Exit.FAILED;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(wiring), "crossfade-stop"));
        announce(wiring);
        new CountDownLatch(1).await(); // the hook ends the process
        return Exit.OK;
    }

    /** Being asked to stop is no failure, so the exit code is 0 and not that of the signal. */
    private void stop(Wiring wiring) {
        int exit = Exit.FAILED;
        try {
            wiring.close();
            terminal.out().println("stopped");
            exit = Exit.OK;
        } finally {
            terminal.out().flush();
            Runtime.getRuntime().halt(exit);
        }
    }

    private void announce(Wiring wiring) {
        PrintWriter out = terminal.out();
        Config config = wiring.server().config();
        InetSocketAddress admin = wiring.admin().address();
        out.println("crossfade " + Main.version() + " serves");
        wiring.server().listeners().forEach((name, address) -> out.println("  " + name + ": " + url(address)));
        out.println("  admin: " + url(admin));
        out.println("  transport: " + wiring.server().transport());
        out.println("  data: " + config.data());
        String server = admin.getPort() == DEFAULT_ADMIN_PORT ? "" : " --server " + url(admin);
        out.println("Next, in another terminal: crossfade status" + server + first(config, server)
                + "; Ctrl-C here stops it");
        out.flush();
    }

    private static String first(Config config, String server) {
        for (RolloutSpec rollout : config.rollouts()) {
            if (!rollout.steps().isEmpty()) {
                return ", crossfade rollout start " + rollout.name() + server;
            }
        }
        return "";
    }

    private static String url(InetSocketAddress address) {
        return "http://" + Addresses.show(address);
    }
}
