package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.crossfade.config.Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How exchanges and connections end when one side is slow, early, half gone or wrong. */
class EndingTest {
    private static final String IN_FLIGHT = "crossfade_requests_in_flight";

    @TempDir
    Path data;

    private TestServer.Setup setup(RawUpstream upstream) {
        return new TestServer.Setup(data).upstream("legacy", upstream.port()).route("all", "/", "legacy");
    }

    private static void awaitInFlight(TestServer server, int requests) {
        await().untilAsserted(() -> assertThat(server.metric(IN_FLIGHT)).isEqualTo(requests));
    }

    /** Longer than the proxy lingers or lets a connection idle in these tests: the time is what is tested. */
    private static void pauseOf(Duration time) {
        await().pollDelay(time).timeout(time.plusSeconds(5)).until(() -> true);
    }

    /** Answers of many sizes: for some of them the last bytes fit into the proxy's queue but not into the kernel's. */
    @ParameterizedTest
    @CsvSource({
        "IO_URING, close, 4000, 2400",
        "EPOLL, close, 4000, 2400",
        "NIO, close, 4000, 2400",
        "AUTO, keep-alive, 3000, 4000"
    })
    void aSlowClientGetsTheWholeOfTheLastAnswer(
            Config.Transport transport, String connection, long idleMillis, long pauseMillis) throws Exception {
        int step = 40_000; // less than the queue holds; the kernel takes some 2.6 MB on loopback
        int smallest = 50;
        int largest = 120;
        List<RawClient> clients = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(c -> {
                    int length =
                            step * Integer.parseInt(String.valueOf(c.head()).split("[/ ]", 4)[2]);
                    c.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                    c.send(new byte[length]);
                    c.head();
                });
                TestServer server = setup(upstream)
                        .transport(transport)
                        .limits("idleTimeout: " + idleMillis + "ms")
                        .start()) {
            for (int i = smallest; i <= largest; i++) {
                RawClient client = new RawClient(server.address(), 16 << 10);
                clients.add(client);
                client.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\nConnection: " + connection + "\r\n\r\n");
            }
            pauseOf(Duration.ofMillis(pauseMillis));
            for (int i = smallest; i <= largest; i++) {
                RawClient client = clients.get(i - smallest);
                client.head();
                assertThat(client.in().readNBytes(i * step).length)
                        .as("answer %s", i)
                        .isEqualTo(i * step);
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aChunkedAnswerCutShortIsAResetForHttp10() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                    seen.await(5, TimeUnit.SECONDS);
                });
                TestServer server = setup(upstream).start();
                RawClient client = server.client()) {
            client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
            client.head();
            assertThat(client.until("half")).isEqualTo("half");
            seen.countDown();
            assertThatThrownBy(client::rest).hasMessageContaining("reset");
        }
    }

    /** The first answer fills a read exactly; what the upstream sent unasked comes with the next read of the same round. */
    @ParameterizedTest
    @EnumSource(Config.Transport.class)
    void bytesBehindAnAnswerAreNotTheNextOnesAnswer(Config.Transport transport) throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: ";
        int length = 4096 - head.length() - 8;
        String first = head + length + "\r\n\r\n" + "1".repeat(length);
        assertThat(first).hasSize(4096);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    String asked = String.valueOf(c.head());
                    if (asked.startsWith("GET /1 ")) {
                        c.send(first + RawUpstream.ok("poison"));
                    } else {
                        c.send(RawUpstream.ok("2"));
                    }
                    c.head();
                });
                TestServer server = setup(upstream).transport(transport).start();
                RawClient client = server.client()) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.answer().body()).hasSize(length);
            assertThat(client.answer().body()).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @EnumSource(Config.Transport.class)
    void anAnswerBeforeTheEndOfALargeBodyReachesTheClientAlthoughTheUpstreamCloses(Config.Transport transport)
            throws Exception {
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
                });
                TestServer server = setup(upstream).transport(transport).start()) {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = server.client()) {
                    upload(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + (4 << 20) + "\r\n\r\n", 4 << 20);
                    RawClient.Answer answer = client.answer();
                    assertThat(answer.status()).as("round %s", i).isEqualTo(413);
                    assertThat(answer.body()).isEqualTo("no");
                }
            }
            awaitInFlight(server, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Config.Transport.class)
    void aClientThatKeepsSendingStillGetsItsRefusal(Config.Transport transport) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("never"));
                TestServer server = setup(upstream).transport(transport).start();
                RawClient client = server.client()) {
            upload(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", 8 << 20);
            assertThat(client.answer().status()).isEqualTo(413);
        }
    }

    /** Sends all of it before it looks for an answer, as simple clients do; an end of the connection only stops it. */
    private static void upload(RawClient client, String head, int body) throws IOException {
        client.send(head);
        byte[] part = new byte[64 << 10];
        for (int sent = 0; sent < body; sent += part.length) {
            try {
                client.socket.getOutputStream().write(part);
            } catch (IOException closed) {
                return;
            }
        }
    }

    @Test
    void drainingClosesAConnectionWhoseAnswerHadBegunBefore() throws Exception {
        CountDownLatch draining = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
                    draining.await(5, TimeUnit.SECONDS);
                    c.send("half");
                    c.head();
                });
                TestServer server = setup(upstream).start();
                RawClient idle = server.client();
                RawClient busy = server.client()) {
            assertThat(busy.get("/").head()).doesNotContain("Connection: close");
            Thread closer = new Thread(server::close);
            closer.start();
            assertThat(idle.rest()).isEmpty();
            draining.countDown();
            assertThat(busy.rest()).isEqualTo("halfhalf");
            closer.join(5_000);
            assertThat(closer.isAlive()).isFalse();
        }
    }

    /** As nginx does it (proxy_ignore_client_abort off): the end of what a client sends is the end of its wish. */
    @ParameterizedTest
    @EnumSource(Config.Transport.class)
    void aClientThatEndsItsSideBeforeTheAnswerIsGone(Config.Transport transport) throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    end.complete(c.in().read());
                });
                TestServer server = setup(upstream).transport(transport).start();
                RawClient client = server.client()) {
            client.get("/");
            assertThat(upstream.nextHead()).startsWith("GET / ");
            client.socket.shutdownOutput();
            assertThat(client.rest()).isEmpty();
            assertThat(end.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
            awaitInFlight(server, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Config.Transport.class)
    void anAddressInUseIsNamedAndNoThreadIsLeft(Config.Transport transport) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"));
                RawUpstream upstream = RawUpstream.answering(RawUpstream.ok(""))) {
            InetSocketAddress address = new InetSocketAddress("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> setup(upstream)
                            .transport(transport)
                            .address(address)
                            .start())
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("listener edge cannot be bound to 127.0.0.1:" + taken.getLocalPort() + ": ")
                    .hasMessageEndingWith("(expected: an address of this machine whose port is free and allowed)");
            awaitNoEdgeThreads();
        }
    }

    @Test
    void aDataFolderInUseLeavesNoThread() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("here"))) {
            int threads = 3; // two event loops, and what has them sweep
            try (TestServer server = setup(upstream).start();
                    RawClient client = server.client()) {
                await().untilAsserted(() -> assertThat(edgeThreads()).isEqualTo(threads));
                assertThatThrownBy(() -> setup(upstream).start()).isInstanceOf(IOException.class);
                await().untilAsserted(() -> assertThat(edgeThreads()).isEqualTo(threads));
                assertThat(client.get("/").answer().body()).isEqualTo("here");
            }
            awaitNoEdgeThreads();
        }
    }

    private static void awaitNoEdgeThreads() {
        await().untilAsserted(() -> assertThat(edgeThreads()).isZero());
    }

    private static int edgeThreads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("edge"))
                .count();
    }

    /** A body that such an upstream sends after all would come when the connection carries the next request already. */
    @ParameterizedTest
    @CsvSource({
        "HEAD, HTTP/1.1 200 OK~Content-Length: 40~~, 2",
        "HEAD, HTTP/1.1 200 OK~Transfer-Encoding: chunked~~, 2",
        "HEAD, HTTP/1.1 200 OK~~, 2",
        "HEAD, HTTP/1.1 200 OK~Content-Length: 0~~, 1",
        "GET, HTTP/1.1 304 Not Modified~Content-Length: 40~~, 2",
        "GET, HTTP/1.1 304 Not Modified~ETag: x~~, 1",
        "GET, HTTP/1.1 204 No Content~Content-Length: 40~~, 2",
        "GET, HTTP/1.1 204 No Content~~, 1"
    })
    void aConnectionOnWhichABodyMayStillComeIsNotUsedAgain(String method, String answer, int connections)
            throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(answer.replace("~", "\r\n"));
                TestServer server = setup(upstream).start();
                RawClient client = server.client()) {
            String request = method + " / HTTP/1.1\r\nHost: a\r\n\r\n";
            client.send(request + request);
            client.head();
            client.head();
            assertThat(upstream.accepted()).isEqualTo(connections);
        }
    }

    @Test
    void anHttp10ClientSeesNoTransferEncodingWithoutABodyEither() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                TestServer server = setup(upstream).start();
                RawClient client = server.client()) {
            client.send("HEAD / HTTP/1.0\r\nHost: a\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("Transfer-Encoding");
            assertThat(client.rest()).isEmpty();
        }
    }
}
