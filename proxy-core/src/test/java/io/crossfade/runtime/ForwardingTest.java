package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossfade.config.Cidr;
import io.crossfade.config.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What passes through, byte for byte, over real sockets. */
class ForwardingTest {
    @TempDir
    Path data;

    private TestServer server(RawUpstream upstream) throws IOException {
        return new TestServer.Setup(data)
                .upstream("legacy", upstream.port())
                .route("all", "/", "legacy")
                .start();
    }

    @ParameterizedTest
    @EnumSource(
            value = Config.Transport.class,
            names = {"AUTO", "EPOLL", "NIO"})
    void aRequestReachesTheUpstreamWithForwardingFieldsAndTheAnswerComesBack(Config.Transport transport)
            throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("hello"));
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", upstream.port())
                        .route("all", "/", "legacy")
                        .transport(transport)
                        .start();
                RawClient client = server.client()) {
            client.send("GET /a?b=c HTTP/1.1\r\nHost: Shop.Example:81\r\nX-One: 1\r\nConnection: X-Two\r\nX-Two: 2\r\n"
                    + "X-Forwarded-For: 6.6.6.6\r\nKeep-Alive: 5\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.head()).doesNotContainIgnoringCase("connection:");
            assertThat(upstream.nextHead())
                    .isEqualTo("GET /a?b=c HTTP/1.1\r\nHost: Shop.Example:81\r\nX-One: 1\r\n"
                            + "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n"
                            + "X-Forwarded-Host: Shop.Example:81\r\nVia: 1.1 crossfade\r\n\r\n");
        }
    }

    @Test
    void aTrustedPeersForwardingFieldsAreKeptAndAppendedTo() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""));
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", upstream.port())
                        .route("all", "/", "legacy")
                        .trusting(new Cidr(InetAddress.getByName("127.0.0.0"), 8))
                        .start();
                RawClient client = server.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n\r\n");
            client.answer();
            assertThat(upstream.nextHead())
                    .contains("X-Forwarded-For: 6.6.6.6, 127.0.0.1\r\n")
                    .contains("X-Forwarded-Proto: https\r\n");
        }
    }

    @Test
    void bothSidesKeepTheirConnections() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("x"));
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.get("/" + i).answer().body()).isEqualTo("x");
            }
            assertThat(upstream.accepted()).isEqualTo(1);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    for (String head = c.head(); head != null; head = c.head()) {
                        c.body(Bytes.contentLength(head));
                        c.send(RawUpstream.ok(head.substring(0, head.indexOf(" HTTP"))));
                    }
                });
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                all.append("POST /").append(i).append(" HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
            }
            client.send(all.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(client.answer().body()).isEqualTo("POST /" + i);
            }
        }
    }

    @Test
    void aChunkedRequestPassesUntouchedWithItsTrailersFiltered() throws Exception {
        CompletableFuture<String> body = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    body.complete(c.until("\r\n\r\n"));
                    c.send(RawUpstream.ok("done"));
                });
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("4;ext=1\r\nwi");
            client.send("ki\r\n0\r\nX-Sum: 9\r\nHost: evil\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("done");
            assertThat(body.get(5, TimeUnit.SECONDS)).isEqualTo("4;ext=1\r\nwiki\r\n0\r\nX-Sum: 9\r\n\r\n");
        }
    }

    @Test
    void aChunkedAnswerPassesUntouchedToHttp11AndDecodedToHttp10() throws Exception {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n5\r\npedia\r\n0\r\n\r\n";
        try (RawUpstream upstream = RawUpstream.answering(chunked);
                TestServer server = server(upstream);
                RawClient eleven = server.client();
                RawClient ten = server.client()) {
            eleven.get("/");
            assertThat(eleven.head() + eleven.until("0\r\n\r\n")).isEqualTo(chunked);
            ten.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
            String head = ten.head();
            assertThat(head).contains("Connection: close").doesNotContainIgnoringCase("transfer-encoding");
            assertThat(ten.rest()).isEqualTo("wikipedia");
        }
    }

    @Test
    void anAnswerThatEndsWithItsConnectionEndsTheClientsToo() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send("HTTP/1.0 200 OK\r\nServer: python\r\n\r\nuntil the end");
                });
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            client.get("/");
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").contains("Connection: close\r\n");
            assertThat(client.rest()).isEqualTo("until the end");
        }
    }

    @Test
    void headAnd204And304HaveNoBody() throws Exception {
        Map<String, String> answers = Map.of(
                "HEAD /", "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n",
                "GET /204", "HTTP/1.1 204 No Content\r\n\r\n",
                "GET /304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n",
                "GET /", RawUpstream.ok("end"));
        try (RawUpstream upstream = new RawUpstream(c -> {
                    for (String head = c.head(); head != null; head = c.head()) {
                        c.send(answers.getOrDefault(head.substring(0, head.indexOf(" HTTP/1.1")), ""));
                    }
                });
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.head()).contains("Content-Length: 77");
            client.get("/204");
            assertThat(client.head()).startsWith("HTTP/1.1 204");
            client.get("/304");
            assertThat(client.head()).startsWith("HTTP/1.1 304");
            assertThat(client.get("/").answer().body()).isEqualTo("end");
        }
    }

    @Test
    void interimAnswersPassAndTheBodyFollowsTheContinue() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    String head = c.head();
                    c.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
                    String body = c.body(Bytes.contentLength(String.valueOf(head)));
                    c.send(RawUpstream.ok(body.toUpperCase(java.util.Locale.ROOT)));
                });
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            client.send("PUT /f HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 103");
            assertThat(client.head()).startsWith("HTTP/1.1 100");
            client.send("body");
            assertThat(client.answer().body()).isEqualTo("BODY");
            assertThat(upstream.nextHead()).contains("Expect: 100-continue");
        }
    }

    @Test
    void aFinalAnswerBeforeTheBodyEndsTheConnectionAndTheBodyIsNoRequest() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno");
                });
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            client.send("PUT /f HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 40\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(417);
            assertThat(answer.head()).contains("Connection: close");
            client.send("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n...");
            assertThat(client.rest()).isEmpty();
            assertThat(upstream.headsWaiting()).isEqualTo(1);
        }
    }

    @Test
    void aClientThatGoesAwayTakesItsUpstreamConnectionWithIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<Integer> end = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    asked.countDown();
                    end.complete(c.in().read());
                });
                TestServer server = server(upstream)) {
            try (RawClient client = server.client()) {
                client.get("/");
                assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(end.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
            org.awaitility.Awaitility.await()
                    .untilAsserted(() -> assertThat(
                                    server.metric(
                                            "crossfade_requests_total{route=\"all\",variant=\"none\",outcome=\"client_abort\",code_class=\"none\",}"))
                            .isEqualTo(1));
        }
    }

    @Test
    void anAnswerCutShortIsVisiblyShort() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    String head = String.valueOf(c.head());
                    if (head.startsWith("GET /length")) {
                        c.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                    } else if (head.startsWith("GET /chunked")) {
                        c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                    } else {
                        c.send("HTTP/1.0 200 OK\r\n\r\nhalf");
                        c.until("never");
                        return;
                    }
                    c.socket.close();
                });
                TestServer server = server(upstream)) {
            try (RawClient client = server.client()) {
                assertThatThrownBy(() -> client.get("/length").answer()).hasMessageContaining("after 4 of 100");
            }
            try (RawClient client = server.client()) {
                client.get("/chunked").head();
                assertThat(client.rest()).isEqualTo("4\r\nhalf\r\n").doesNotContain("0\r\n\r\n");
            }
        }
    }

    @Test
    void aResetInsideAnAnswerWithoutLengthResetsTheClient() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send("HTTP/1.0 200 OK\r\n\r\nhalf");
                    seen.await(5, TimeUnit.SECONDS);
                    c.reset();
                });
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            client.get("/").head();
            assertThat(client.until("half")).isEqualTo("half");
            seen.countDown();
            assertThatThrownBy(client::rest).hasMessageContaining("reset");
        }
    }

    @Test
    void aStaleConnectionIsReplacedForAnIdempotentRequestOnly() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    String head = c.head();
                    if (head != null) {
                        c.send(RawUpstream.ok("" + c.number));
                        c.head(); // and gone without an answer
                    }
                });
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            assertThat(client.get("/").answer().body()).isEqualTo("1");
            assertThat(client.get("/").answer().body()).isEqualTo("2");
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.head()).contains("x-proxy-reason: upstream_reset");
        }
    }

    @Test
    void bytesBehindAnAnswerNeverReachAClientAndEndTheConnection() throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send(RawUpstream.ok("mine") + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                    c.until("never");
                });
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            assertThat(client.get("/").answer().body()).isEqualTo("mine");
            assertThat(client.get("/").answer().body()).isEqualTo("mine");
            assertThat(upstream.accepted()).isEqualTo(2);
            assertThat(server.metric("crossfade_refused_requests_total{reason=\"upstream_surplus\",}"))
                    .isEqualTo(2);
        }
    }

    @Test
    void bytesOnAnIdleConnectionCloseIt() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CompletableFuture<Integer> end = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send(RawUpstream.ok("1"));
                    answered.await(5, TimeUnit.SECONDS);
                    c.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                    end.complete(c.in().read());
                });
                TestServer server = server(upstream);
                RawClient client = server.client()) {
            assertThat(client.get("/").answer().body()).isEqualTo("1");
            answered.countDown();
            assertThat(end.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
        }
    }
}
