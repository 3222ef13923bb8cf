package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Cidr;
import io.crossfade.config.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the edge changes in a request that it forwards, and when a connection ends. */
class ForwardingRulesTest {
    @TempDir
    Path data;

    private TestServer.Setup setup(RawUpstream upstream) {
        return new TestServer.Setup(data).upstream("legacy", upstream.port()).route("all", "/", "legacy");
    }

    /** The head that the upstream gets for this one; a tilde stands for CRLF. */
    private static String forwarded(TestServer server, RawUpstream upstream, String request) throws Exception {
        try (RawClient client = server.client()) {
            client.send(request.replace("~", "\r\n"));
            assertThat(client.answer().status()).as(request).isEqualTo(200);
        }
        return String.valueOf(upstream.nextHead());
    }

    private String forwarded(String request) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream).start()) {
            return forwarded(server, upstream, request);
        }
    }

    @Test
    void oneEmptyLineBeforeARequestIsForgiven() throws Exception {
        assertThat(forwarded("~GET /a HTTP/1.1~Host: a~~")).startsWith("GET /a HTTP/1.1\r\nHost: a\r\n");
    }

    @Test
    void hostGoesFirst() throws Exception { // RFC 9110 section 7.2
        assertThat(forwarded("GET / HTTP/1.1~X: 1~Host: a~Y: 2~~"))
                .startsWith("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nY: 2\r\n")
                .containsOnlyOnce("\r\nHost:");
    }

    @ParameterizedTest
    @CsvSource({
        "a, 200",
        "A, 200",
        "a:80, 200",
        "a:65535, 200",
        "a., 200",
        "b, 404",
        "a.b, 404",
        "127.0.0.1, 404",
        "[::1]:8080, 404",
        "a_b, 404",
        "xn--bcher-kva, 404",
        "a%62, 404",
    })
    void aValidHostIsRoutedByItsNameAlone(String host, int status) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", upstream.port())
                        .hostRoute("shop", "a", "legacy")
                        .start();
                RawClient client = server.client()) {
            client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(status);
            if (status == 200) {
                assertThat(upstream.nextHead()).contains("\r\nHost: " + host + "\r\n");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://shop/x?y, shop, /x?y",
        "HTTP://shop:81/x, shop:81, /x",
        "https://shop/x, shop, /x",
        "http://shop, shop, /",
        "http://shop?y, shop, /?y",
    })
    void theAuthorityOfATargetReplacesHostAndRoutes(String target, String host, String path) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", upstream.port())
                        .hostRoute("shop", "shop", "legacy")
                        .start()) {
            assertThat(forwarded(server, upstream, "GET " + target + " HTTP/1.1~Host: other~~"))
                    .startsWith("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n")
                    .doesNotContain("other");
        }
    }

    @Test
    void aTargetNeverChoosesTheUpstream() throws Exception {
        try (RawUpstream routed = RawUpstream.answering(RawUpstream.ok(""));
                RawUpstream victim = RawUpstream.answering(RawUpstream.ok("secret"));
                TestServer server = setup(routed).start()) {
            String authority = "127.0.0.1:" + victim.port();
            assertThat(forwarded(server, routed, "GET http://" + authority + "/x HTTP/1.1~Host: a~~"))
                    .startsWith("GET /x HTTP/1.1\r\nHost: " + authority + "\r\n");
            assertThat(victim.accepted()).isZero();
        }
    }

    @Test
    void whatIsAtItsBoundPasses() throws Exception {
        String line = "GET /" + "p".repeat(8192 - "GET / HTTP/1.1".length()) + " HTTP/1.1";
        String cookie = "Cookie: " + "c".repeat(8192 - "Cookie: ".length());
        String value = "X: " + "v".repeat(8192 - "X: ".length());
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream).start()) {
            assertThat(forwarded(server, upstream, line + "~Host: a~~")).startsWith(line);
            assertThat(forwarded(server, upstream, "GET / HTTP/1.1~Host: a~" + cookie + "~~"))
                    .contains(cookie + "\r\n");
            assertThat(forwarded(server, upstream, "GET / HTTP/1.1~Host: a~" + value + "~~"))
                    .contains(value + "\r\n");
            assertThat(forwarded(server, upstream, "GET / HTTP/1.1~Host: a~" + "X: 1~".repeat(99) + "~"))
                    .contains("X: 1\r\n".repeat(99));
            String head = "GET / HTTP/1.1~Host: a~" + (value.substring(0, 8000) + "~").repeat(4);
            int left = (32 << 10) - head.replace("~", "\r\n").length() - "X: ~".length() - 1;
            assertThat(forwarded(server, upstream, head + "X: " + "v".repeat(left) + "~~"))
                    .contains("v".repeat(left));
        }
    }

    @Test
    void aConnectionCarriesAsManyRequestsAsItsBound() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream).limits("maxRequests: 3").start();
                RawClient client = server.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(4));
            assertThat(client.answer().head()).doesNotContain("Connection");
            assertThat(client.answer().head()).doesNotContain("Connection");
            assertThat(client.answer().head()).contains("\r\nConnection: close\r\n");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aConnectionEndsWhenItIsIdleOrOld() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream)
                        .limits("idleTimeout: 1s, maxRequests: 100")
                        .start();
                RawClient client = server.client()) {
            assertThat(client.get("/").answer().status()).isEqualTo(200);
            assertThat(client.rest()).isEmpty(); // without a 408: no request was begun
            assertThat(server.refused("head_timeout")).isZero();
        }
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream).limits("maxAge: 50ms").start();
                RawClient client = server.client()) {
            String head;
            do {
                head = client.get("/").answer().head();
            } while (!head.contains("\r\nConnection: close\r\n"));
            assertThat(client.rest()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Connection: close, Connection",
        "Connection: X-Mine~X-Mine: 1, X-Mine",
        "Connection: a; , Connection",
        "Connection: keep-alive~Keep-Alive: timeout=5, Keep-Alive",
        "Connection: 'x-MINE, keep-alive'~X-Mine: 1, X-Mine",
        "Proxy-Connection: keep-alive, Proxy-Connection",
        "TE: gzip, TE",
        "'Connection: TE~TE: gzip, deflate', TE",
        "TE: trailers, TE",
        "Connection: Upgrade~Upgrade: foo/2, Upgrade",
        "'Connection: Upgrade, HTTP2-Settings~Upgrade: h2c~HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA', HTTP2-Settings",
        "Upgrade: websocket, Upgrade",
    })
    void fieldsOfOneConnectionStayHere(String lines, String name) throws Exception {
        assertThat(forwarded("GET / HTTP/1.1~Host: a~" + lines.replace("'", "") + "~Y: 2~~"))
                .doesNotContainIgnoringCase("\r\n" + name + ":")
                .doesNotContainIgnoringCase("\r\nConnection:")
                .contains("\r\nY: 2\r\n");
    }

    @Test
    void trailersAreStillAskedFor() throws Exception {
        assertThat(forwarded("GET / HTTP/1.1~Host: a~Connection: TE~TE: gzip, trailers~~"))
                .contains("\r\nTE: trailers\r\n")
                .doesNotContain("gzip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Content-Length",
                "Cookie",
                "Authorization",
                "X-Forwarded-For",
                "X-Forwarded-Proto",
                "Via"
            })
    void aListedFieldThatMattersIsNotStripped(String name) throws Exception {
        String head = forwarded("POST / HTTP/1.1~Host: a~Connection: " + name
                + "~Content-Length: 0~Cookie: a=b~Authorization: Basic eDp5~Via: 1.0 x~~");
        assertThat(head).contains("\r\n" + name + ": ").contains("\r\nX-Forwarded-For: 127.0.0.1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: gopher", "X-Forwarded-Host: evil",
                        "X-Forwarded-Port: 1",
                "X-Forwarded-Prefix: /evil", "Forwarded: for=6.6.6.6", "X-Real-IP: 6.6.6.6", "X-Proxy-Reason: evil",
                "X-Crossfade-Variant: evil", "x-forwarded-for: 6.6.6.6~X-FORWARDED-FOR: 7.7.7.7"
            })
    void whatAStrangerSaysOfWhereHeIsIsOverwritten(String lines) throws Exception {
        String head = forwarded("GET / HTTP/1.1~Host: a~" + lines + "~~");
        assertThat(head)
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n"
                        + "X-Forwarded-Host: a\r\nVia: 1.1 crossfade\r\n\r\n");
    }

    @Test
    void whatATrustedPeerSaysIsKeptAndThePeerComesLast() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream)
                        .trusting(new Cidr(InetAddress.getByName("127.0.0.0"), 8))
                        .start()) {
            assertThat(forwarded(
                            server,
                            upstream,
                            "GET / HTTP/1.1~Host: a~X-Forwarded-For: 6.6.6.6~X-Forwarded-For: 7.7.7.7~"
                                    + "X-Forwarded-Proto: https~X-Forwarded-Host: b~Forwarded: for=6.6.6.6~~"))
                    .contains("\r\nX-Forwarded-For: 6.6.6.6, 7.7.7.7, 127.0.0.1\r\n")
                    .contains("\r\nX-Forwarded-Proto: https\r\n", "\r\nX-Forwarded-Host: b\r\n")
                    .contains("\r\nForwarded: for=6.6.6.6\r\n")
                    .doesNotContain("X-Forwarded-Host: a");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X_Forwarded_For", "x_real_ip", "CONTENT_LENGTH", "_", "a_"})
    void namesWithAnUnderscoreAreDroppedRejectedOrAllowed(String name) throws Exception {
        String request = "GET / HTTP/1.1~Host: a~" + name + ": 6~Y: 2~~";
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream).start()) {
            assertThat(forwarded(server, upstream, request))
                    .doesNotContain(name + ":")
                    .contains("\r\nY: 2\r\n");
            assertThat(server.metric("crossfade_dropped_fields_total")).isEqualTo(1);
        }
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream)
                        .underscores(Listener.UnderscoreNames.ALLOW)
                        .start()) {
            assertThat(forwarded(server, upstream, request)).contains("\r\n" + name + ": 6\r\n");
        }
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream)
                        .underscores(Listener.UnderscoreNames.REJECT)
                        .start();
                RawClient client = server.client()) {
            client.send(request.replace("~", "\r\n"));
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.head())
                    .contains("\r\nx-proxy-reason: underscore_in_field_name\r\n", "\r\nConnection: close\r\n");
            assertThat(client.rest()).isEmpty();
            assertThat(upstream.accepted()).isZero();
            assertThat(server.refused("underscore_in_field_name")).isEqualTo(1);
        }
    }

    @Test
    void anUpgradeToH2cIsServedAsHttp11() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("plain"));
                TestServer server = setup(upstream).start();
                RawClient client = server.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertThat(answer.head()).startsWith("HTTP/1.1 200 ").doesNotContain("Connection", "Upgrade");
            assertThat(answer.body()).isEqualTo("plain");
            assertThat(upstream.nextHead()).doesNotContain("Upgrade", "Settings", "h2c", "Connection");
            assertThat(client.get("/again").answer().body()).isEqualTo("plain"); // and parsed as HTTP/1.1 after it
        }
    }

    @Test
    void anExpectationPassesOnce() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send("HTTP/1.1 100 Continue\r\n\r\n");
                    c.send(RawUpstream.ok(c.body(4)));
                });
                TestServer server = setup(upstream).start();
                RawClient client = server.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("body");
            assertThat(client.answer().body()).isEqualTo("body");
            assertThat(upstream.nextHead()).containsOnlyOnce("Expect: 100-Continue\r\n");
        }
    }

    @Test
    void anExpectationThatComesTwicePassesOnce() throws Exception {
        assertThat(forwarded("PUT / HTTP/1.1~Host: a~Expect: 100-continue~Expect: 100-continue~Content-Length: 1~~x"))
                .containsOnlyOnce("Expect: 100-continue");
    }

    @Test
    void aTrailerWithAnUnderscoreIsDroppedAndCounted() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream).start();
                RawClient client = server.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "0\r\nX_Forwarded_For: 6.6.6.6\r\nHost: b\r\nX-Sum: 1\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(server.metric("crossfade_dropped_fields_total")).isEqualTo(2);
        }
    }

    @Test
    void anExpectationOfHttp10IsForgotten() throws Exception {
        assertThat(forwarded("PUT / HTTP/1.0~Host: a~Expect: 100-continue~Content-Length: 1~~x"))
                .doesNotContain("Expect");
    }

    @Test
    void aFinalAnswerInsteadOfContinueEndsTheConnectionAndTheBodyIsNoRequest() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    for (String head = c.head(); head != null; head = c.head()) {
                        c.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
                    }
                });
                TestServer server = setup(upstream).start();
                RawClient client = server.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 40\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertThat(answer.head()).startsWith("HTTP/1.1 401 ").contains("\r\nConnection: close\r\n");
            client.send("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.rest()).isEmpty();
            assertThat(server.client().get("/good").answer().status()).isEqualTo(401);
            assertThat(List.of(String.valueOf(upstream.nextHead()), String.valueOf(upstream.nextHead())))
                    .satisfiesExactly(
                            head -> assertThat(head).startsWith("PUT / "),
                            head -> assertThat(head).startsWith("GET /good "));
        }
    }

    @ParameterizedTest
    @MethodSource
    void whatRoutesReadAlikePassesUnchanged(String path) throws Exception {
        assertThat(forwarded("GET " + path + " HTTP/1.1~Host: a~~")).startsWith("GET " + path + " HTTP/1.1\r\n");
    }

    static Stream<String> whatRoutesReadAlikePassesUnchanged() {
        return Stream.of(
                "//",
                "//a//b//",
                "/a%2fb",
                "/a%2Fb",
                "/a/./b",
                "/a/../b",
                "/a/.",
                "/a/..",
                "/%7euser",
                "/%41",
                "/...",
                "/a..b",
                "/.well-known/x",
                "/a%",
                "/a%2",
                "/a%zz",
                "/a%25%32%66",
                "/a?../../x",
                "/a?%00%5c\\",
                "/%e4%b8%ad",
                "/a;b=c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/public/../secret",
                "/public/..//secret/x",
                "/%70ublic/x",
                "//public",
                "/publi%63",
                "/./secret",
                "/public%2f..%2fsecret",
                "/x/../secret"
            })
    void aPathThatRoutesReadDifferentlyIsRefused(String path) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", upstream.port())
                        .route("rest", "/", "legacy")
                        .route("public", "/public", "legacy")
                        .route("secret", "/secret", "legacy")
                        .start();
                RawClient client = server.client()) {
            client.get(path).send("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.head()).contains("\r\nx-proxy-reason: ambiguous_path\r\n", "\r\nConnection: close\r\n");
            assertThat(client.rest()).isEmpty();
            assertThat(upstream.accepted()).isZero();
            assertThat(server.refused("ambiguous_path")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource
    void whatIsOddButLegalPassesByteForByte(String answer) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(answer);
                TestServer server = setup(upstream).start();
                RawClient client = server.client()) {
            assertThat(client.get("/").until("\r\n\r\n")).isEqualTo(answer);
            assertThat(client.get("/").until("\r\n\r\n")).isEqualTo(answer);
            boolean announcesWhatDoesNotCome = answer.contains(" 304 ") && answer.contains("Content-Length");
            assertThat(upstream.accepted()).isEqualTo(announcesWhatDoesNotCome ? 2 : 1);
        }
    }

    static Stream<String> whatIsOddButLegalPassesByteForByte() {
        return Stream.of(
                        "HTTP/1.1 200 ~L~~",
                        "HTTP/1.1 200 caf\u00e9 \t!~L~~",
                        "HTTP/1.1 299 Unheard of~L~~",
                        "HTTP/1.1 599 The last~L~~",
                        "HTTP/1.1 200 OK~l~~",
                        "HTTP/1.1 200 OK~L~X:~Y: ~Z:z~~",
                        "HTTP/1.1 200 OK~X: \u00e4\u0080\u00ff~L~X_Y: 1~~",
                        "HTTP/1.1 200 OK~Set-Cookie: a=b~L~Set-Cookie: a=c; Path=/~Set-Cookie: a={\"b\"}~~",
                        "HTTP/1.1 302 Found~Location: /a|b{c}?d=\u00e4~L~~",
                        "HTTP/1.1 200 OK~L~X: " + "v".repeat(60_000) + "~~",
                        "HTTP/1.1 200 OK~" + "X: 1~".repeat(900) + "L~~",
                        "HTTP/1.1 304 Not Modified~Content-Length: 7~ETag: W/\"a\"~~")
                .map(answer -> answer.replace("~L~", "~Content-Length: 0~")
                        .replace("~l~", "~content-length: 0~")
                        .replace("~", "\r\n"));
    }

    @Test
    void anEndpointThatRefusesSaysSo() throws IOException {
        int closed;
        try (RawUpstream gone = RawUpstream.answering("")) {
            closed = gone.port();
        }
        try (TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", closed)
                        .route("all", "/", "legacy")
                        .start();
                RawClient client = server.client()) {
            for (int i = 0; i < 20; i++) {
                expect(client.get("/").answer(), 502, "upstream_refused");
            }
            RawClient.Answer open = client.get("/").answer(); // the client's connection lives through all of them
            expect(open, 503, "breaker_open");
            assertThat(open.head()).contains("\r\nRetry-After: 1\r\n");
        }
    }

    private static void expect(RawClient.Answer answer, int status, String reason) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.head())
                .contains("\r\nx-proxy-reason: " + reason + "\r\n", "\r\nContent-Type: application/problem+json\r\n")
                .doesNotContain("Connection: close");
        assertThat(answer.body()).contains("\"status\":" + status, "\"reason\":\"" + reason + "\"");
    }
}
