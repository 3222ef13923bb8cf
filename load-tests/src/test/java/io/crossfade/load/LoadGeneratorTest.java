package io.crossfade.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs as they are run, against each other. */
@Timeout(60)
class LoadGeneratorTest {
    private final List<Process> started = new ArrayList<>();
    private int port;

    record Run(int exit, String out, String err) {}

    @BeforeEach
    void findPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : started) {
            process.destroy();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"1k, 0", "64k, 0", "post4k, 500", "fields30, 500"})
    void measuresWithoutErrors(String path, String rate) throws Exception {
        Process origin = serve("Origin");
        Run run = load("--path", path, "--rate", rate, "--pid", Long.toString(origin.pid()));
        assertThat(run.out()).matches("requests=[1-9]\\d* errors=0 rps=.* rss_kib=[1-9]\\d*\\s*");
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "STATUS, 0, 30, 'given up: 1000 errors'",
        "STATUS, 500, 1, '\"HTTP/1.1 500 Internal Server Error\" with 0 bytes (expected: 200 with 1024 bytes)'",
        "CUT, 500, 1, closed before the answer was whole",
        "HALF, 0, 1, 4 of 4 connections had no whole answer after 2 more seconds",
        "SILENT, 0, 1, 4 of 4 connections had no whole answer after 2 more seconds"
    })
    void aFaultOfTheProxyIsAnError(String fault, String rate, String secs, String message) throws Exception {
        serve("FaultyServer", fault);
        Run run = load("--rate", rate, "--secs", secs);
        assertThat(run.err()).contains("load on port " + port + ": ").contains(message);
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void aConnectionWithoutAnAnswerCountsOnce() throws Exception {
        serve("FaultyServer", "STALLED");
        assertThat(load("--rate", "0").out()).startsWith("requests=4 errors=4 ");
    }

    @Test
    void aRateThatIsNotReachedIsAnError() throws Exception {
        serve("FaultyServer", "SLOW");
        Run run = load("--rate", "100");
        assertThat(run.err()).containsPattern(": \\d\\d requests answered, 100 asked for \\(expected: 95 %\\)");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void noAnswerWithinTheTimeIsAnErrorAlthoughItComesLater() throws Exception {
        serve("FaultyServer", "SLOW");
        Run run = load("--secs", "0.05");
        assertThat(run.err()).contains("no request was answered");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void aProxyThatIsNotThereIsAnError() throws Exception {
        Run run = load();
        assertThat(run.err()).startsWith("load on port " + port + ": given up: Connection refused");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void idleConnectionsAreHeldWhileMemoryIsMeasured() throws Exception {
        Process origin = serve("Origin");
        Run run = run("IdleConnections", "--conns", "300", "--pid", Long.toString(origin.pid()));
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).matches("idle=300 before_kib=[1-9]\\d* rss_kib=[1-9]\\d*\\s*");
        assertThat(run.exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "STATUS, 'after 0 of 20: \"HTTP/1.1 500 Internal Server Error\" with 0 bytes (expected: 200 with 1024 bytes)'",
        "CUT, 'after 0 of 20: closed before the answer was whole'",
        "CLOSING, 'after 20 of 20: 20 connections did not stay open and idle'"
    })
    void anIdleConnectionThatIsNotHeldIsAnError(String fault, String message) throws Exception {
        serve("FaultyServer", fault);
        Run run = run("IdleConnections", "--conns", "20");
        assertThat(run.err()).isEqualTo("idle connections on port " + port + ": " + message + '\n');
        assertThat(run.exit()).isEqualTo(1);
    }

    /** A port that was free a moment ago may be taken by now: then another one is tried. */
    private Process serve(String type, String... more) throws IOException {
        for (int left = 5; ; left--) {
            var arguments = new ArrayList<>(List.of(Integer.toString(port)));
            arguments.addAll(List.of(more));
            Process server = java(type, arguments);
            int first = server.getInputStream().read();
            if (first == 'l' || left == 0) {
                assertThat(first).as("first byte of 'listening'").isEqualTo('l');
                return server;
            }
            findPort();
        }
    }

    private Run load(String... more) throws Exception {
        var arguments = new ArrayList<>(List.of("--conns", "4", "--warm", "0", "--secs", "1"));
        arguments.addAll(List.of(more)); // the last one counts
        return run("LoadGenerator", arguments.toArray(String[]::new));
    }

    private Run run(String type, String... more) throws Exception {
        var arguments = new ArrayList<>(List.of("--port", Integer.toString(port)));
        arguments.addAll(List.of(more));
        Process generator = java(type, arguments);
        String out = new String(generator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(generator.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(generator.waitFor(), out, err);
    }

    private Process java(String type, List<String> arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path")));
        command.add("io.crossfade.load." + type);
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }
}
