package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.crossfade.config.Config;
import io.crossfade.exchange.RefusalLog;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Bounds of the server as a whole and of the ends of its connections, each set to something else than its default. */
class LimitsTest {
    private static final String REFUSED = "GET / HTTP/3.0\r\nHost: a\r\n\r\n";

    @TempDir
    Path data;

    private TestServer.Setup setup(String limits, RawUpstream upstream) throws IOException {
        return new TestServer.Setup(data)
                .limits(limits)
                .upstream("legacy", upstream.port())
                .route("all", "/", "legacy");
    }

    /** A client that was refused and does not go by itself. */
    private static RawClient refused(TestServer server) throws IOException {
        RawClient client = server.client();
        client.send(REFUSED);
        assertThat(client.answer().status()).isEqualTo(505);
        assertThat(client.rest()).isEmpty();
        return client;
    }

    /** The kernel answers a byte with a reset once the proxy has closed, and the byte after it fails. */
    private static boolean isClosed(RawClient client) {
        return isClosed(client, 1);
    }

    private static boolean isClosed(RawClient client, int more) {
        try {
            client.send("x".repeat(more));
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(Config.Transport.class)
    void lingerTimeoutEndsTheWaitForAClientThatStays(Config.Transport transport) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("never"));
                TestServer server = setup("lingerTimeout: 50ms", upstream)
                        .transport(transport)
                        .start();
                RawClient client = refused(server)) {
            await().atMost(Duration.ofMillis(1_500)).until(() -> isClosed(client)); // the default is 2 s
        }
    }

    @ParameterizedTest
    @EnumSource(Config.Transport.class)
    void lingerBytesEndTheWaitForAClientThatSends(Config.Transport transport) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("never"));
                TestServer server = setup("lingerTimeout: 1m, lingerBytes: 16KiB", upstream)
                        .transport(transport)
                        .start();
                RawClient client = refused(server)) {
            client.send("x".repeat(12 << 10));
            assertThat(isClosed(client)).as("with what is allowed").isFalse();
            await().until(() -> isClosed(client, 2 << 10)); // in its 10 s it sends less than the default allows
        }
    }

    @ParameterizedTest
    @EnumSource(Config.Transport.class)
    void drainTimeoutEndsWhatDoesNotEndByItself(Config.Transport transport) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    over.await(20, TimeUnit.SECONDS);
                });
                TestServer server = new TestServer.Setup(data)
                        .limits("drainTimeout: 200ms")
                        .transport(transport)
                        .upstream("legacy", u -> u.responseTimeout(Duration.ofSeconds(30)), upstream.port())
                        .route("all", "/", "legacy")
                        .start();
                RawClient client = server.client()) {
            client.get("/");
            assertThat(upstream.nextHead()).startsWith("GET / ");
            Thread closer = new Thread(server::close);
            closer.start();
            assertThat(client.rest()).isEmpty();
            closer.join(10_000);
            assertThat(closer.isAlive()).isFalse();
            over.countDown();
        }
    }

    /** Behind an answer that fills a read there may be more that nobody asked for, so its connection is not used again. */
    @ParameterizedTest
    @CsvSource({"AUTO, 4KiB, 2", "EPOLL, 4KiB, 2", "NIO, 4KiB, 2", "AUTO, 8KiB, 1", "EPOLL, 8KiB, 1", "NIO, 8KiB, 1"})
    void readBufferIsWhatOneReadOfAnAnswerTakes(Config.Transport transport, String size, int connections)
            throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 4055\r\n\r\n";
        String whole = head + "x".repeat(4055);
        assertThat(whole).hasSize(4 << 10);
        try (RawUpstream upstream = RawUpstream.answering(whole);
                TestServer server = setup("readBuffer: " + size, upstream)
                        .transport(transport)
                        .loops(1)
                        .start();
                RawClient client = server.client()) {
            assertThat(client.get("/1").answer().status()).isEqualTo(200);
            assertThat(client.get("/2").answer().status()).isEqualTo(200);
            assertThat(upstream.accepted()).isEqualTo(connections);
        }
    }

    /** Its only event loop is stopped in the middle of a log line, so that nothing is accepted meanwhile. */
    @Test
    void backlogIsWhatTheKernelHoldsBeforeItIsAccepted() throws Exception {
        int backlog = 3;
        Logger log = (Logger) LoggerFactory.getLogger(RefusalLog.class);
        StoppedAppender stopped = new StoppedAppender();
        List<Socket> held = new ArrayList<>();
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("here"));
                TestServer server = setup("backlog: " + backlog, upstream)
                        .transport(Config.Transport.NIO) // io_uring accepts without the event loop
                        .loops(1)
                        .start();
                RawClient client = server.client()) {
            log.setLevel(Level.INFO);
            stopped.start();
            log.addAppender(stopped);
            try {
                client.send(REFUSED);
                assertThat(stopped.reached.await(5, TimeUnit.SECONDS)).isTrue();
                while (held.size() <= backlog + 10 && connects(server, held)) {
                    // goes on until one is not taken
                }
            } finally {
                stopped.over.countDown();
                log.detachAppender(stopped);
                log.setLevel(null);
            }
            assertThat(held).hasSize(backlog + 1); // Linux takes one more than it is told
            try (RawClient next = server.client()) {
                assertThat(next.get("/").answer().body()).isEqualTo("here");
            }
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    private static boolean connects(TestServer server, List<Socket> held) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(server.address(), 300);
            held.add(socket);
            return true;
        } catch (SocketTimeoutException full) {
            socket.close();
            return false;
        }
    }

    /** Holds up whoever logs. */
    private static final class StoppedAppender extends AppenderBase<ILoggingEvent> {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch over = new CountDownLatch(1);

        @Override
        protected void append(ILoggingEvent event) {
            reached.countDown();
            try {
                assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void aRequestLineThatMayBeLongerThanTheHeadEndsWithTheHead() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("never"));
                TestServer server =
                        setup("requestLine: 64KiB, head: 8KiB", upstream).start();
                RawClient client = server.client()) {
            client.send("GET /" + "a".repeat(9_000));
            assertThat(client.answer().status()).isEqualTo(414);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void chunkExtensionsAndTrailersMayBeForbidden() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RawUpstream.ok("good"));
                TestServer server = setup("chunkExtensions: 0B, trailerFields: 0, trailers: 0B", upstream)
                        .start()) {
            String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
            try (RawClient plain = server.client()) {
                plain.send(head + "1\r\nx\r\n0\r\n\r\n");
                assertThat(plain.answer().body()).isEqualTo("good");
            }
            for (String refused : List.of("1;a\r\nx\r\n0\r\n\r\n", "0\r\nA: 1\r\n\r\n")) {
                try (RawClient client = server.client()) {
                    client.send(head + refused);
                    assertThat(client.answer().status()).as(refused).isIn(400, 431);
                }
            }
        }
    }

    /** Its answers wait in the kernel and up to writeHigh of them in the proxy; the other requests wait unread. */
    @ParameterizedTest
    @EnumSource(Config.Transport.class)
    void writeHighHoldsForPipelinedRequestsToo(Config.Transport transport) throws Exception {
        int requests = 1_000;
        String body = "x".repeat(50_000); // a segment: each answer comes in one read, 50 MB in all
        try (RawUpstream upstream = new RawUpstream(c -> {
                    while (c.head() != null) {
                        c.send(RawUpstream.ok(body));
                    }
                });
                TestServer server =
                        setup("writeHigh: 64KiB", upstream).transport(transport).start();
                RawClient client = new RawClient(server.address(), 16 << 10)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(requests));
            int[] before = {-1};
            await().pollInterval(Duration.ofMillis(300)).until(() -> {
                int now = upstream.headsWaiting();
                boolean still = now == before[0];
                before[0] = now;
                return still && now > 0;
            });
            assertThat(upstream.headsWaiting()).isLessThan(200); // the kernel takes some 3 MB on loopback
            for (int i = 0; i < requests; i++) {
                assertThat(client.answer().body()).hasSameSizeAs(body);
            }
            assertThat(upstream.headsWaiting()).isEqualTo(requests);
        }
    }

    /** Most of each answer is in the client's side of the kernel, the rest in the proxy's, with the end of the connection behind it. */
    @Test
    void receiveBufferBoundsWhatASlowClientCostsOnceTheUpstreamHasClosed() throws Exception {
        int clients = 20;
        byte[] body = new byte[3_400_000];
        AtomicInteger sent = new AtomicInteger();
        try (RawUpstream upstream = new RawUpstream(c -> {
                    c.head();
                    c.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n");
                    c.send(body);
                    sent.incrementAndGet();
                });
                TestServer server = setup("receiveBuffer: 64KiB", upstream).start()) {
            long before = PlatformDependent.usedDirectMemory();
            List<RawClient> slow = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                slow.add(new RawClient(server.address(), 4 << 10).get("/"));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> sent.get() == clients);
            assertThat(PlatformDependent.usedDirectMemory() - before) // 12 MB without a bound
                    .isLessThan(clients * 400_000L);
            for (RawClient client : slow) {
                client.close();
            }
        }
    }
}
