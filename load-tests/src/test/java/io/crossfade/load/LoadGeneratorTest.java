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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both programs as they are run, against each other. */
@Timeout(60)
class LoadGeneratorTest {
    private int port;
    private Process origin;

    @BeforeEach
    void startOrigin() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        origin = java("Origin", Integer.toString(port));
        assertThat(origin.getInputStream().read())
                .as("first byte of 'listening'")
                .isEqualTo('l');
    }

    @AfterEach
    void stopOrigin() throws Exception {
        origin.destroy();
        assertThat(origin.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1k, 0", "64k, 0", "post4k, 500", "fields30, 500"})
    void measuresWithoutErrors(String path, String rate) throws Exception {
        Process generator = java(
                "LoadGenerator",
                "--port",
                Integer.toString(port),
                "--path",
                path,
                "--rate",
                rate,
                "--conns",
                "4",
                "--warm",
                "0",
                "--secs",
                "1",
                "--pid",
                Long.toString(origin.pid()));
        String line = new String(generator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(line).matches("requests=[1-9]\\d* errors=0 rps=.* rss_kib=[1-9]\\d*\\s*");
        assertThat(generator.waitFor()).isZero();
    }

    private static Process java(String type, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path")));
        command.add("io.crossfade.load." + type);
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
