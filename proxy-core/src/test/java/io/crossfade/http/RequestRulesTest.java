package io.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request head is refused for, and how one that is accepted goes on. */
@SuppressWarnings("StringConcatToTextBlock") // A text block would hide the CRLFs.
final class RequestRulesTest {
    private final Wire wire = new Wire();

    private String head(String escapedFields) {
        return "POST / HTTP/1.1\r\nHost: a.example\r\n" + Wire.bytes(escapedFields) + "\r\n";
    }

    private String get(String escapedTarget) {
        return "GET " + Wire.bytes(escapedTarget) + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
    }

    static List<RefusedHeads.Head> refusedHeads() {
        return RefusedHeads.all();
    }

    @ParameterizedTest
    @MethodSource("refusedHeads")
    void aBadHeadIsRefused(RefusedHeads.Head head) {
        assertThat(wire.verdict(head.bytes())).isEqualTo(head.word());
        assertThat(wire.request.refusal().status()).isEqualTo(head.status());
    }

    @Test
    void aDangerousPathIsHarmlessInAQuery() {
        List<RefusedHeads.Head> dangerous = RefusedHeads.all().stream()
                .filter(head ->
                        head.word().equals("dangerous_path") && head.text().startsWith("GET /"))
                .toList();
        assertThat(dangerous)
                .hasSizeGreaterThan(30)
                .allSatisfy(head -> assertThat(wire.verdict(head.bytes().replace("GET /", "GET /?/")))
                        .isEqualTo("accepted"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "5, 5", "\t5 \t, 5", "0005, 5", "9223372036854775807, 9223372036854775807"})
    void aContentLengthIsANumber(String value, long length) {
        assertThat(wire.verdict(head("Content-Length: " + value + "\\r\\n"))).isEqualTo("accepted");
        assertThat(wire.request.framing()).isEqualTo(RequestHead.Framing.LENGTH);
        assertThat(wire.request.contentLength()).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "CHUNKED", " Chunked\t "})
    void chunkedInAnyCase(String value) {
        assertThat(wire.verdict(head("Transfer-Encoding:" + value + "\\r\\n"))).isEqualTo("accepted");
        assertThat(wire.request.framing()).isEqualTo(RequestHead.Framing.CHUNKED);
        assertThat(wire.request.contentLength()).isZero();
    }

