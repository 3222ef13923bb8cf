package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of upstreams that no client may see, row by row of the edge's requirement table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeRowsUpstreamTest {
    /** Its connection is not kept, so that the next case has one of its own. */
    private static final String GOOD = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngood";

    private static final String POISON = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";

    /** What the upstream sends on a new connection, piece by piece; it waits for a permit before each but the first. */
    private final LinkedBlockingQueue<List<String>> answers = new LinkedBlockingQueue<>();

    private final LinkedBlockingQueue<String> permits = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private RawUpstream upstream;
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        upstream = new RawUpstream(c -> {
            c.head();
            List<String> pieces = answers.take();
            try { // the proxy may close before it has read all of a bad answer
                c.send(pieces.get(0));
                for (String piece : pieces.subList(1, pieces.size())) {
                    permits.take();
                    c.send(piece);
                }
                ends.add(c.in().read() < 0 ? "end" : "more");
            } catch (IOException reset) {
                ends.add("end");
            }
        });
        server = new TestServer.Setup(data)
                .upstream("legacy", TestServer.UpstreamSetup::neverOpening, upstream.port())
                .route("all", "/", "legacy")
                .start();
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        upstream.close();
    }

    private static Arguments bad(String answer, String reason) {
        String bytes = answer.replace("~", "\r\n");
        return arguments(Named.of(answer.length() > 80 ? answer.substring(0, 80) + "..." : answer, bytes), reason);
    }

    /** An answer with these field lines. */
    private static Arguments fields(String lines, String reason) {
        return bad("HTTP/1.1 200 OK~" + lines + "~~body", reason);
    }

    @ParameterizedTest
    @MethodSource
    void row24ABadAnswerIs502AndItsConnectionEnds(String answer, String reason) throws Exception {
        double before = server.refused(reason);
        answers.add(List.of(answer));
        try (RawClient client = server.client()) {
            RawClient.Answer seen = client.get("/").answer();
            assertThat(seen.status()).isEqualTo(502);
            assertThat(seen.head()).contains("\r\nx-proxy-reason: bad_response\r\n");
            assertThat(seen.body()).contains("\"reason\":\"bad_response\"").contains(reason);
            assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
            expectGood(client);
        }
        assertThat(server.refused(reason)).isEqualTo(before + 1);
    }

    static Stream<Arguments> row24ABadAnswerIs502AndItsConnectionEnds() {
        List<Arguments> all = new ArrayList<>(List.of(
                fields("Content-Length: 4~Transfer-Encoding: chunked", "upstream_ambiguous_length"),
                fields("Content-Length: 4~Content-Length: 4", "upstream_ambiguous_length"),
                fields("Content-Length: 4, 4", "upstream_ambiguous_length"),
                fields("Content-Length: four", "upstream_ambiguous_length"),
                fields("Content-Length: -4", "upstream_ambiguous_length"),
                fields("Content-Length: ", "upstream_ambiguous_length"),
                fields("Transfer-Encoding: gzip", "upstream_malformed_encoding"),
                fields("Transfer-Encoding: chunked, chunked", "upstream_malformed_encoding"),
                bad("HTTP/1.0 200 OK~Transfer-Encoding: chunked~~0~~", "upstream_malformed_encoding"),
                fields("X: a\nY: b", "upstream_control_character"),
                fields("X: a\rY: b", "upstream_control_character"),
                fields("X: a\0b", "upstream_control_character"),
                fields("X: a\u0001b", "upstream_control_character"),
                fields("X: a\u007fb", "upstream_control_character"),
                bad("HTTP/1.1 200 O\0K~~", "upstream_control_character"),
                bad("HTTP/1.1 200 OK\nX: a\n\n", "upstream_control_character"),
                fields("X: a~ folded", "upstream_obs_fold"),
                fields("X : a", "upstream_malformed_field"),
                fields("nocolon", "upstream_malformed_field"),
                fields(": a", "upstream_malformed_field"),
                bad("HTTP/1.1 099 Low~~", "upstream_invalid_status"),
                bad("HTTP/1.1 000 Zero~~", "upstream_invalid_status"),
                bad("HTTP/1.1 600 High~~", "upstream_invalid_status"),
                bad("HTTP/1.1 2x0 Odd~~", "upstream_invalid_status"),
                bad("HTTP/1.1 20 Short~~", "upstream_malformed_status_line"),
                bad("HTTP/1.1 2000 Long~~", "upstream_malformed_status_line"),
                bad("HTTP/2.0 200 OK~~", "upstream_unsupported_version"),
                bad("HTTP/0.9 200 OK~~", "upstream_unsupported_version"),
                bad("ICY 200 OK~~", "upstream_malformed_status_line"),
                bad("<html>hello</html>", "upstream_malformed_status_line"),
                bad("~HTTP/1.1 200 OK~~", "upstream_malformed_status_line"),
                bad("HTTP/1.1 101 Switching Protocols~Connection: Upgrade~Upgrade: x~~", "upstream_unasked_switch"),
                bad("HTTP/1.1 204 No Content~Transfer-Encoding: chunked~~0~~", "upstream_forbidden_body"),
                fields("X: " + "v".repeat(64 << 10), "upstream_head_too_large"),
                fields("X: 1~".repeat(20_000) + "X: 1", "upstream_head_too_large")));
        return all.stream();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 100})
    void row24MoreThanEightInterimAnswersAreTooMany(int interims) throws Exception {
        double before = server.refused("upstream_interim_flood");
        boolean tooMany = interims > 8;
        answers.add(List.of("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(interims) + GOOD));
        try (RawClient client = server.client()) {
            client.get("/");
            for (int i = 0; i < 8; i++) {
                assertThat(client.head()).startsWith("HTTP/1.1 103 ");
            }
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(tooMany ? 502 : 200);
        }
        assertThat(server.refused("upstream_interim_flood")).isEqualTo(before + (tooMany ? 1 : 0));
        assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n", "3\r\nabcd\r\n", "3\nabc\r\n", "3;\0\r\nabc\r\n", "0\r\nX : 1\r\n\r\n"})
    void row24ABadChunkEndsAnAnswerVisibly(String chunk) throws Exception {
        answers.add(List.of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n", chunk));
        try (RawClient client = server.client()) {
            client.get("/").head();
            assertThat(client.until("good\r\n")).isNotNull();
            permits.add("go");
            assertThat(client.rest()).doesNotContain("0\r\n\r\n");
        }
        assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
    }

    @ParameterizedTest
    @MethodSource("complete")
    void row25BytesBehindAnAnswerReachNoClient(String method, String answer) throws Exception {
        double before = server.refused("upstream_surplus");
        answers.add(List.of(answer + POISON));
        try (RawClient client = server.client()) {
            client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.until(answer)).isEqualTo(answer);
            assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
            expectGood(client);
        }
        assertThat(server.refused("upstream_surplus")).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @MethodSource("complete")
    void row25BytesOnAnIdleConnectionReachNoClient(String method, String answer) throws Exception {
        double before = server.refused("upstream_surplus");
        answers.add(List.of(answer, POISON));
        try (RawClient client = server.client()) {
            client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.until(answer)).isEqualTo(answer);
            permits.add("go");
            assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
            expectGood(client);
        }
        assertThat(server.refused("upstream_surplus")).isEqualTo(before + 1);
    }

    /** Answers that have ended, whatever follows. */
    static Stream<Arguments> complete() {
        return Stream.of(
                arguments("GET", RawUpstream.ok("mine")),
                arguments("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nmine\r\n0\r\n\r\n"),
                arguments("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
                arguments("GET", "HTTP/1.1 304 Not Modified\r\n\r\n"),
                arguments("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n"),
                arguments("GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
                arguments("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"),
                arguments("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                arguments("HEAD", "HTTP/1.1 200 OK\r\n\r\n"));
    }

    /** The client's connection has stayed, and nothing of another answer is on it. */
    private void expectGood(RawClient client) throws Exception {
        answers.add(List.of(GOOD));
        assertThat(client.get("/").answer().body()).isEqualTo("good");
        assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
    }
}
