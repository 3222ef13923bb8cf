package io.crossfade.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Request bodies that the edge refuses, and bodies that it must let through. When a body turns out to be bad, its head may
 * be at the upstream already: then the upstream sees the connection end without the end of the message.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BodyRulesTest {
    private static final int LIMIT = 1000;
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static final String LONG_EXTENSIONS = ("1;" + "e".repeat(250) + "~a~").repeat(17);

    private final LinkedBlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    private RawUpstream upstream;
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        upstream = new RawUpstream(c -> {
            for (String head = c.head(); head != null; head = c.head()) {
                bodies.add(body(c, head));
                c.send(RawUpstream.ok("good"));
            }
        });
        server = new TestServer.Setup(data)
                .upstream("legacy", upstream.port())
                .upstream("hasty", u -> u.idleTimeout(Duration.ofMillis(400)), upstream.port())
                .route("all", "/", "legacy")
                .bodyRoute("small", "/small", "legacy", LIMIT)
                .route("hasty", "/hasty", "hasty")
                .streamingRoute("stream", "/stream", "legacy")
                .start();
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        upstream.close();
    }

    /** The body with its framing, or "cut" when its end never comes; no chunk in this class holds an empty line. */
    private static String body(RawUpstream.Connection c, String head) throws IOException {
        if (head.contains("Transfer-Encoding")) {
            String body = c.until("\r\n\r\n");
            return body == null ? "cut" : body;
        }
        byte[] body = c.in().readNBytes(Bytes.contentLength(head));
        return body.length < Bytes.contentLength(head) ? "cut" : new String(body, ISO_8859_1);
    }

    /** After the head: the upstream has it and waits for a body that will not come to its end. */
    private void refusedAfterTheHead(String head, String rest, int status, String reason) throws Exception {
        double before = server.refused(reason);
        try (RawClient client = server.client()) {
            client.send(head);
            assertThat(upstream.nextHead()).startsWith("POST /");
            client.send(rest + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            expectRefusal(client, status, reason);
        }
        assertThat(bodies.poll(5, TimeUnit.SECONDS)).isEqualTo("cut");
        assertThat(server.refused(reason)).isEqualTo(before + 1);
        nextAtTheUpstreamIsGood();
    }

    /** In one packet with its head: not even the head is sent. */
    private void refusedWithTheHead(String request, int status, String reason) throws Exception {
        double before = server.refused(reason);
        try (RawClient client = server.client()) {
            client.send(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            expectRefusal(client, status, reason);
        }
        assertThat(server.refused(reason)).isEqualTo(before + 1);
        nextAtTheUpstreamIsGood();
    }

    private static void expectRefusal(RawClient client, int status, String reason) throws IOException {
        RawClient.Answer answer = client.answer();
        assertThat(answer.head())
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\r\nx-proxy-reason: " + reason + "\r\n")
                .contains("\r\nConnection: close\r\n");
        assertThat(client.rest()).isEmpty();
    }

    private void nextAtTheUpstreamIsGood() throws Exception {
        try (RawClient client = server.client()) {
            assertThat(client.get("/good").answer().body()).isEqualTo("good");
        }
        assertThat(upstream.nextHead()).startsWith("GET /good ");
        assertThat(bodies.poll(5, TimeUnit.SECONDS)).isEmpty();
    }

    private static Arguments bad(String bytes, int status, String reason) {
        String text = bytes.replace("~", "\r\n");
        return arguments(Named.of(bytes.length() > 60 ? bytes.substring(0, 60) + "..." : bytes, text), status, reason);
    }

    @ParameterizedTest
    @MethodSource("badChunks")
    void aBadChunkEndsBothConnections(String chunks, int status, String reason) throws Exception {
        refusedAfterTheHead(CHUNKED, chunks, status, reason);
    }

    @ParameterizedTest
    @MethodSource("badChunksInOneRead")
    void aBadChunkBesideItsHeadKeepsTheHeadHere(String chunks, int status, String reason) throws Exception {
        refusedWithTheHead(CHUNKED + chunks, status, reason);
    }

    static Stream<Arguments> badChunksInOneRead() {
        return badChunks().filter(chunks -> !chunks.get()[2].equals("chunk_extensions_too_large"));
    }

    static Stream<Arguments> badChunks() {
        List<Arguments> all = new ArrayList<>(List.of(
                bad("g~", 400, "malformed_chunk_size"),
                bad("-1~", 400, "malformed_chunk_size"),
                bad("+1~a~", 400, "malformed_chunk_size"),
                bad("0x1~a~", 400, "malformed_chunk_size"),
                bad(" 1~a~", 400, "malformed_chunk_size"),
                bad("1 ~a~", 400, "malformed_chunk_size"),
                bad("~", 400, "malformed_chunk_size"),
                bad(";x~", 400, "malformed_chunk_size"),
                bad("00000000000000001~a~", 400, "malformed_chunk_size"),
                bad("8000000000000000~", 400, "malformed_chunk_size"),
                bad("1\na~", 400, "bare_lf"),
                bad("1\rxa~", 400, "bare_cr"),
                bad("1~a", 400, "malformed_chunk_end"),
                bad("1~ab~", 400, "malformed_chunk_end"),
                bad("1~a\n0~~", 400, "malformed_chunk_end"),
                bad("1~a\r\r0~~", 400, "malformed_chunk_end"),
                bad("1;x\n~", 400, "bare_lf"),
                bad("1;x\ry~", 400, "bare_cr"),
                bad("1;" + "e".repeat(255) + "~", 400, "chunk_line_too_long"),
                bad(LONG_EXTENSIONS, 400, "chunk_extensions_too_large")));
        for (char c : new char[] {0, 1, 8, 0x0b, 0x0c, 0x1f, 0x7f}) {
            all.add(bad("1;x" + c + "y~", 400, "malformed_chunk_extension"));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource
    void trailersHaveBoundsAndTheRulesOfFields(String trailers, int status, String reason) throws Exception {
        refusedAfterTheHead(CHUNKED, "1\r\na\r\n0\r\n" + trailers + "\r\n", status, reason);
    }

    static Stream<Arguments> trailersHaveBoundsAndTheRulesOfFields() {
        return Stream.of(
                bad("X: 1~".repeat(65), 431, "too_many_trailers"),
                bad(("X: " + "v".repeat(2000) + "~").repeat(5), 431, "trailers_too_large"),
                bad("X: " + "v".repeat(9000) + "~", 431, "trailers_too_large"),
                bad("X : 1~", 400, "space_before_colon"),
                bad("X: 1~ folded~", 400, "obs_fold"),
                bad("X: a\0b~", 400, "control_character"),
                bad("X: a\nY: b~", 400, "bare_lf"),
                bad("nocolon~", 400, "missing_colon"));
    }

    @Test
    void trailersThatFrameRouteOrAuthenticateAreDropped() throws Exception {
        String unwelcome = "Host: b\r\nContent-Length: 9\r\nTransfer-Encoding: gzip\r\nAuthorization: x\r\n"
                + "X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nCookie: a=b\r\n"
                + "X_Sum: 2\r\nConnection: close\r\nExpect: 100-continue\r\n";
        try (RawClient client = server.client()) {
            client.send(CHUNKED + "1\r\na\r\n0\r\n" + unwelcome + "X-Sum: 9\r\n" + "\r\n");
            assertThat(client.answer().body()).isEqualTo("good");
        }
        assertThat(upstream.nextHead())
                .isEqualTo(CHUNKED.substring(0, CHUNKED.length() - 2)
                        + "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: a\r\n"
                        + "Via: 1.1 crossfade\r\n\r\n");
        assertThat(bodies.poll(5, TimeUnit.SECONDS)).isEqualTo("1\r\na\r\n0\r\nX-Sum: 9\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource
    void whatIsOddButLegalPassesByteForByte(String body) throws Exception {
        try (RawClient client = server.client()) {
            client.send(CHUNKED + body);
            assertThat(client.answer().body()).isEqualTo("good");
        }
        assertThat(upstream.nextHead()).startsWith("POST / ");
        assertThat(bodies.poll(5, TimeUnit.SECONDS)).isEqualTo(body);
    }

    static Stream<String> whatIsOddButLegalPassesByteForByte() {
        return Stream.of(
                        "0~~",
                        "000~~",
                        "0000000000000001~a~0~~",
                        "A~0123456789~a~0123456789~0~~",
                        "1;name~a~0~~",
                        "1;name=value;other=\"a b\"~a~0;last~~",
                        "1 ;name=\"\u00e4\"~a~0~~",
                        "1;" + "e".repeat(253) + "~a~0~~",
                        "1~a~0~" + "X: 1~".repeat(64) + "~",
                        "1~a~0~X: " + "v".repeat(8000) + "~~")
                .map(body -> body.replace("~", "\r\n"));
    }

    @ParameterizedTest
    @CsvSource({"/small, 1000, 200", "/small, 1001, 413", "/, 100000, 200", "/stream, 17000000, 200"})
    void theRoutesLimitCountsABodyWithALength(String path, int length, int status) throws Exception {
        try (RawClient client = server.client()) {
            client.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n");
            if (status == 200) {
                client.send("b".repeat(length));
                assertThat(client.answer().status()).isEqualTo(200);
                assertThat(upstream.nextHead()).startsWith("POST " + path + " ");
                assertThat(bodies.poll(5, TimeUnit.SECONDS)).hasSize(length);
            } else {
                expectRefusal(client, 413, "body_too_large");
            }
        }
        nextAtTheUpstreamIsGood();
    }

    @Test
    void theRoutesLimitCountsTheContentOfChunks() throws Exception {
        String head = CHUNKED.replace("POST /", "POST /small");
        String chunk = "1f4\r\n" + "b".repeat(500) + "\r\n";
        refusedAfterTheHead(head, chunk + chunk + "1\r\nb\r\n0\r\n\r\n", 413, "body_too_large");
        try (RawClient client = server.client()) {
            client.send(head + chunk + chunk + "0\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
        assertThat(upstream.nextHead()).startsWith("POST /small ");
        assertThat(bodies.poll(5, TimeUnit.SECONDS)).hasSize(2 * chunk.length() + 5);
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: 10, half", "Transfer-Encoding: chunked, 4~half~"})
    void aBodyThatStopsComingIs408(String framing, String half) throws Exception {
        String head = "POST /hasty HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n";
        double before = server.refused("body_timeout");
        try (RawClient client = server.client()) {
            client.send(head + half.replace("~", "\r\n"));
            assertThat(upstream.nextHead()).startsWith("POST /hasty ");
            expectRefusal(client, 408, "body_timeout");
        }
        assertThat(bodies.poll(5, TimeUnit.SECONDS)).isEqualTo("cut");
        assertThat(server.refused("body_timeout")).isEqualTo(before + 1);
    }

    @Test
    void aFinalAnswerBeforeTheBodyOfAnExpectationEndsTheConnection() throws Exception {
        try (RawClient client = server.client()) {
            client.send("POST /small HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
            expectRefusal(client, 413, "body_too_large");
        }
        nextAtTheUpstreamIsGood();
    }
}
