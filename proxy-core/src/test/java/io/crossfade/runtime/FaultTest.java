package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Config;
import io.crossfade.config.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees when the upstream, the client itself or a bound stands in the way. */
class FaultTest {
    @TempDir
    Path data;

    private TestServer.Setup setup(int... ports) {
        return new TestServer.Setup(data).upstream("legacy", ports).route("all", "/", "legacy");
    }

    private static int closedPort() throws IOException {
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return s.getLocalPort();
        }
    }

    private static void expect(RawClient client, int status, String reason) throws IOException {
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.head()).contains("x-proxy-reason: " + reason + "\r\n");
        assertThat(answer.body())
                .contains("\"reason\":\"" + reason + "\"")
                .doesNotContain("127.0.0.1"); // no client need know where the endpoints are
    }

    @Test
    void aRefusedConnectIs502AndTheClientConnectionStays() throws Exception {
        try (TestServer server = setup(closedPort()).start();
                RawClient client = server.client()) {
            expect(client.get("/"), 502, "upstream_refused");
            expect(client.get("/"), 502, "upstream_refused");
        }
    }

    @Test
    void aRefusedConnectIsTriedOnTheNextEndpoint() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("here"));
                TestServer server = setup(closedPort(), upstream.port()).start();
                RawClient client = server.client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.get("/").answer().body()).isEqualTo("here");
            }
        }
    }

    @Test
    void aConnectThatIsNotAnsweredIs504() throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        List<Socket> filling = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, loopback)) {
            for (int i = 0; i < 4; i++) { // the accept queue holds two; further handshakes hang
                Socket s = new Socket();
                filling.add(s);
                var unused = s.getChannel();
                s.setSoTimeout(1);
                connectQuietly(s, full.getLocalPort());
            }
            try (TestServer server = new TestServer.Setup(data)
                            .upstream("legacy", u -> u.connectTimeout(Duration.ofMillis(200)), full.getLocalPort())
                            .route("all", "/", "legacy")
                            .start();
                    RawClient client = server.client()) {
                expect(client.get("/"), 504, "connect_timeout");
            }
        } finally {
            for (Socket s : filling) {
                s.close();
            }
        }
    }

    private static void connectQuietly(Socket s, int port) throws IOException {
        try {
            s.connect(new java.net.InetSocketAddress("127.0.0.1", port), 50);
        } catch (java.net.SocketTimeoutException full) {
            assertThat(full).isNotNull(); // that is the point: the queue is full now
        }
    }

    /**
     * A reset right behind the bytes is easily lost by a transport that asks the kernel only once. Sixteen clients at a time,
     * so that event loops find both at one look.
     */
    @Test
    void aResetRightBehindAPartOfTheAnswerEndsTheClientsConnectionAtOnce() throws Exception {
        String half = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(500);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send(half);
                    c.reset();
                });
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", TestServer.UpstreamSetup::neverOpening, upstream.port())
                        .route("all", "/", "legacy")
                        .start()) {
            for (int round = 0; round < 40; round++) {
                List<RawClient> clients = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    clients.add(server.client());
                }
                for (RawClient client : clients) {
                    client.get("/");
                }
                for (RawClient client : clients) {
                    client.socket.setSoTimeout(2_000); // a lost reset waits for the idle timeout of 5 s
                    assertThat(client.rest()).doesNotContain("x".repeat(501));
                    client.close();
                }
            }
        }
    }

    /** A server that closes with something unread resets; what it had answered before is whole, however slowly it is taken. */
    @ParameterizedTest
    @EnumSource(value = Config.Transport.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void aWholeAnswerInFrontOfAResetReachesASlowClient(Config.Transport transport) throws Exception {
        int length = 3_000_000;
        String body = "x".repeat(length);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send(RawUpstream.ok(body));
                    Thread.sleep(300); // so that the proxy's side of the kernel has it
                    c.reset();
                });
                TestServer server = new TestServer.Setup(data)
                        .transport(transport)
                        .upstream("legacy", upstream.port())
                        .route("all", "/", "legacy")
                        .start();
                RawClient client = new RawClient(server.address(), 4096)) {
            client.get("/");
            Thread.sleep(1_200); // takes nothing meanwhile
            assertThat(client.answer().body()).hasSize(length);
        }
    }

    @Test
    void anAnswerThatDoesNotComeIs504() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    over.await(10, TimeUnit.SECONDS);
                });
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", u -> u.responseTimeout(Duration.ofMillis(300)), upstream.port())
                        .route("all", "/", "legacy")
                        .start();
                RawClient client = server.client()) {
            expect(client.get("/"), 504, "response_timeout");
            over.countDown();
        }
    }

    @Test
    void anAnswerThatStopsIsCut() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    over.await(10, TimeUnit.SECONDS);
                });
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", u -> u.idleTimeout(Duration.ofMillis(300)), upstream.port())
                        .route("all", "/", "legacy")
                        .start();
                RawClient client = server.client()) {
            client.get("/").head();
            assertThat(client.rest()).isEqualTo("half");
            over.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: one\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\nY: b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n",
            })
    void anAmbiguousAnswerIs502AndItsConnectionIsGone(String bad) throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send(bad);
                    c.head();
                });
                TestServer server = setup(upstream.port()).start();
                RawClient client = server.client()) {
            expect(client.get("/"), 502, "bad_response");
            expect(client.get("/"), 502, "bad_response");
            assertThat(upstream.accepted()).isEqualTo(2);
        }
    }

    @Test
    void tooManyInterimAnswersAre502() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(9) + RawUpstream.ok(""));
                });
                TestServer server = setup(upstream.port()).start();
                RawClient client = server.client()) {
            client.get("/");
            for (int i = 0; i < 8; i++) {
                assertThat(client.head()).startsWith("HTTP/1.1 103");
            }
            expect(client, 502, "bad_response");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST / HTTP/1.1~Host: a~Content-Length: 3~Transfer-Encoding: chunked~~abc | 400 | length_and_encoding",
                "GET / HTTP/1.1~Host: a~Host: a~~ | 400 | duplicate_host",
                "GET / HTTP/1.1~~ | 400 | missing_host",
                "GET /%2e%2e/x HTTP/1.1~Host: a~~ | 400 | dangerous_path",
                "TRACE / HTTP/1.1~Host: a~~ | 405 | method_not_allowed",
                "CONNECT a:1 HTTP/1.1~Host: a~~ | 501 | method_not_implemented",
                "GET / HTTP/3.0~Host: a~~ | 505 | unsupported_version",
                "POST / HTTP/1.1~Host: a~Expect: 200-ok~Content-Length: 0~~ | 417 | expectation_failed",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~ | 501 | unknown_encoding",
                "POST /up HTTP/1.1~Host: a~Content-Length: 99999999~~ | 413 | body_too_large",
            })
    void aRefusedRequestReachesNothingAndEndsTheConnection(String request, int status, String reason) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("never"));
                TestServer server = setup(upstream.port()).start();
                RawClient client = server.client()) {
            client.send(request.replace("~", "\r\n") + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            expect(client, status, reason);
            assertThat(client.rest()).isEmpty();
            assertThat(upstream.accepted()).isZero();
            assertThat(server.metric("crossfade_refused_requests_total{reason=\"" + reason + "\",}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aChunkedBodyOverTheLimitIs413AndTheUpstreamNeverSeesItsEnd() throws Exception {
        java.util.concurrent.CompletableFuture<String> seen = new java.util.concurrent.CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    seen.complete(String.valueOf(c.until("0\r\n\r\n")));
                });
                TestServer server = new TestServer.Setup(data)
                        .limits("body: 1000B")
                        .upstream("legacy", upstream.port())
                        .route("all", "/", "legacy")
                        .start();
                RawClient client = server.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" + "x".repeat(500)
                    + "\r\n");
            client.send("1f5\r\n" + "x".repeat(501) + "\r\n0\r\n\r\n");
            expect(client, 413, "body_too_large");
            assertThat(seen.get(5, TimeUnit.SECONDS)).isEqualTo("null");
        }
    }

    @Test
    void aBadChunkAfterForwardingBeganAbortsTheUpstream() throws Exception {
        java.util.concurrent.CompletableFuture<String> seen = new java.util.concurrent.CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    seen.complete(String.valueOf(c.until("0\r\n\r\n")));
                });
                TestServer server = setup(upstream.port()).start();
                RawClient client = server.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n");
            assertThat(upstream.nextHead()).startsWith("POST / ");
            client.send("zz\r\n0\r\n\r\n");
            expect(client, 400, "malformed_chunk_size");
            assertThat(client.rest()).isEmpty();
            assertThat(seen.get(5, TimeUnit.SECONDS)).isEqualTo("null");
        }
    }

    @Test
    void noRouteIs404AndAPathThatSelectsAnotherRouteByItsNormalFormIs400() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", upstream.port())
                        .route("public", "/public", "legacy")
                        .route("secret", "/secret", "legacy")
                        .start();
                RawClient client = server.client();
                RawClient sly = server.client()) {
            expect(client.get("/other"), 404, "no_route");
            assertThat(client.get("/public//a%2fb").answer().status()).isEqualTo(200);
            assertThat(upstream.nextHead()).startsWith("GET /public//a%2fb HTTP/1.1");
            expect(sly.get("/public/../secret"), 400, "ambiguous_path");
        }
    }

    @Test
    void aHeadThatIsNotCompleteInTimeIs408AndASilentConnectionIsClosed() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = new TestServer.Setup(data)
                        .limits("headTimeout: 300ms, idleTimeout: 600ms, maxRequests: 3, maxConnections: 4")
                        .upstream("legacy", upstream.port())
                        .route("all", "/", "legacy")
                        .start()) {
            try (RawClient slow = server.client();
                    RawClient silent = server.client()) {
                slow.send("GET / HTTP/1.1\r\nHost: ");
                expect(slow, 408, "head_timeout");
                assertThat(silent.rest()).isEmpty();
                assertThat(server.refused("head_timeout")).isEqualTo(1);
            }
            try (RawClient busy = server.client()) { // maxRequests is 3
                assertThat(busy.get("/").answer().head()).doesNotContain("Connection: close");
                assertThat(busy.get("/").answer().head()).doesNotContain("Connection: close");
                assertThat(busy.get("/").answer().head()).contains("Connection: close");
                assertThat(busy.rest()).isEmpty();
            }
            List<RawClient> four = new ArrayList<>(); // maxConnections is 4
            Awaitility.await().untilAsserted(() -> {
                while (four.size() < 4) {
                    RawClient one = server.client();
                    four.add(one);
                }
                RawClient fifth = server.client();
                assertThat(fifth.rest()).isEmpty();
                fifth.close();
            });
            for (RawClient one : four) {
                one.close();
            }
        }
    }

    @Test
    void underscoreNamesAreDroppedAndCounted() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream.port()).start();
                RawClient client = server.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX_Forwarded_For: 6.6.6.6\r\nX-B: 1\r\n\r\n");
            client.answer();
            assertThat(upstream.nextHead()).contains("X-B: 1").doesNotContain("X_Forwarded_For");
            assertThat(server.metric("crossfade_dropped_fields_total")).isEqualTo(1);
        }
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = setup(upstream.port())
                        .underscores(Listener.UnderscoreNames.REJECT)
                        .start();
                RawClient client = server.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX_Y: 1\r\n\r\n");
            expect(client, 400, "underscore_in_field_name");
        }
    }

    @Test
    void moreRequestsThanMayWaitAre503() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    over.await(10, TimeUnit.SECONDS);
                    c.send(RawUpstream.ok("late"));
                });
                TestServer server = new TestServer.Setup(data)
                        .loops(1)
                        .upstream(
                                "legacy", u -> u.maxConnections(1).maxPending(1).maxIdle(1), upstream.port())
                        .route("all", "/", "legacy")
                        .start();
                RawClient first = server.client();
                RawClient second = server.client();
                RawClient third = server.client()) {
            first.get("/1");
            assertThat(upstream.nextHead()).startsWith("GET /1 ");
            second.get("/2");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(server.metric("crossfade_requests_in_flight"))
                            .isEqualTo(2));
            third.get("/3");
            RawClient.Answer refused = third.answer();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.head()).contains("x-proxy-reason: overloaded").contains("Retry-After: 1");
            over.countDown();
            assertThat(first.answer().body()).isEqualTo("late");
        }
    }

    @Test
    void anOpenBreakerIs503WithRetryAfterAndItsStateIsOnTheMetrics() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
                TestServer server = setup(upstream.port()).start();
                RawClient client = server.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("/").answer().status()).isEqualTo(500);
            }
            RawClient.Answer answer = client.get("/").answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.head()).contains("x-proxy-reason: breaker_open").contains("Retry-After: 1");
            assertThat(server.metric("resilience4j_circuitbreaker_state{name=\"legacy\",state=\"open\",}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void drainingEndsKeepAliveAndLetsARequestInFlightEnd() throws Exception {
        CountDownLatch draining = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    draining.await(5, TimeUnit.SECONDS);
                    c.send(RawUpstream.ok("whole"));
                });
                TestServer server = setup(upstream.port()).start();
                RawClient idle = server.client();
                RawClient busy = server.client()) {
            busy.get("/");
            upstream.nextHead();
            Thread closer = new Thread(server::close);
            closer.start();
            assertThat(idle.rest()).isEmpty();
            draining.countDown();
            RawClient.Answer answer = busy.answer();
            assertThat(answer.body()).isEqualTo("whole");
            assertThat(answer.head()).contains("Connection: close");
            busy.socket.close();
            closer.join(10_000);
            assertThat(closer.isAlive()).isFalse();
        }
    }

    @Test
    void anUpstreamThatDoesNotEvenSay100Is504() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.in().readAllBytes();
                });
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", u -> u.responseTimeout(Duration.ofMillis(300)), upstream.port())
                        .route("all", "/", "legacy")
                        .start();
                RawClient client = server.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            expect(client, 504, "response_timeout");
        }
    }

    @Test
    void anEmptyLineBehindABodyIsNoRequestThatIsLate() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("good"));
                TestServer server = setup(upstream.port())
                        .limits("headTimeout: 200ms, idleTimeout: 800ms")
                        .start();
                RawClient client = server.client()) {
            assertThat(client.get("/").answer().body()).isEqualTo("good");
            client.send("\r\n");
            assertThat(client.rest()).isEmpty();
            assertThat(server.refused("head_timeout")).isZero();
        }
    }
}
