package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.crossfade.config.Limits;
import io.crossfade.exchange.RefusalLog;
import io.crossfade.http.RefusedHeads;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Sends the heads that the edge refuses over real sockets: the status, the word, the end of the connection, the count, and
 * an upstream that has seen nothing at all.
 *
 * <p>One server for all of them, and nothing in this class is ever forwarded. In requests a tilde stands for CRLF.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedHeadsTest {
    private static final Limits LIMITS = Limits.defaults();
    private static final int REQUEST_LINE = "GET / HTTP/1.1".length();

    private final Logger log = (Logger) LoggerFactory.getLogger(RefusalLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Set<String> reasons = new HashSet<>();
    private RawUpstream upstream;
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        log.setLevel(Level.INFO);
        log.setAdditive(false);
        log.addAppender(lines);
        lines.start();
        upstream = RawUpstream.answering(RawUpstream.ok("never"));
        server = new TestServer.Setup(data)
                .upstream("legacy", upstream.port())
                .hostRoute("shop", "a", "legacy")
                .start();
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        upstream.close();
        log.detachAppender(lines);
        log.setAdditive(true);
        log.setLevel(null);
        String said =
                lines.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n"));
        assertThat(reasons).allSatisfy(reason -> assertThat(said).contains(" " + reason + " from 127.0.0.1, "));
        assertThat(said).doesNotContain("smuggled", "Host", "/");
    }

    /** Another request lies behind the bad one in the same packet: it must not be taken for one. */
    private void refused(String request, int status, String reason) throws Exception {
        reasons.add(reason);
        double before = server.refused(reason);
        try (RawClient client = server.client()) {
            client.send(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertThat(answer.head())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("\r\nx-proxy-reason: " + reason + "\r\n")
                    .contains("\r\nConnection: close\r\n");
            assertThat(answer.body()).contains("\"reason\":\"" + reason + "\"");
            assertThat(client.rest()).isEmpty();
        }
        assertThat(upstream.accepted()).isZero();
        assertThat(server.refused(reason)).isEqualTo(before + 1);
    }

    private static Arguments bad(String request, int status, String reason) {
        String bytes = request.replace("~", "\r\n");
        String shown = bytes.length() > 90 ? bytes.substring(0, 90) + "... " + bytes.length() : bytes;
        return arguments(Named.of(visible(shown), bytes), status, reason);
    }

    private static String visible(String bytes) {
        StringBuilder out = new StringBuilder();
        bytes.chars().forEach(c -> out.append(c > 0x1f && c < 0x7f ? "" + (char) c : String.format("\\x%02x", c)));
        return out.toString();
    }

    /** A POST with these field lines. */
    private static Arguments post(String lines, int status, String reason) {
        return bad("POST / HTTP/1.1~Host: a~" + lines + "~~", status, reason);
    }

    /** A GET with these field lines. */
    private static Arguments get(String lines, int status, String reason) {
        return bad("GET / HTTP/1.1~Host: a~" + lines + "~~", status, reason);
    }

    static List<RefusedHeads.Head> heads() {
        return RefusedHeads.all();
    }

    @ParameterizedTest
    @MethodSource("heads")
    void aBadHeadIsRefused(RefusedHeads.Head head) throws Exception {
        refused(head.bytes(), head.status(), head.word());
    }

    @ParameterizedTest
    @MethodSource
    void aRequestLineHasABound(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> aRequestLineHasABound() {
        String path = "/" + "p".repeat(LIMITS.requestLine() - REQUEST_LINE); // with it the line is at its bound
        return Stream.of(
                bad("GET " + path + "p HTTP/1.1~Host: a~~", 414, "request_line_too_long"),
                bad("GET /?" + path.substring(1) + " HTTP/1.1~Host: a~~", 414, "request_line_too_long"),
                bad("G".repeat(LIMITS.requestLine() + 1), 414, "request_line_too_long"),
                bad("GET http://a" + path + "p HTTP/1.1~Host: a~~", 414, "request_line_too_long"));
    }

    @ParameterizedTest
    @MethodSource
    void headsHaveBounds(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> headsHaveBounds() {
        String value = "v".repeat(LIMITS.field() - "X: ".length());
        String cookie = "c".repeat(LIMITS.cookie() - "Cookie: ".length());
        return Stream.of(
                get("X: " + value + "v", 431, "field_too_large"),
                get("X".repeat(LIMITS.field() + 1) + ": v", 431, "field_too_large"),
                get("Cookie: " + cookie + "c", 431, "cookie_too_large"),
                get("Cookie: " + cookie.substring(100) + "~Cookie: " + "d".repeat(100), 431, "cookie_too_large"),
                get("X: 1~".repeat(LIMITS.fields() - 1) + "X: 1", 431, "too_many_fields"),
                get(("X: " + "v".repeat(7000) + "~").repeat(4) + "X: " + "v".repeat(7000), 431, "head_too_large"));
    }

    @ParameterizedTest
    @MethodSource
    void aBodyThatSaysItIsTooLargeIsNotBegun(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> aBodyThatSaysItIsTooLargeIsNotBegun() {
        return Stream.of(
                post("Content-Length: " + (LIMITS.body() + 1), 413, "body_too_large"),
                post("Content-Length: 9223372036854775807", 413, "body_too_large"));
    }

    @Test
    void theDefaultsAreThoseOfTheReference() {
        assertThat(IntStream.of(
                        LIMITS.requestLine(),
                        LIMITS.head(),
                        LIMITS.fields(),
                        LIMITS.field(),
                        LIMITS.cookie(),
                        LIMITS.chunkLine(),
                        LIMITS.chunkExtensions(),
                        LIMITS.trailerFields(),
                        LIMITS.trailers(),
                        LIMITS.responseHead(),
                        LIMITS.interimResponses(),
                        LIMITS.backlog(),
                        LIMITS.readBuffer(),
                        LIMITS.receiveBuffer(),
                        LIMITS.lingerBytes()))
                .containsExactly(
                        8 << 10, 32 << 10, 100, 8 << 10, 8 << 10, 256, 4 << 10, 64, 8 << 10, 64 << 10, 8, 4096,
                        128 << 10, 0, 256 << 10);
        assertThat(LIMITS.lingerTimeout()).hasSeconds(2);
        assertThat(LIMITS.drainTimeout()).hasSeconds(30);
        assertThat(LIMITS.body()).isEqualTo(16 << 20);
        assertThat(LIMITS.headTimeout()).hasSeconds(10);
        assertThat(LIMITS.idleTimeout()).hasSeconds(60);
        assertThat(LIMITS.maxAge()).hasHours(1);
        assertThat(LIMITS.maxRequests()).isEqualTo(100_000); // ADR 4
        assertThat(LIMITS.maxConnections()).isEqualTo(50_000);
    }
}
