package io.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream must not send, and where its message ends. */
@SuppressWarnings("StringConcatToTextBlock") // A text block would hide the CRLFs.
final class ResponseRulesTest {
    private final Wire wire = new Wire();

    private static String ok(String escapedFields) {
        return "HTTP/1.1 200 OK\r\n" + Wire.bytes(escapedFields) + "\r\n";
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n, upstream_ambiguous_length",
                "Content-Length: 5\\r\\nContent-Length: 5\\r\\n, upstream_ambiguous_length",
                "`Content-Length: 5, 5\\r\\n`, upstream_ambiguous_length",
                "Content-Length: -1\\r\\n, upstream_ambiguous_length",
                "Content-Length: 9223372036854775808\\r\\n, upstream_ambiguous_length",
                "Transfer-Encoding: gzip\\r\\n, upstream_malformed_encoding",
                "`Transfer-Encoding: gzip, chunked\\r\\n`, upstream_malformed_encoding",
                "Transfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked\\r\\n, upstream_malformed_encoding",
                "X: \\0\\r\\n, upstream_control_character",
                "X: \\x7f\\r\\n, upstream_control_character",
                "X: a\\rb\\r\\n, upstream_control_character",
                "X: a\\nSet-Cookie: b\\r\\n, upstream_control_character",
                "X: a\\r\\n b\\r\\n, upstream_obs_fold",
                "X : a\\r\\n, upstream_malformed_field",
                "X\\r\\n, upstream_malformed_field",
                ": a\\r\\n, upstream_malformed_field",
                "X\\xe9: a\\r\\n, upstream_malformed_field",
            })
    void ambiguousFieldsAreRefused(String fields, String word) {
        assertThat(wire.responseVerdict(ok(fields))).isEqualTo(word);
        assertThat(wire.response.refusal().status()).isEqualTo(502);
        assertThat(wire.scanResponse(ok(fields), true)).isEqualTo(RequestScanner.REFUSED);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "HTTP/1.1 099 x, upstream_invalid_status",
                "HTTP/1.1 600 x, upstream_invalid_status",
                "HTTP/1.1 2x0 x, upstream_invalid_status",
                "HTTP/1.1 -20 x, upstream_invalid_status",
                "HTTP/1.1 2000 x, upstream_malformed_status_line",
                "HTTP/1.1 20 x, upstream_malformed_status_line",
                "HTTP/1.1 20, upstream_malformed_status_line",
                "HTTP/1.1  200 x, upstream_malformed_status_line",
                "HTTP/1.1\\t200 x, upstream_malformed_status_line",
                "HTTP/2.0 200 x, upstream_unsupported_version",
                "HTTP/1.2 200 x, upstream_unsupported_version",
                "http/1.1 200 x, upstream_malformed_status_line",
                "ICY 200 OK, upstream_malformed_status_line",
                "HTTP/1.1 200 O\\0K, upstream_control_character",
                "HTTP/1.1 200 OK\\rX, upstream_control_character",
                "HTTP/1.1 200 OK\\nX: 1, upstream_control_character",
                "HTTP/1.1 101 Switching, upstream_unasked_switch",
                "\\r\\nHTTP/1.1 200 OK, upstream_malformed_status_line",
            })
    void aBadStatusLineIsRefused(String line, String word) {
        assertThat(wire.responseVerdict(Wire.bytes(line) + "\r\n\r\n")).isEqualTo(word);
    }

    @Test
    void aHeadOver64KiBIsRefused() {
        String start = "HTTP/1.1 200 OK\r\nX: ";
        String fits = start + "v".repeat((64 << 10) - start.length() - 2);
        assertThat(wire.responseVerdict(fits + "\r\n\r\n")).isEqualTo("accepted");
        assertThat(wire.responseVerdict(fits + "vvv\r\n\r\n")).isEqualTo("upstream_head_too_large");
        assertThat(wire.responseVerdict(fits + "vvv")).isEqualTo("upstream_head_too_large");
        assertThat(wire.responseVerdict("HTTP/1.1 200 " + "x".repeat(64 << 10))).isEqualTo("upstream_head_too_large");
        assertThat(wire.responseVerdict("HTTP/1.1 200 OK\r\n" + "X: 1\r\n".repeat(1000) + "\r\n"))
                .isEqualTo("accepted");
        assertThat(wire.responseVerdict("HTTP/1.1 200 OK\r\n" + "X: 1\r\n".repeat(1001) + "\r\n"))
                .isEqualTo("upstream_head_too_large");
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, 200, Content-Length: 5, LENGTH, 5, true",
        "1.1, 200, Content-Length: 0, LENGTH, 0, true",
        "1.1, 200, Transfer-Encoding: chunked, CHUNKED, 0, true",
        "1.1, 200, X: y, UNTIL_CLOSE, 0, false",
        "1.1, 404, Connection: close, UNTIL_CLOSE, 0, false",
        "1.0, 200, Content-Length: 5, LENGTH, 5, false",
        "1.0, 200, X: y, UNTIL_CLOSE, 0, false",
        "1.0, 200, Connection: keep-alive, UNTIL_CLOSE, 0, false",
        "1.0, 204, Connection: Keep-Alive, NONE, 0, true",
        "1.1, 204, X: y, NONE, 0, true",
        "1.1, 204, Content-Length: 5, NONE, 0, false",
        "1.1, 304, Content-Length: 5, NONE, 0, false",
        "1.1, 304, Transfer-Encoding: chunked, NONE, 0, false",
        "1.1, 304, Content-Length: 0, NONE, 0, true",
        "1.1, 304, ETag: y, NONE, 0, true",
        "1.1, 100, X: y, NONE, 0, true",
        "1.1, 102, X: y, NONE, 0, true",
        "1.1, 103, Link: y, NONE, 0, true",
        "1.1, 205, Content-Length: 0, LENGTH, 0, true",
    })
    void whereTheMessageEnds(
            String version, int status, String field, ResponseHead.Framing framing, long length, boolean keepAlive) {
        String text = "HTTP/" + version + " " + status + " x\r\n" + field + "\r\n\r\n";
        assertThat(wire.scanResponse(text, false)).isEqualTo(text.length());
        assertThat(wire.response.status()).isEqualTo(status);
        assertThat(wire.response.framing()).isEqualTo(framing);
        assertThat(wire.response.contentLength()).isEqualTo(length);
        assertThat(wire.response.keepAlive()).isEqualTo(keepAlive);
        assertThat(wire.scanResponse(text, true)).isEqualTo(text.length());
        assertThat(wire.response.framing()).isEqualTo(ResponseHead.Framing.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 103, 204})
    void chunkedWhereNoContentIsPossible(int status) {
        assertThat(wire.responseVerdict("HTTP/1.1 " + status + " x\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo("upstream_forbidden_body");
    }

    @Test
    void http10WithTransferEncodingIsRefused() {
        assertThat(wire.responseVerdict("HTTP/1.0 200 x\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo("upstream_malformed_encoding");
    }

    @ParameterizedTest
    @CsvSource({
        "X: y, true",
        "Connection: keep-alive, false",
        "Connection: close, false",
        "Keep-Alive: timeout=5, false",
        "Proxy-Connection: x, false",
        "Upgrade: h2, false",
        "TE: x, false",
        "Trailer: X, true",
        "X_Y: z, true",
        "X-Crossfade-Note: z, true",
    })
    void verbatimWhenThereIsNothingToChange(String field, boolean verbatim) {
        assertThat(wire.responseVerdict("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + field + "\r\n\r\n"))
                .isEqualTo("accepted");
        assertThat(wire.response.verbatim()).isEqualTo(verbatim);
    }

    @Test
    void notVerbatimWhenTheStatusLineNeedsRepair() {
        wire.scanResponse("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", false);
        assertThat(wire.response.verbatim()).isFalse();
        assertThat(written(false, false, null)).isEqualTo("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n");
        wire.scanResponse("HTTP/1.0 302 Fo\u00fcnd it\r\nContent-Length: 0\r\n\r\n", false);
        assertThat(wire.response.verbatim()).isFalse();
        assertThat(written(false, false, null)).isEqualTo("HTTP/1.1 302 Fo\u00fcnd it\r\nContent-Length: 0\r\n\r\n");
        wire.scanResponse("HTTP/1.1 204 \r\nContent-Length: 0\r\n\r\n", false);
        assertThat(wire.response.verbatim()).isFalse();
        assertThat(written(true, false, null)).isEqualTo("HTTP/1.1 204 \r\nConnection: close\r\n\r\n");
    }

    @Test
    void hopByHopAndListedFieldsAreLeftOut() {
        wire.scanResponse(
                ok(
                        "Keep-Alive: 5\\r\\nA: 1\\r\\nX-Listed: 1\\r\\nConnection: x-listed, set-cookie, content-length\\r\\n"
                                + "Set-Cookie: a\\r\\nContent-Length: 2\\r\\nUpgrade: h2\\r\\n"),
                false);
        assertThat(wire.response.find(Octets.ascii("x-listed"))).isEqualTo(-1);
        assertThat(wire.response.find(Octets.ascii("set-cookie"))).isPositive();
        assertThat(written(true, false, Octets.ascii("Set-Cookie: b\r\n")))
                .isEqualTo("HTTP/1.1 200 OK\r\nA: 1\r\nSet-Cookie: a\r\nContent-Length: 2\r\nSet-Cookie: b\r\n"
                        + "Connection: close\r\n\r\n");
    }

    @Test
    void transferEncodingIsLeftOutForAnHttp10Client() {
        wire.scanResponse(ok("Transfer-Encoding: chunked\\r\\nTrailer: X\\r\\nA: 1\\r\\n"), false);
        assertThat(written(true, true, null)).isEqualTo("HTTP/1.1 200 OK\r\nA: 1\r\nConnection: close\r\n\r\n");
        assertThat(written(false, false, null))
                .isEqualTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\nA: 1\r\n\r\n");
    }

    private String written(
            boolean close, boolean dropTransferEncoding, byte @org.jspecify.annotations.Nullable [] extra) {
        return Wire.text(ResponseWriter.write(wire.response, close, dropTransferEncoding, extra, Wire.PLAIN));
    }

    @Test
    void ownAnswersAreEscapedAndFramed() {
        String text = Wire.text(ResponseWriter.own(
                503,
                "breaker_open",
                "a\"b\\c\r\nd\u0001",
                true,
                false,
                Octets.ascii("Retry-After: 1\r\n"),
                Wire.PLAIN));
        String body = "{\"status\":503,\"reason\":\"breaker_open\",\"detail\":\"a\\\"b\\\\c\\u000d\\u000ad\\u0001\"}\n";
        assertThat(text)
                .isEqualTo(
                        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nContent-Length: "
                                + body.length()
                                + "\r\nx-proxy-reason: breaker_open\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
                                + body);
        assertThat(wire.responseVerdict(text)).isEqualTo("accepted");
        String toHead = Wire.text(ResponseWriter.own(400, "x", "\u00e9", false, true, null, Wire.PLAIN));
        assertThat(toHead).endsWith("Content-Length: 42\r\nx-proxy-reason: x\r\n\r\n");
    }

    @Test
    void ownAnswersRefuseAReasonThatWouldSplitTheHead() {
        assertThatThrownBy(() -> ResponseWriter.own(400, "a\r\nX: b", "", false, false, null, Wire.PLAIN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyRefusalHasAWordAndItsCounterpartAStatusOf502() {
        for (Refusal refusal : Refusal.values()) {
            assertThat(refusal.word()).matches("[a-z0-9_]+");
            assertThat(refusal.ofUpstream().status()).isEqualTo(502);
            assertThat(refusal.status()).isBetween(400, 505);
        }
    }
}
