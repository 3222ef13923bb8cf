package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request body that breaks a rule while its answer is under way: both connections end, and the event loop goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EarlyAnswerTest {
    private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private RawUpstream upstream;
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        upstream = new RawUpstream(c -> {
            String head = c.head();
            if (head != null && head.startsWith("GET")) {
                c.send(RawUpstream.ok("good"));
            } else {
                c.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nbegun");
                c.in().readAllBytes();
                ends.add("gone");
            }
        });
        server = new TestServer.Setup(data)
                .loops(1)
                .upstream("legacy", upstream.port())
                .bodyRoute("all", "/", "legacy", 10)
                .start();
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        upstream.close();
    }

    @ParameterizedTest
    @CsvSource({
        "zz~,                                malformed_chunk_size",
        "3~abcd~,                            malformed_chunk_end",
        "0~nocolon~~,                       missing_colon",
        "5~hello~5~world~5~again~0~~,        body_too_large"
    })
    @Timeout(30)
    void theLoopGoesOn(String chunks, String reason) throws Exception {
        double before = server.refused(reason);
        try (RawClient client = server.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(client.until("begun")).startsWith("HTTP/1.1 200 OK\r\n");
            client.send(chunks.replace("~", "\r\n") + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.rest()).isEmpty();
        }
        assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("gone");
        try (RawClient other = server.client()) {
            assertThat(other.get("/").answer().body()).isEqualTo("good");
        }
        assertThat(server.refused(reason)).isEqualTo(before + 1);
        assertThat(upstream.nextHead()).startsWith("POST / ");
        assertThat(upstream.nextHead()).startsWith("GET / ");
        assertThat(upstream.headsWaiting()).isZero();
    }
}
