package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A server process of its own in a folder of its own; {@link #restart} gives it the same folder again. */
final class Edge implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Pattern EDGE = Pattern.compile("^  edge: http://127\\.0\\.0\\.1:(\\d+)$", Pattern.MULTILINE);
    private static final Pattern ADMIN = Pattern.compile("^  admin: (http://127\\.0\\.0\\.1:\\d+)$", Pattern.MULTILINE);
    private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s+(\\d+) kB$", Pattern.MULTILINE);

    private static final String LEAK_DETECTION = "CROSSFADE_JAVA_OPTS=-Dio.netty.leakDetection.level=paranoid";
    private static final String JCMD =
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();

    private final Path folder;
    private final List<String> environment;
    private int starts = 1;
    private Running now;

    /** A process that serves. */
    private record Running(Program program, int port, Admin admin, Duration startTime) {}

    private Edge(Path folder, String config, List<String> environment) throws IOException {
        Files.writeString(folder.resolve("crossfade.yaml"), config);
        this.folder = folder;
        this.environment = List.copyOf(environment);
        now = launch(folder, 1, environment);
    }

    /**
     * Starts a server as users do, for what is measured, and returns when it serves.
     *
     * @param config a configuration with a listener named edge and the data folder {@code ./data}
     */
    static Edge start(Path folder, String config) throws IOException {
        return new Edge(folder, config, List.of());
    }

    /** The same with a paranoid leak detector: {@link #stop} and {@link #close} fail when a buffer was not released. */
    static Edge startGuarded(Path folder, String config) throws IOException {
        return new Edge(folder, config, List.of(LEAK_DETECTION));
    }

    /** The same with more in its environment, each as {@code NAME=value}. */
    static Edge startIn(List<String> environment, Path folder, String config) throws IOException {
        return new Edge(folder, config, environment);
    }

    /** What every scenario's configuration begins with: ephemeral ports. */
    static String head() {
        return """
                version: 1
                listeners: [{ name: edge, address: "127.0.0.1:0" }]
                admin: { address: "127.0.0.1:0" }
                data: ./data
                """;
    }

    /** Head, two upstreams legacy and next, and one rollout "shop" of all paths between them. */
    static String config(int legacyPort, int nextPort, String rollout) {
        return head() + """
                upstreams:
                  - { name: legacy, endpoints: ["127.0.0.1:%d"], responseTimeout: 500ms, maxConnections: 2048 }
                  - { name: next, endpoints: ["127.0.0.1:%d"], responseTimeout: 500ms, maxConnections: 2048 }
                routes: [{ name: shop, match: { pathPrefix: / }, rollout: shop }]
                rollouts:
                  - name: shop
                    variants: { baseline: legacy, canary: next }
                    unit: { from: [{ header: X-User-Id }, clientIp] }
                """.formatted(legacyPort, nextPort) + rollout.indent(4);
    }

    /** Its output, standard output and log together, is in a file of its own. */
    private static Running launch(Path folder, int number, List<String> environment) throws IOException {
        List<String> command = Program.crossfade(
                "serve", "-c", folder.resolve("crossfade.yaml").toString());
        command.addAll(0, environment);
        command.add(0, "env");
        long began = System.nanoTime();
        Program started = Program.start(folder, folder.resolve("server-" + number + ".log"), command);
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(START)
                    .failFast("the server has ended", () -> !started.isAlive())
                    .until(() -> started.said().contains("Next, in another terminal"));
        } catch (ConditionTimeoutException | org.awaitility.core.TerminalFailureException e) {
            started.close();
            throw new AssertionError("no server; it said: " + started.said(), e);
        }
        Duration startTime = Duration.ofNanos(System.nanoTime() - began);
        String said = started.said();
        return new Running(started, Integer.parseInt(found(EDGE, said)), new Admin(found(ADMIN, said)), startTime);
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in: " + text);
        }
        return matcher.group(1);
    }

    int port() {
        return now.port();
    }

    Admin admin() {
        return now.admin();
    }

    String said() {
        return now.program().said();
    }

    Path data() {
        return folder.resolve("data");
    }

    /** From the start of the process until it said that it serves. */
    Duration startTime() {
        return now.startTime();
    }

    /** VmRSS. */
    long residentKib() {
        try {
            return Long.parseLong(found(
                    RESIDENT, Files.readString(Path.of("/proc", now.program().pid() + "", "status"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        now.program().kill();
    }

    /** SIGTERM; returns the exit code. */
    int stop() throws InterruptedException, IOException {
        expectNoLeak();
        return now.program().stop();
    }

    /** Starts a process that was ended before; it has new ports. */
    void restart() throws IOException {
        now = launch(folder, ++starts, environment);
    }

    /** The collector finds what was not released, and the detector says so when the next buffer is taken. */
    private void expectNoLeak() throws InterruptedException, IOException {
        if (!environment.contains(LEAK_DETECTION)) {
            return;
        }
        for (int i = 0; i < 2 && now.program().isAlive(); i++) { // what the first found may be told by the second only
            String pid = Long.toString(now.program().pid());
            try (Program collection = Program.start(folder, folder.resolve("jcmd.log"), List.of(JCMD, pid, "GC.run"))) {
                assertThat(collection.await(START)).as(collection.said()).isZero();
            }
            admin().get("/livez");
        }
        assertThat(said()).doesNotContain("LEAK:");
    }

    @Override
    public void close() {
        try {
            expectNoLeak();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            now.program().close();
        }
    }
}
