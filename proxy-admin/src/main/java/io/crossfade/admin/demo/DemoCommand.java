package io.crossfade.admin.demo;

import io.crossfade.admin.cli.Exit;
import io.crossfade.admin.cli.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code crossfade demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Shows a whole rollout in one process: a climb, a bug in the new service, the automatic rollback, why, and the second attempt.",
            "Needs nothing but this program; touches nothing outside a temporary folder and loopback.",
            "Examples: crossfade demo; crossfade demo --fast --story hang; crossfade demo --hold"
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int STOP_SECONDS = 10;

    private final Terminal terminal;

    @Option(names = "--fast", description = "Shorter bake times: about half a minute in all.")
    private boolean fast;

    @Option(names = "--assert", description = "Exits 1 unless everything happened as promised.")
    private boolean asserting;

    @Option(
            names = "--story",
            paramLabel = "STORY",
            defaultValue = "errors",
            description = "What goes wrong with the new service: errors (default), hang or notfound.")
    private Story story = Story.ERRORS;

    @Option(
            names = "--hold",
            description = "Keeps running after the rollback; keys put the bug in, repair it and end the demo.")
    private boolean hold;

    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        System.setProperty("crossfade.log", "WARN"); // read by LogLines; the panel says the rest
        Demo demo = new Demo(terminal, story, Duration.ofSeconds(fast ? 2 : 8), hold);
        Thread onCtrlC = new Thread(
                () -> {
                    demo.stop();
                    demo.awaitEnd(STOP_SECONDS, TimeUnit.SECONDS);
                    terminal.out().flush();
                },
                "demo-stop");
        Runtime.getRuntime().addShutdownHook(onCtrlC);
        boolean shown = demo.run();
        return shown || !asserting ? Exit.OK : Exit.FAILED;
    }
}
