package io.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of the edge's requirement table that a request head decides, by their numbers. */
@SuppressWarnings("StringConcatToTextBlock") // A text block would hide the CRLFs.
final class RequestRulesTest {
    private final Wire wire = new Wire();

    /** Text blocks cannot hold what these messages are about: here \r, \n, \t, \0 and \xNN stand for bytes. */
    static String bytes(String escaped) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char kind = escaped.charAt(++i);
            switch (kind) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case '0' -> out.append('\0');
                case 'x' -> {
                    out.append((char) Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> out.append(kind);
            }
        }
        return out.toString();
    }

    private String head(String escapedFields) {
        return "POST / HTTP/1.1\r\nHost: a.example\r\n" + bytes(escapedFields) + "\r\n";
    }

    private String get(String escapedTarget) {
        return "GET " + bytes(escapedTarget) + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n, length_and_encoding",
                "transfer-encoding: chunked\\r\\ncontent-length: 5\\r\\n, length_and_encoding",
                "Content-Length: 5\\r\\nContent-Length: 5\\r\\n, duplicate_length",
                "Content-Length: 5\\r\\nContent-Length: 6\\r\\n, duplicate_length",
                "`Content-Length: 5, 5\\r\\n`, malformed_length",
                "Content-Length: +5\\r\\n, malformed_length",
                "Content-Length: -5\\r\\n, malformed_length",
                "Content-Length: 0x5\\r\\n, malformed_length",
                "Content-Length: 5 5\\r\\n, malformed_length",
                "Content-Length: \\r\\n, malformed_length",
                "Content-Length:\\r\\n, malformed_length",
                "Content-Length: 5.0\\r\\n, malformed_length",
                "Content-Length: \\xb2\\r\\n, malformed_length",
                "Content-Length: 9223372036854775808\\r\\n, malformed_length",
                "Content-Length: 18446744073709551621\\r\\n, malformed_length",
                "Content-Length: 99999999999999999999999999\\r\\n, malformed_length",
            })
    void row1_oneValidContentLengthOrNone(String fields, String word) {
        assertThat(wire.verdict(head(fields))).isEqualTo(word);
        assertThat(wire.request.refusal().status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "5, 5", "\t5 \t, 5", "0005, 5", "9223372036854775807, 9223372036854775807"})
    void row1_validContentLengths(String value, long length) {
        assertThat(wire.verdict(head("Content-Length: " + value + "\\r\\n"))).isEqualTo("accepted");
        assertThat(wire.request.framing()).isEqualTo(RequestHead.Framing.LENGTH);
        assertThat(wire.request.contentLength()).isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "gzip, 501",
                "`gzip, chunked`, 501",
                "`chunked, gzip`, 501",
                "identity, 501",
                "xchunked, 501",
                "`chunked, chunked`, 400",
                "`chunked,`, 400",
                "`,chunked`, 400",
                "`\"chunked\"`, 400",
                "chunked;q=1, 400",
                "chunked\\x0b, 400",
                "chunked\\xa0, 400",
                "``, 400",
            })
    void row2_transferEncodingIsExactlyChunked(String value, int status) {
        assertThat(wire.scan(head("Transfer-Encoding: " + value + "\\r\\n"))).isEqualTo(RequestScanner.REFUSED);
        assertThat(wire.request.refusal().status()).isEqualTo(status);
    }

    @Test
    void row2_transferEncodingTwiceOrInHttp10() {
        assertThat(wire.verdict(head("Transfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked\\r\\n")))
                .isEqualTo("malformed_encoding");
        assertThat(wire.verdict(head("Transfer-Encoding: chunked\\r\\nTransfer-Encoding: x\\r\\n")))
                .isEqualTo("unknown_encoding");
        assertThat(wire.verdict("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo("encoding_in_http_1_0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "CHUNKED", " Chunked\t "})
    void row2_chunkedInAnyCase(String value) {
        assertThat(wire.verdict(head("Transfer-Encoding:" + value + "\\r\\n"))).isEqualTo("accepted");
        assertThat(wire.request.framing()).isEqualTo(RequestHead.Framing.CHUNKED);
        assertThat(wire.request.contentLength()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "X: a\\nY: b\\r\\n, bare_lf",
                "X: a\\n\\r\\n, bare_lf",
                "X\\n: a\\r\\n, bare_lf",
                "X: a\\rb\\r\\n, bare_cr",
                "X: a\\r\\r\\n, bare_cr",
                "\\rX: a\\r\\n, bare_cr",
                "X: a\\0b\\r\\n, control_character",
                "X\\0: a\\r\\n, control_character",
                "X: \\x01\\r\\n, control_character",
                "X: \\x08\\r\\n, control_character",
                "X: 12345678\\x0b\\r\\n, control_character",
                "X: 1234567\\x0c\\r\\n, control_character",
                "X: \\x1f\\r\\n, control_character",
                "X: \\x7f\\r\\n, control_character",
                "X: a\\r\\n b\\r\\n, obs_fold",
                "X: a\\r\\n\\tb\\r\\n, obs_fold",
                "X : a\\r\\n, space_before_colon",
                "X\\t: a\\r\\n, space_before_colon",
                "Content-Length : 5\\r\\n, space_before_colon",
                "Transfer-Encoding : chunked\\r\\n, space_before_colon",
                ": a\\r\\n, malformed_field_name",
                "X(: a\\r\\n, malformed_field_name",
                "X\\xe9: a\\r\\n, malformed_field_name",
                "`\"X\": a\\r\\n`, malformed_field_name",
                "X\\r\\n, missing_colon",
                "X: a\\r\\nnothing\\r\\n, missing_colon",
            })
    void row5_fieldLinesAreStrict(String fields, String word) {
        assertThat(wire.verdict(head(fields))).isEqualTo(word);
        assertThat(wire.request.refusal().status()).isEqualTo(400);
        assertThat(wire.verdict("GET / HTTP/1.1\r\n" + bytes(fields) + "Host: a\r\n\r\n"))
                .isEqualTo(word);
    }

    @Test
    void row5_everyControlCharacterIsRefusedAtEveryPlaceOfAWord() {
        for (int c = 0; c < 256; c++) {
            for (int before = 0; before < 17; before++) {
                String value = "v".repeat(before) + (char) c + "wwwwwwwwwwwwwwwww";
                boolean control = (c < 0x20 && c != '\t') || c == 0x7f;
                assertThat(wire.verdict("GET / HTTP/1.1\r\nHost: a\r\nX:" + value + "\r\n\r\n"))
                        .as("byte %d after %d others", c, before)
                        .isEqualTo(
                                !control
                                        ? "accepted"
                                        : c == '\n' ? "bare_lf" : c == '\r' ? "bare_cr" : "control_character");
            }
        }
    }

    @Test
    void row5_textBeyondAsciiPassesInValues() {
        String value = "caf\u00e9 \u00ff\u0080\t\"x\"";
        assertThat(wire.forwarded(head("X: ").replace("X: ", "X: " + value + "\r\n")))
                .contains("X: " + value + "\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "\\nGET / HTTP/1.1\\r\\n, bare_lf",
                "\\r\\n\\r\\nGET / HTTP/1.1\\r\\n, malformed_method",
                "\\rGET / HTTP/1.1\\r\\n, bare_cr",
                "` GET / HTTP/1.1\\r\\n`, malformed_method",
                "\\tGET / HTTP/1.1\\r\\n, control_character",
                "\\0GET / HTTP/1.1\\r\\n, control_character",
                "\\x16\\x03\\x01\\x02, control_character",
                "\\xef\\xbb\\xbfGET / HTTP/1.1\\r\\n, malformed_method",
            })
    void row6_nothingBeforeTheRequestLine(String start, String word) {
        assertThat(wire.verdict(bytes(start) + "Host: a\r\n\r\n")).isEqualTo(word);
    }

    @Test
    void row6_oneEmptyLineIsAllowed() {
        assertThat(wire.scan("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(29);
        assertThat(wire.forwarded("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("GET / HTTP/1.1\r\nHost: a\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "G(T, malformed_method, 400",
                "G\\xc9T, malformed_method, 400",
                "G\\tT, control_character, 400",
                "`G,T`, malformed_method, 400",
                "TRACE, method_not_allowed, 405",
                "CONNECT, method_not_implemented, 501",
            })
    void row7_methods(String method, String word, int status) {
        assertThat(wire.verdict(bytes(method) + " / HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo(word);
        assertThat(wire.request.refusal().status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PATCH", "PROPFIND", "M-SEARCH", "x", "!#$%&'*+-.^_`|~0"})
    void row7_tokensPass(String method) {
        assertThat(wire.verdict(method + " / HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo("accepted");
        assertThat(wire.request.isHead()).isEqualTo(method.equals("HEAD"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/a\\tb, control_character",
                "/a b, malformed_request_line",
                "` /`, malformed_target",
                "/a\\x7f, control_character",
                "/caf\\xe9, malformed_target",
                "/?caf\\xe9, malformed_target",
                "`/\"`, malformed_target",
                "/<, malformed_target",
                "/>, malformed_target",
                "/#x, malformed_target",
                "/?q#x, malformed_target",
                "/?<, malformed_target",
                "/a\\\\b, dangerous_path",
                "a, malformed_target",
                "a/b, malformed_target",
                "?q, malformed_target",
                "a.example:80, malformed_target",
                "*, malformed_target",
                "**, malformed_target",
                "*/, malformed_target",
            })
    void row8_targets(String target, String word) {
        assertThat(wire.verdict(get(target))).isEqualTo(word);
        assertThat(wire.request.refusal().status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a/b.c",
                "/a?b=c&d=/..",
                "/{x}|^`",
                "/?{x}|^`",
                "/?a[]=\\\\&b=[1]",
                "/a[0]",
                "/%e4%b8%ad",
                "/?",
                "/a;v=1,2/b",
                "/~me/!$&'()*+,;=:@-._",
                "/a??b",
                "/?a//../b"
            })
    void row8_whatBrowsersSendPassesUnchanged(String target) {
        assertThat(wire.forwarded(get(target))).startsWith("GET " + bytes(target) + " HTTP/1.1\r\n");
    }

    @Test
    void row8_asteriskIsForOptionsOnly() {
        assertThat(wire.forwarded("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("OPTIONS * HTTP/1.1\r\n");
        assertThat(wire.request.pathNeedsNormalizing()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "HTTP/2.0, 505",
                "HTTP/0.9, 505",
                "HTTP/1.2, 505",
                "http/1.1, 505",
                "Http/1.0, 505",
                "HTTP/1.10, 400",
                "HTTP/1.1x, 400",
                "HTTP/1, 400",
                "`HTTP/1.1 `, 400",
                "` HTTP/1.1`, 400",
                "HTTP/1.1\\t, 400",
                "HTTP/11.1, 400",
                "HTTP/1_1, 400",
                "HTTPS/1.1, 400",
                "ICY, 400",
                "``, 400",
                "HTTP/1.\\x00, 400",
            })
    void row9_versions(String version, int status) {
        assertThat(wire.scan("GET / " + bytes(version) + "\r\nHost: a\r\n\r\n"))
                .as(version)
                .isEqualTo(RequestScanner.REFUSED);
        assertThat(wire.request.refusal().status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /\r\n\r\n", "GET / HTTP/1.1\n", "GET / \n", "GET\n", "GET\r\n", "GET / HTTP/1.1 \r\n"})
    void row9_wrongLineEndsAreRefusedAtOnce(String text) {
        assertThat(wire.scan(text)).isEqualTo(RequestScanner.REFUSED);
        assertThat(wire.request.refusal().status()).isEqualTo(400);
    }

    @Test
    void row9_http10IsKnownAndNeverKept() {
        assertThat(wire.verdict("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"))
                .isEqualTo("accepted");
        assertThat(wire.request.version()).isEqualTo(10);
        assertThat(wire.request.keepAlive()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "``, missing_host",
                "Host: a\\r\\nHost: a\\r\\n, duplicate_host",
                "Host: a\\r\\nhost: b\\r\\n, duplicate_host",
                "Host:\\r\\n, malformed_host",
                "Host: \\r\\n, malformed_host",
                "Host: a b\\r\\n, malformed_host",
                "`Host: a,b\\r\\n`, malformed_host",
                "Host: a/b\\r\\n, malformed_host",
                "Host: u@a\\r\\n, malformed_host",
                "Host: a:0\\r\\n, malformed_host",
                "Host: a:65536\\r\\n, malformed_host",
                "Host: a:\\r\\n, malformed_host",
                "Host: a:x\\r\\n, malformed_host",
                "Host: a:80:80\\r\\n, malformed_host",
                "Host: a:+80\\r\\n, malformed_host",
                "Host: a:000080\\r\\n, malformed_host",
                "Host: :80\\r\\n, malformed_host",
                "Host: http://a\\r\\n, malformed_host",
                "Host: caf\\xe9\\r\\n, malformed_host",
                "Host: a%00\\r\\n, malformed_host",
                "Host: a%\\r\\n, malformed_host",
                "Host: a%20b\\r\\n, malformed_host",
                "Host: a?b\\r\\n, malformed_host",
                "Host: a#b\\r\\n, malformed_host",
                "Host: a\\\\b\\r\\n, malformed_host",
                "Host: [::1\\r\\n, malformed_host",
                "Host: []\\r\\n, malformed_host",
                "Host: [::1]x\\r\\n, malformed_host",
                "Host: ::1\\r\\n, malformed_host",
                "Host: [:1]\\r\\n, malformed_host",
                "Host: [1:]\\r\\n, malformed_host",
                "Host: [1::2::3]\\r\\n, malformed_host",
                "Host: [:::]\\r\\n, malformed_host",
                "Host: [1:2:3:4:5:6:7]\\r\\n, malformed_host",
                "Host: [1:2:3:4:5:6:7:8:9]\\r\\n, malformed_host",
                "Host: [12345::]\\r\\n, malformed_host",
                "Host: [::256.1.1.1]\\r\\n, malformed_host",
                "Host: [::1.1.1]\\r\\n, malformed_host",
                "Host: [::1.1.1.1.1]\\r\\n, malformed_host",
                "Host: [fe80::1%25eth0]\\r\\n, malformed_host",
                "Host: [v1.x]\\r\\n, malformed_host",
            })
    void row10_badHosts(String fields, String word) {
        assertThat(wire.verdict("GET / HTTP/1.1\r\n" + bytes(fields) + "\r\n")).isEqualTo(word);
        assertThat(wire.request.refusal().status()).isEqualTo(400);
        assertThat(wire.verdict("GET / HTTP/1.0\r\n" + bytes(fields) + "\r\n")).isEqualTo(word);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, a.example",
        "A.Example:8080, A.Example",
        "a_b-c.example., a_b-c.example.",
        "127.0.0.1:1, 127.0.0.1",
        "[::1]:65535, [::1]",
        "[::], [::]",
        "[2001:db8::7], [2001:db8::7]",
        "[1:2:3:4:5:6:7:8], [1:2:3:4:5:6:7:8]",
        "[1:2:3:4:5:6:7::], [1:2:3:4:5:6:7::]",
        "[::ffff:192.0.2.1]:80, [::ffff:192.0.2.1]",
        "[1:2:3:4:5:6:192.0.2.1], [1:2:3:4:5:6:192.0.2.1]",
    })
    void row10_hosts(String value, String host) {
        assertThat(wire.verdict("GET / HTTP/1.1\r\nHost:  " + value + " \r\n\r\n"))
                .isEqualTo("accepted");
        assertThat(Wire.latin1(wire.request.bytes(), wire.request.hostStart(), wire.request.hostEnd()))
                .isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, http://b.example/x?y, b.example, /x?y",
        "GET, HTTPS://b.example:81/, b.example:81, /",
        "GET, http://b.example, b.example, /",
        "GET, http://b.example?q=1, b.example, /?q=1",
        "GET, http://b.example?q=/1, b.example, /?q=/1",
        "GET, http://[::1]:80, [::1]:80, /",
        "OPTIONS, http://b.example, b.example, *",
        "OPTIONS, http://b.example?q, b.example, /?q",
        "OPTIONS, http://b.example/, b.example, /",
    })
    void row11_authorityReplacesHost(String method, String target, String host, String path) {
        String out = wire.forwarded(method + " " + target + " HTTP/1.1\r\nX: 1\r\nHost: a.example\r\nY: 2\r\n\r\n");
        assertThat(out)
                .startsWith(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nX: 1\r\nY: 2\r\n")
                .contains("X-Forwarded-Host: " + host + "\r\n")
                .doesNotContain("a.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://b/",
                "http:/b",
                "http:///x",
                "http://",
                "http://u@b/",
                "http://u:p@b/",
                "http://b:0/",
                "file:///etc",
                "http://b\\\\c/",
                "http://b/c\\\\d",
                "http://[::1/",
                "javascript:x",
                "//b/x@y:z",
                "http://b/%00",
                "http://b/../x",
            })
    void row11_otherAuthoritiesAndSchemesAreRefused(String target) {
        boolean originForm = target.startsWith("/");
        assertThat(wire.scan(get(target)) > 0).isEqualTo(originForm);
    }

    @Test
    void row11_hostMustStillBeThere() {
        assertThat(wire.verdict("GET http://b/ HTTP/1.1\r\n\r\n")).isEqualTo("missing_host");
        assertThat(wire.verdict("GET http://b/ HTTP/1.1\r\nHost: a b\r\n\r\n")).isEqualTo("malformed_host");
    }

    @Test
    void row12_requestLineOver8KiB() {
        String fits = "GET /" + "a".repeat((8 << 10) - 14) + " HTTP/1.1";
        assertThat(fits).hasSize(8 << 10);
        assertThat(wire.verdict(fits + "\r\nHost: a\r\n\r\n")).isEqualTo("accepted");
        assertThat(wire.verdict(fits.replace("GET", "POST") + "\r\nHost: a\r\n\r\n"))
                .isEqualTo("request_line_too_long");
        assertThat(wire.request.refusal().status()).isEqualTo(414);
        assertThat(wire.verdict("GET /" + "a".repeat(8 << 10))).isEqualTo("request_line_too_long");
        assertThat(wire.verdict("G".repeat((8 << 10) + 1))).isEqualTo("request_line_too_long");
    }

    @Test
    void row13_headOver32KiB() {
        String start = "GET / HTTP/1.1\r\nHost: a\r\n";
        String line = "X: " + "v".repeat(8000) + "\r\n";
        String filler = "Y: " + "v".repeat((32 << 10) - start.length() - 4 * line.length() - 7) + "\r\n";
        String fits = start + line.repeat(4) + filler;
        assertThat(wire.verdict(fits + "\r\n")).isEqualTo("accepted");
        assertThat(wire.verdict(fits + "Z: " + "v".repeat(3) + "\r\n\r\n")).isEqualTo("head_too_large");
        assertThat(wire.request.refusal().status()).isEqualTo(431);
        assertThat(wire.verdict(fits + "Z: " + "v".repeat(300))).isEqualTo("head_too_large");
    }

    @Test
    void row13_moreThan100Fields() {
        String start = "GET / HTTP/1.1\r\nHost: a\r\n";
        assertThat(wire.verdict(start + "X: 1\r\n".repeat(99) + "\r\n")).isEqualTo("accepted");
        assertThat(wire.verdict(start + "X: 1\r\n".repeat(100) + "\r\n")).isEqualTo("too_many_fields");
        assertThat(wire.request.refusal().status()).isEqualTo(431);
    }

    @Test
    void row13_fieldOver8KiB() {
        String start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        assertThat(wire.verdict(start + "v".repeat((8 << 10) - 3) + "\r\n\r\n")).isEqualTo("accepted");
        assertThat(wire.verdict(start + "v".repeat((8 << 10) - 2) + "\r\n\r\n")).isEqualTo("field_too_large");
        assertThat(wire.verdict(start + "v".repeat((8 << 10) - 2))).isEqualTo("field_too_large");
        assertThat(wire.request.refusal().status()).isEqualTo(431);
    }

    @Test
    void row13_cookiesOver8KiBTogether() {
        String start = "GET / HTTP/1.1\r\nHost: a\r\n";
        String half = "Cookie: " + "v".repeat((4 << 10) - 8) + "\r\n";
        assertThat(wire.verdict(start + half + half + "\r\n")).isEqualTo("accepted");
        assertThat(wire.verdict(start + half + half + "Cookie: a\r\n\r\n")).isEqualTo("cookie_too_large");
        assertThat(wire.request.refusal().status()).isEqualTo(431);
    }

    @Test
    void row17_hopByHopFieldsAreStripped() {
        String out = wire.forwarded(
                head(
                        "Keep-Alive: 5\\r\\nX-Listed: 1\\r\\nProxy-Connection: close\\r\\nTE: gzip\\r\\n"
                                + "Upgrade: h2c\\r\\nHTTP2-Settings: x\\r\\nConnection: x-LISTED , Upgrade,HTTP2-Settings\\r\\nKept: 1\\r\\n"));
        assertThat(out).startsWith("POST / HTTP/1.1\r\nHost: a.example\r\nKept: 1\r\nX-Forwarded-For: 192.0.2.7\r\n");
        assertThat(wire.request.find(Octets.ascii("x-listed"))).isEqualTo(-1);
        assertThat(wire.request.find(Octets.ascii("upgrade"))).isEqualTo(-1);
        assertThat(wire.request.find(Octets.ascii("kept"))).isPositive();
    }

    /** RFC 9110 section 7.6.1: a field with the name of an option, also where the option means something itself. */
    @Test
    void row17_aFieldCalledCloseIsListedByClose() {
        assertThat(wire.forwarded(head("Close: 1\\r\\nConnection: Close\\r\\n")))
                .doesNotContain("Close");
        assertThat(wire.forwarded(head("Close: 1\\r\\n"))).contains("\r\nClose: 1\r\n");
    }

    @Test
    void row17_framingRoutingAndIdentityCannotBeListedAway() {
        String out = wire.forwarded(
                head(
                        "Connection: host, content-length, cookie, authorization, x-forwarded-for, close\\r\\n"
                                + "Content-Length: 0\\r\\nCookie: a=b\\r\\nAuthorization: x\\r\\nX-Forwarded-For: 10.0.0.1\\r\\n"),
                Wire.peer("192.0.2.7", true));
        assertThat(out)
                .contains("Host: a.example\r\nContent-Length: 0\r\nCookie: a=b\r\nAuthorization: x\r\n")
                .contains("X-Forwarded-For: 10.0.0.1, 192.0.2.7\r\n")
                .doesNotContain("Connection");
        assertThat(wire.request.keepAlive()).isFalse();
        assertThat(wire.verdict(head("Connection: transfer-encoding\\r\\nTransfer-Encoding: chunked\\r\\n")))
                .isEqualTo("accepted");
        assertThat(wire.request.framing()).isEqualTo(RequestHead.Framing.CHUNKED);
    }

    @Test
    void row17_teTrailersIsForwardedWhenListed() {
        assertThat(wire.forwarded(head("TE: gzip;q=0.5, Trailers\\r\\nConnection: TE\\r\\n")))
                .contains("\r\nTE: trailers\r\n");
        assertThat(wire.forwarded(head("TE: trailers\\r\\n"))).doesNotContain("TE:");
        assertThat(wire.forwarded(head("TE: gzip\\r\\nConnection: te\\r\\n"))).doesNotContain("TE:");
    }

    @Test
    void row17_tooManyConnectionOptionsAreRefused() {
        assertThat(wire.verdict(head("Connection: " + "a,".repeat(101) + "\\r\\n")))
                .isEqualTo("too_many_fields");
        assertThat(wire.verdict(head("Connection: " + "a,".repeat(100) + "\\r\\n")))
                .isEqualTo("accepted");
    }

    @ParameterizedTest
    @CsvSource({"close, false", "Close, false", "'x, close', false", "keep-alive, true", "closed, true", "'', true"})
    void row17_connectionClose(String value, boolean kept) {
        assertThat(wire.verdict(head("Connection: " + value + "\\r\\n"))).isEqualTo("accepted");
        assertThat(wire.request.keepAlive()).isEqualTo(kept);
    }

    @Test
    void row18_forwardingFieldsOfAnUntrustedPeerAreOverwritten() {
        String out = wire.forwarded(
                head("X-Forwarded-For: 1.1.1.1\\r\\nx-forwarded-proto: evil\\r\\nX-Forwarded-Host: evil\\r\\n"
                        + "X-Forwarded-Port: 1\\r\\nForwarded: for=1.1.1.1\\r\\nX-Real-IP: 1.1.1.1\\r\\nX-Proxy-Variant: canary\\r\\n"
                        + "X-Crossfade-Unit: 1\\r\\nX-Proxied: yes\\r\\n"));
        assertThat(out)
                .isEqualTo("POST / HTTP/1.1\r\nHost: a.example\r\nX-Proxied: yes\r\nX-Forwarded-For: 192.0.2.7\r\n"
                        + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example\r\nVia: 1.1 crossfade\r\n\r\n");
    }

    @Test
    void row18_forwardingFieldsOfATrustedPeerAreKeptAndItsAddressGoesLast() {
        String out = wire.forwarded(
                head(
                        "X-Forwarded-For: 1.1.1.1\\r\\nA: b\\r\\nX-Forwarded-For: \\r\\nX-Forwarded-For: 2.2.2.2, 3.3.3.3\\r\\n"
                                + "X-Forwarded-Proto: http\\r\\nX-Forwarded-Host: front\\r\\nX-Real-IP: 1.1.1.1\\r\\nVia: 1.1 cdn\\r\\n"),
                Wire.peer("10.0.0.9", true));
        assertThat(out)
                .isEqualTo(
                        "POST / HTTP/1.1\r\nHost: a.example\r\nA: b\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: front\r\n"
                                + "X-Real-IP: 1.1.1.1\r\nVia: 1.1 cdn\r\n"
                                + "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3, 10.0.0.9\r\nVia: 1.1 crossfade\r\n\r\n");
    }

    @Test
    void row19_underscoresAreDroppedRejectedOrAllowed() {
        String text = head("X_Forwarded_For: 1\\r\\nContent_Length: 5\\r\\nA: 1\\r\\n");
        assertThat(wire.forwarded(text)).doesNotContain("_");
        assertThat(wire.request.underscoresDropped()).isEqualTo(2);
        assertThat(wire.request.find(Octets.ascii("x_forwarded_for"))).isEqualTo(-1);
        assertThat(wire.scan(text, RequestScanner.UnderscoreNames.REJECT)).isEqualTo(RequestScanner.REFUSED);
        assertThat(wire.request.refusal()).isEqualTo(Refusal.UNDERSCORE_IN_FIELD_NAME);
        assertThat(wire.scan(text, RequestScanner.UnderscoreNames.ALLOW)).isEqualTo(text.length());
        assertThat(wire.request.underscoresDropped()).isZero();
        assertThat(wire.request.find(Octets.ascii("content_length"))).isPositive();
    }

    @Test
    void row20_h2cIsServedAsPlainHttp() {
        String out = wire.forwarded(
                head("Connection: Upgrade, HTTP2-Settings\\r\\nUpgrade: h2c\\r\\nHTTP2-Settings: AAM\\r\\n"));
        assertThat(out).startsWith("POST / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For");
        assertThat(wire.verdict("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo("malformed_target");
    }

    @Test
    void row22_expect() {
        assertThat(wire.forwarded(head("Expect: 100-Continue\\r\\nContent-Length: 5\\r\\n")))
                .contains("Expect: 100-Continue\r\n");
        assertThat(wire.request.expectContinue()).isTrue();
        assertThat(wire.verdict(head("Expect: 200-ok\\r\\n"))).isEqualTo("expectation_failed");
        assertThat(wire.request.refusal().status()).isEqualTo(417);
        assertThat(wire.verdict(head("Expect: 100-continue, x\\r\\n"))).isEqualTo("expectation_failed");
        assertThat(wire.verdict(head("Expect: 100-continue\\r\\nExpect: x\\r\\n")))
                .isEqualTo("expectation_failed");
        assertThat(wire.forwarded("POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"))
                .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"
                        + "X-Forwarded-Host: a\r\nVia: 1.0 crossfade\r\n\r\n");
        assertThat(wire.request.expectContinue()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%00",
                "/a%00b",
                "/a%5cb",
                "/a%5Cb",
                "/%2e%2e/x",
                "/a/%2E%2e/x",
                "/a/.%2e",
                "/a/%2e/x",
                "/%2e",
                "/..",
                "/../x",
                "/a/../../x",
                "/a//../../x",
                "/a/./../..",
                "/..%2fx",
                "/a%2f..%2f..%2fx",
                "/a%2fb/../..",
                "/a/b%2f%2e%2e",
                "/x%2f..%2f..",
                "/a%2f%2e%2fb",
                "/%2f..",
                "/./..",
                "/a/../..;/../..",
            })
    void row23_dangerousPaths(String target) {
        assertThat(wire.verdict(get(target))).as(target).isEqualTo("dangerous_path");
        assertThat(wire.verdict(get(target + "?q"))).isEqualTo("dangerous_path");
        assertThat(wire.verdict("GET http://b" + target + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo("dangerous_path");
        assertThat(wire.verdict(get("/?" + target))).isEqualTo("accepted");
    }

    @ParameterizedTest
    @CsvSource({
        "/a//b, true",
        "//, true",
        "/a%2fb, true",
        "/a/../b, true",
        "/a/., true",
        "/a/.., true",
        "/%61, true",
        "/a%7E, true",
        "/%zz, true",
        "/a%2, true",
        "/a%, true",
        "/a/./b, true",
        "/a, false",
        "/, false",
        "/.well-known/x, false",
        "/a/..b, false",
        "/.../x, false",
        "/a%20b, false",
        "/a%252e, false",
        "/a/b., false",
        "/a?x=%2f//../%61, false",
    })
    void row23_otherPathsPassUnchangedAndSayWhetherTheyAreNormal(String target, boolean needsNormalizing) {
        assertThat(wire.forwarded(get(target))).startsWith("GET " + target + " HTTP/1.1\r\n");
        assertThat(wire.request.pathNeedsNormalizing()).isEqualTo(needsNormalizing);
        assertThat(Wire.latin1(wire.request.bytes(), wire.request.targetStart(), wire.request.pathEnd()))
                .isEqualTo(target.replaceFirst("\\?.*", ""));
    }

    @Test
    void fieldsAndCookiesAreFoundOnDemand() {
        wire.scan(
                head(
                        "X-User-Id:\\t 42 \\r\\nx-user-id: 43\\r\\nCookie: a=1; uid=u 7 ;b=\\r\\ncookie: uid=8;c=\"x\"; bare\\r\\n"));
        RequestHead head = wire.request;
        int field = head.find(Octets.ascii("x-user-id"));
        assertThat(Wire.latin1(head.bytes(), head.valueStart(field), head.valueEnd(field)))
                .isEqualTo("42");
        assertThat(head.find(Octets.ascii("x-user"))).isEqualTo(-1);
        assertThat(cookie("uid")).isEqualTo("u 7");
        assertThat(cookie("a")).isEqualTo("1");
        assertThat(cookie("b")).isEmpty();
        assertThat(cookie("c")).isEqualTo("\"x\"");
        assertThat(head.cookie(Octets.ascii("bare"))).isEqualTo(-1);
        assertThat(head.cookie(Octets.ascii("UID"))).isEqualTo(-1);
        assertThat(head.cookie(Octets.ascii("id"))).isEqualTo(-1);
    }

    private String cookie(String name) {
        long range = wire.request.cookie(Octets.ascii(name));
        assertThat(range).isNotNegative();
        return Wire.latin1(wire.request.bytes(), (int) (range >>> 32), (int) range);
    }

    @Test
    void aHeadLongerThanTheFirstCopyIsReadToItsEnd() {
        String text = head("X: " + "v".repeat(5000) + "\\r\\nY: 1\\r\\n");
        assertThat(wire.scan(text + "body")).isEqualTo(text.length());
        assertThat(wire.forwarded(text)).contains("v".repeat(5000) + "\r\nY: 1\r\n");
    }
}