    @Test
    void everyControlCharacterIsRefusedAtEveryPlaceOfAWord() {
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
    void textBeyondAsciiPassesInValues() {
        String value = "caf\u00e9 \u00ff\u0080\t\"x\"";
        assertThat(wire.forwarded(head("X: ").replace("X: ", "X: " + value + "\r\n")))
                .contains("X: " + value + "\r\n");
    }

    @Test
    void oneEmptyLineIsAllowed() {
        assertThat(wire.scan("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(29);
        assertThat(wire.forwarded("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("GET / HTTP/1.1\r\nHost: a\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PATCH", "PROPFIND", "M-SEARCH", "x", "!#$%&'*+-.^_`|~0"})
    void aMethodIsAnyToken(String method) {
        assertThat(wire.verdict(method + " / HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo("accepted");
        assertThat(wire.request.isHead()).isEqualTo(method.equals("HEAD"));
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
                "/?a//../b",
                "//b/x@y:z",
            })
    void whatBrowsersSendPassesUnchanged(String target) {
        assertThat(wire.forwarded(get(target))).startsWith("GET " + Wire.bytes(target) + " HTTP/1.1\r\n");
    }

    @Test
    void asteriskIsForOptionsOnly() {
        assertThat(wire.forwarded("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("OPTIONS * HTTP/1.1\r\n");
        assertThat(wire.request.pathNeedsNormalizing()).isFalse();
    }

    @Test
    void http10IsKnownAndNeverKept() {
        assertThat(wire.verdict("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"))
                .isEqualTo("accepted");
        assertThat(wire.request.version()).isEqualTo(10);
        assertThat(wire.request.keepAlive()).isFalse();
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
    void aValidHostIsFoundWithoutItsPort(String value, String host) {
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
    void anAuthorityInTheTargetReplacesHost(String method, String target, String host, String path) {
        String out = wire.forwarded(method + " " + target + " HTTP/1.1\r\nX: 1\r\nHost: a.example\r\nY: 2\r\n\r\n");
        assertThat(out)
                .startsWith(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nX: 1\r\nY: 2\r\n")
                .contains("X-Forwarded-Host: " + host + "\r\n")
                .doesNotContain("a.example");
    }

    @Test
    void aRequestLineOver8KiBIsRefused() {
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
    void aHeadOver32KiBIsRefused() {
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
    void moreThan100FieldsAreRefused() {
        String start = "GET / HTTP/1.1\r\nHost: a\r\n";
        assertThat(wire.verdict(start + "X: 1\r\n".repeat(99) + "\r\n")).isEqualTo("accepted");
        assertThat(wire.verdict(start + "X: 1\r\n".repeat(100) + "\r\n")).isEqualTo("too_many_fields");
        assertThat(wire.request.refusal().status()).isEqualTo(431);
    }

    @Test
    void aFieldOver8KiBIsRefused() {
        String start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        assertThat(wire.verdict(start + "v".repeat((8 << 10) - 3) + "\r\n\r\n")).isEqualTo("accepted");
        assertThat(wire.verdict(start + "v".repeat((8 << 10) - 2) + "\r\n\r\n")).isEqualTo("field_too_large");
        assertThat(wire.verdict(start + "v".repeat((8 << 10) - 2))).isEqualTo("field_too_large");
        assertThat(wire.request.refusal().status()).isEqualTo(431);
    }

    @Test
    void cookiesOver8KiBTogetherAreRefused() {
        String start = "GET / HTTP/1.1\r\nHost: a\r\n";
        String half = "Cookie: " + "v".repeat((4 << 10) - 8) + "\r\n";
        assertThat(wire.verdict(start + half + half + "\r\n")).isEqualTo("accepted");
        assertThat(wire.verdict(start + half + half + "Cookie: a\r\n\r\n")).isEqualTo("cookie_too_large");
        assertThat(wire.request.refusal().status()).isEqualTo(431);
    }

    @Test
    void hopByHopFieldsAreStripped() {
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
    void aFieldCalledCloseIsListedByClose() {
        assertThat(wire.forwarded(head("Close: 1\\r\\nConnection: Close\\r\\n")))
                .doesNotContain("Close");
        assertThat(wire.forwarded(head("Close: 1\\r\\n"))).contains("\r\nClose: 1\r\n");
    }

    @Test
    void framingRoutingAndIdentityCannotBeListedAway() {
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
    void teTrailersIsForwardedWhenListed() {
        assertThat(wire.forwarded(head("TE: gzip;q=0.5, Trailers\\r\\nConnection: TE\\r\\n")))
                .contains("\r\nTE: trailers\r\n");
        assertThat(wire.forwarded(head("TE: trailers\\r\\n"))).doesNotContain("TE:");
        assertThat(wire.forwarded(head("TE: gzip\\r\\nConnection: te\\r\\n"))).doesNotContain("TE:");
    }

    @Test
    void tooManyConnectionOptionsAreRefused() {
        assertThat(wire.verdict(head("Connection: " + "a,".repeat(101) + "\\r\\n")))
                .isEqualTo("too_many_fields");
        assertThat(wire.verdict(head("Connection: " + "a,".repeat(100) + "\\r\\n")))
                .isEqualTo("accepted");
    }

    @ParameterizedTest
    @CsvSource({"close, false", "Close, false", "'x, close', false", "keep-alive, true", "closed, true", "'', true"})
    void connectionCloseEndsTheConnection(String value, boolean kept) {
        assertThat(wire.verdict(head("Connection: " + value + "\\r\\n"))).isEqualTo("accepted");
        assertThat(wire.request.keepAlive()).isEqualTo(kept);
    }

    @Test
    void forwardingFieldsOfAnUntrustedPeerAreOverwritten() {
        String out = wire.forwarded(
                head("X-Forwarded-For: 1.1.1.1\\r\\nx-forwarded-proto: evil\\r\\nX-Forwarded-Host: evil\\r\\n"
                        + "X-Forwarded-Port: 1\\r\\nForwarded: for=1.1.1.1\\r\\nX-Real-IP: 1.1.1.1\\r\\nX-Proxy-Variant: canary\\r\\n"
                        + "X-Crossfade-Unit: 1\\r\\nX-Proxied: yes\\r\\n"));
        assertThat(out)
                .isEqualTo("POST / HTTP/1.1\r\nHost: a.example\r\nX-Proxied: yes\r\nX-Forwarded-For: 192.0.2.7\r\n"
                        + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example\r\nVia: 1.1 crossfade\r\n\r\n");
    }

    @Test
    void forwardingFieldsOfATrustedPeerAreKeptAndItsAddressGoesLast() {
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
    void underscoresAreDroppedRejectedOrAllowed() {
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
    void h2cIsServedAsPlainHttp() {
        String out = wire.forwarded(
                head("Connection: Upgrade, HTTP2-Settings\\r\\nUpgrade: h2c\\r\\nHTTP2-Settings: AAM\\r\\n"));
        assertThat(out).startsWith("POST / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For");
    }

    @Test
    void anExpectationOf100ContinuePassesFromHttp11() {
        assertThat(wire.forwarded(head("Expect: 100-Continue\\r\\nContent-Length: 5\\r\\n")))
                .contains("Expect: 100-Continue\r\n");
        assertThat(wire.request.expectContinue()).isTrue();
        assertThat(wire.forwarded("POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"))
                .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"
                        + "X-Forwarded-Host: a\r\nVia: 1.0 crossfade\r\n\r\n");
        assertThat(wire.request.expectContinue()).isFalse();
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
    void otherPathsPassUnchangedAndSayWhetherTheyAreNormal(String target, boolean needsNormalizing) {
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
