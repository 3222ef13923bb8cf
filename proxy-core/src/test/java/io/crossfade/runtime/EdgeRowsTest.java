package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.crossfade.config.Limits;
import io.crossfade.exchange.RefusalLog;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * Heads that the edge refuses, row by row of its requirement table, over real sockets: the status, the word, the end of
 * the connection, the count, and an upstream that has seen nothing at all.
 *
 * <p>One server for all of them, and nothing in this class is ever forwarded. In requests a tilde stands for CRLF.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeRowsTest {
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

    private static Arguments target(String target, String reason) {
        return bad("GET " + target + " HTTP/1.1~Host: a~~", 400, reason);
    }

    @ParameterizedTest
    @MethodSource
    void row01ContentLengthIsOneNumberAndStandsAlone(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row01ContentLengthIsOneNumberAndStandsAlone() {
        return Stream.of(
                post("Content-Length: 3~Transfer-Encoding: chunked", 400, "length_and_encoding"),
                post("Transfer-Encoding: chunked~Content-Length: 3", 400, "length_and_encoding"),
                post("Transfer-Encoding: chunked~content-length: 0", 400, "length_and_encoding"),
                post("Content-Length: 3~Content-Length: 3", 400, "duplicate_length"),
                post("Content-Length: 3~Content-Length: 4", 400, "duplicate_length"),
                post("Content-Length: 3, 3", 400, "malformed_length"),
                post("Content-Length: +3", 400, "malformed_length"),
                post("Content-Length: -3", 400, "malformed_length"),
                post("Content-Length: 0x3", 400, "malformed_length"),
                post("Content-Length: 3.0", 400, "malformed_length"),
                post("Content-Length: 3 4", 400, "malformed_length"),
                post("Content-Length: ", 400, "malformed_length"),
                post("Content-Length: three", 400, "malformed_length"),
                post("Content-Length: 9223372036854775808", 400, "malformed_length"),
                post("Content-Length: 99999999999999999999999", 400, "malformed_length"));
    }

    @ParameterizedTest
    @MethodSource
    void row02TransferEncodingIsChunkedAlone(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row02TransferEncodingIsChunkedAlone() {
        return Stream.of(
                post("Transfer-Encoding: gzip", 501, "unknown_encoding"),
                post("Transfer-Encoding: gzip, chunked", 501, "unknown_encoding"),
                post("Transfer-Encoding: chunked, identity", 501, "unknown_encoding"),
                post("Transfer-Encoding: xchunked", 501, "unknown_encoding"),
                post("Transfer-Encoding: gzip~Transfer-Encoding: chunked", 501, "unknown_encoding"),
                post("Transfer-Encoding: chunked, chunked", 400, "malformed_encoding"),
                post("Transfer-Encoding: chunked~Transfer-Encoding: chunked", 400, "malformed_encoding"),
                post("Transfer-Encoding: ", 400, "malformed_encoding"),
                post("Transfer-Encoding: chunked,", 400, "malformed_encoding"),
                post("Transfer-Encoding: \"chunked\"", 400, "malformed_encoding"),
                post("Transfer-Encoding: chunked;q=1", 400, "malformed_encoding"),
                post("Transfer-Encoding: \u000bchunked", 400, "control_character"),
                post("Transfer-Encoding : chunked", 400, "space_before_colon"),
                bad("POST / HTTP/1.0~Host: a~Transfer-Encoding: chunked~~0~~", 400, "encoding_in_http_1_0"),
                bad("POST / HTTP/1.0~Host: a~Transfer-Encoding: gzip~~", 400, "encoding_in_http_1_0"));
    }

    @ParameterizedTest
    @MethodSource
    void row05FieldLinesAreWellFormed(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row05FieldLinesAreWellFormed() {
        List<Arguments> all = new ArrayList<>(List.of(
                get("X: a\nY: b", 400, "bare_lf"),
                get("X: a\n\nGET /smuggled HTTP/1.1", 400, "bare_lf"),
                get("X: a\rY: b", 400, "bare_cr"),
                get("X: a\r\r\nY: b", 400, "bare_cr"),
                get("X\nY: b", 400, "bare_lf"),
                bad("GET / HTTP/1.1\nHost: a~~", 400, "bare_lf"),
                bad("GET / HTTP/1.1\rHost: a~~", 400, "bare_cr"),
                bad("GET /\n HTTP/1.1~Host: a~~", 400, "bare_lf"),
                get("X: a~ folded", 400, "obs_fold"),
                get("X: a~\tfolded", 400, "obs_fold"),
                bad("GET / HTTP/1.1~ Host: a~~", 400, "obs_fold"),
                get("X : a", 400, "space_before_colon"),
                get("X\t: a", 400, "space_before_colon"),
                get(": a", 400, "malformed_field_name"),
                get("X(Y): a", 400, "malformed_field_name"),
                get("X\u00e4: a", 400, "malformed_field_name"),
                get("X\"Y: a", 400, "malformed_field_name"),
                get("no colon at all", 400, "space_before_colon"),
                get("nocolon", 400, "missing_colon")));
        for (int c = 0; c < 0x80; c++) {
            boolean control = c < 0x20 || c == 0x7f;
            if (control && c != '\t' && c != '\n' && c != '\r') {
                all.add(get("X: a" + (char) c + "b", 400, "control_character"));
                all.add(get("X" + (char) c + "Y: b", 400, "control_character"));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource
    void row06NothingButOneEmptyLineStandsBeforeARequest(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row06NothingButOneEmptyLineStandsBeforeARequest() {
        return Stream.of(
                bad("~~GET / HTTP/1.1~Host: a~~", 400, "malformed_method"),
                bad(" GET / HTTP/1.1~Host: a~~", 400, "malformed_method"),
                bad("\tGET / HTTP/1.1~Host: a~~", 400, "control_character"),
                bad("\nGET / HTTP/1.1~Host: a~~", 400, "bare_lf"),
                bad("\rGET / HTTP/1.1~Host: a~~", 400, "bare_cr"),
                bad("\0GET / HTTP/1.1~Host: a~~", 400, "control_character"),
                bad("\u00ef\u00bb\u00bfGET / HTTP/1.1~Host: a~~", 400, "malformed_method"),
                bad("\u0016\u0003\u0001\u0002\u0000\u0001", 400, "control_character"));
    }

    @ParameterizedTest
    @MethodSource
    void row07MethodsAreTokens(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row07MethodsAreTokens() {
        return Stream.of(
                bad("G(T / HTTP/1.1~Host: a~~", 400, "malformed_method"),
                bad("G\u00e4T / HTTP/1.1~Host: a~~", 400, "malformed_method"),
                bad("GET\t/ HTTP/1.1~Host: a~~", 400, "control_character"),
                bad("GET: / HTTP/1.1~Host: a~~", 400, "malformed_method"),
                bad("TRACE / HTTP/1.1~Host: a~~", 405, "method_not_allowed"),
                bad("CONNECT a:443 HTTP/1.1~Host: a~~", 501, "method_not_implemented"));
    }

    @ParameterizedTest
    @MethodSource
    void row08TargetsHaveNoByteThatReadersTreatDifferently(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row08TargetsHaveNoByteThatReadersTreatDifferently() {
        List<Arguments> all = new ArrayList<>(List.of(
                target("", "malformed_target"),
                target("a", "malformed_target"),
                target("a/b", "malformed_target"),
                target("*", "malformed_target"),
                target("?q", "malformed_target"),
                target("a:443", "malformed_target"),
                target("/a b", "malformed_request_line"),
                target("/a?b c", "malformed_request_line"),
                target("/a\\b", "dangerous_path"),
                bad("OPTIONS ** HTTP/1.1~Host: a~~", 400, "malformed_target")));
        for (String banned : List.of("\"", "<", ">", "#", "\u0080", "\u00e4", "\u00ff")) {
            all.add(target("/a" + banned + "b", "malformed_target"));
            all.add(target("/a?b" + banned + "c", "malformed_target"));
        }
        for (int c = 0; c <= 0x7f; c++) {
            boolean control = c < 0x20 || c == 0x7f;
            if (control && c != '\n' && c != '\r') {
                all.add(target("/a" + (char) c, "control_character"));
                all.add(target("/a?" + (char) c, "control_character"));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource
    void row09VersionsAreOneDotZeroAndOneDotOne(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row09VersionsAreOneDotZeroAndOneDotOne() {
        return Stream.concat(
                Stream.of("http/1.1", "Http/1.1", "HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/3.0")
                        .map(version -> bad("GET / " + version + "~Host: a~~", 505, "unsupported_version")),
                Stream.of("HTTP/11", "HTTP/1.10", "HTTP/1.", "HTTP1.1", "HTTP/1,1", "HTP/1.1", "HTTP/1.1 ", "", "x")
                        .map(version -> bad("GET / " + version + "~Host: a~~", 400, "malformed_request_line")));
    }

    @Test
    void row09ARequestWithoutVersionIsNoRequest() throws Exception {
        refused("GET /\r\n", 400, "malformed_target");
    }

    @ParameterizedTest
    @MethodSource
    void row10HostIsThereOnceAndValid(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row10HostIsThereOnceAndValid() {
        List<Arguments> all = new ArrayList<>(List.of(
                bad("GET / HTTP/1.1~~", 400, "missing_host"),
                bad("GET / HTTP/1.1~Host: a~Host: a~~", 400, "duplicate_host"),
                bad("GET / HTTP/1.1~Host: a~hOST: b~~", 400, "duplicate_host")));
        for (String host : List.of(
                "",
                "a b",
                "a,b",
                "a/b",
                "a?b",
                "a#b",
                "u@a",
                "u:p@a",
                "a:",
                "a:0",
                "a:65536",
                "a:080000",
                "a:8x",
                "a:8:8",
                "[::1",
                "::1",
                "[::1]x",
                "[1:2]",
                "[v1.x]",
                "\"a\"",
                "a<",
                "a\\b",
                "a\u00e4",
                "a%00",
                "a%zz",
                "http://a")) {
            all.add(bad("GET / HTTP/1.1~Host: " + host + "~~", 400, "malformed_host"));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource
    void row11AbsoluteFormIsHttpWithoutUserinfo(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row11AbsoluteFormIsHttpWithoutUserinfo() {
        return Stream.of(
                target("http://u@a/", "malformed_host"),
                target("http://u:p@a/", "malformed_host"),
                target("http://a@169.254.169.254/", "malformed_host"),
                target("http:///x", "malformed_host"),
                target("http://", "malformed_host"),
                target("http://a:0/", "malformed_host"),
                target("http://a\\@b/", "malformed_host"),
                target("ftp://a/", "malformed_target"),
                target("file:///etc/passwd", "malformed_target"),
                target("http:a", "malformed_target"),
                target("ws://a/", "malformed_target"),
                target("http://a/../x", "dangerous_path"),
                target("http://a/%2e%2e/x", "dangerous_path"),
                bad("GET http://a/ HTTP/1.1~~", 400, "missing_host"));
    }

    @ParameterizedTest
    @MethodSource
    void row12ARequestLineHasABound(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row12ARequestLineHasABound() {
        String path = "/" + "p".repeat(LIMITS.requestLine() - REQUEST_LINE); // with it the line is at its bound
        return Stream.of(
                bad("GET " + path + "p HTTP/1.1~Host: a~~", 414, "request_line_too_long"),
                bad("GET /?" + path.substring(1) + " HTTP/1.1~Host: a~~", 414, "request_line_too_long"),
                bad("G".repeat(LIMITS.requestLine() + 1), 414, "request_line_too_long"),
                bad("GET http://a" + path + "p HTTP/1.1~Host: a~~", 414, "request_line_too_long"));
    }

    @ParameterizedTest
    @MethodSource
    void row13HeadsHaveBounds(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row13HeadsHaveBounds() {
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
    void row14ABodyThatSaysItIsTooLargeIsNotBegun(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row14ABodyThatSaysItIsTooLargeIsNotBegun() {
        return Stream.of(
                post("Content-Length: " + (LIMITS.body() + 1), 413, "body_too_large"),
                post("Content-Length: 9223372036854775807", 413, "body_too_large"));
    }

    @ParameterizedTest
    @MethodSource
    void row22OtherExpectationsAreRefused(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row22OtherExpectationsAreRefused() {
        return Stream.of(
                post("Expect: 200-ok~Content-Length: 3", 417, "expectation_failed"),
                post("Expect: ~Content-Length: 3", 417, "expectation_failed"),
                post("Expect: 100-continue, 100-continue~Content-Length: 3", 417, "expectation_failed"),
                post("Expect: 100-continue~Expect: other~Content-Length: 3", 417, "expectation_failed"));
    }

    @ParameterizedTest
    @MethodSource
    void row23PathsThatUpstreamsMayReadAsOthersAreRefused(String request, int status, String reason) throws Exception {
        refused(request, status, reason);
    }

    static Stream<Arguments> row23PathsThatUpstreamsMayReadAsOthersAreRefused() {
        return Stream.of(
                        "/a%00",
                        "/%00/",
                        "/a\\..\\b",
                        "/a%5cb",
                        "/a/..;/b",
                        "/.;x=1/b",
                        "/a%5Cb",
                        "/..",
                        "/../",
                        "/../x",
                        "/a/../../x",
                        "/a/..%2f..%2fx",
                        "/%2e%2e/x",
                        "/%2E./x",
                        "/.%2e/x",
                        "/a/%2e/x",
                        "/a/%2e%2e",
                        "//../..",
                        "/a//../../..")
                .map(path -> target(path, "dangerous_path"));
    }

    @Test
    void theDefaultsAreThoseOfTheTable() {
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
