package io.crossfade.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.crossfade.config.Config;
import io.crossfade.config.Upstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients and upstreams that behave badly at random, all at once. Every request has a number, and every byte of its body
 * and of its answer follows from that number: whoever gets a byte of somebody else's knows it.
 */
class TortureTest {
    private static final int CLIENTS = 16;
    private static final int LONGEST_WAIT_MILLIS = 8_000;
    private static final String POISON = "HTTP/1.1 200 OK\r\nX-Number: 0\r\nContent-Length: 6\r\n\r\npoison";

    /** What an upstream does with a request; the client's path says which. */
    private enum Way {
        PLAIN,
        PIECES,
        CHUNKED,
        UNTIL_CLOSE,
        INTERIM,
        NO_CONTENT,
        CLOSE_AFTER,
        EARLY_THEN_CLOSE,
        SURPLUS,
        SILENCE,
        CLOSE_BEFORE,
        RESET_BEFORE,
        SHORT,
        RESET_INSIDE,
        NONSENSE
    }

    @TempDir
    Path data;

    private final long seed = Long.getLong("torture.seed", System.nanoTime());
    private final AtomicLong numbers = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<Way, Integer> verified = new ConcurrentSkipListMap<>();
    private final AtomicLong cutShort = new AtomicLong();
    private volatile boolean over;

    @ParameterizedTest
    @EnumSource(
            value = Config.Transport.class,
            names = {"IO_URING", "EPOLL", "NIO"})
    void nobodyGetsAByteThatIsNotTheirs(Config.Transport transport) throws Exception {
        torture(transport, Duration.ofMillis(1_500));
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(
            value = Config.Transport.class,
            names = {"IO_URING", "EPOLL", "NIO"})
    void nobodyGetsAByteThatIsNotTheirsForLong(Config.Transport transport) throws Exception {
        torture(transport, Duration.ofSeconds(Long.getLong("torture.seconds", 20)));
    }

    private void torture(Config.Transport transport, Duration time) throws Exception {
        System.out.println("seed " + seed + " (again: -Dtorture.seed=" + seed + ")");
        try (RawUpstream legacy = new RawUpstream(this::serve);
                RawUpstream other = new RawUpstream(this::serve)) {
            TestServer server = new TestServer.Setup(data)
                    .transport(transport)
                    .upstream("legacy", TortureTest::tight, legacy.port(), other.port())
                    .route("all", "/", "legacy")
                    .start();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                SplittableRandom random = new SplittableRandom(seed + i);
                Thread client = new Thread(() -> wander(server, random), "torture-" + i);
                clients.add(client);
                client.start();
            }
            new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
            over = true;
            for (Thread client : clients) {
                client.join(4 * LONGEST_WAIT_MILLIS);
                assertThat(client.isAlive())
                        .as("%s is stuck, seed %s", client, seed)
                        .isFalse();
            }
            assertThat(wrong).as("seed %s", seed).isEmpty();
            assertThat(verified.values().stream().mapToInt(n -> n).sum())
                    .as("answers that came whole: %s, seed %s", verified, seed)
                    .isGreaterThan(50);
            await().untilAsserted(() -> assertThat(server.metric("crossfade_requests_in_flight"))
                    .as("seed %s", seed)
                    .isZero());
            await().untilAsserted(() -> assertThat(server.api.upstreams().get(0).connectionsBusy())
                    .as("seed %s", seed)
                    .isZero());
            Thread closer = new Thread(server::close);
            closer.start();
            closer.join(15_000);
            System.out.println(transport + ": whole " + verified + ", cut short " + cutShort);
            assertThat(closer.isAlive()).as("the drain ends, seed %s", seed).isFalse();
        }
    }

    private static TestServer.UpstreamSetup tight(TestServer.UpstreamSetup u) {
        return u.connectTimeout(Duration.ofMillis(500))
                .responseTimeout(Duration.ofMillis(400))
                .idleTimeout(Duration.ofMillis(400))
                .maxConnections(6)
                .maxPending(8)
                .maxIdle(4)
                .idleExpiry(Duration.ofMillis(300))
                .breaker(new Upstream.Breaker(1, 100, 100, Duration.ofMillis(200), 10));
    }

    // ---- the upstreams

    private void serve(RawUpstream.Connection c) throws IOException {
        for (String head = c.head(); head != null; head = c.head()) {
            String[] path = head.substring(0, head.indexOf(" HTTP/")).split("/", 5);
            long number = Long.parseLong(path[1]);
            Way way = Way.valueOf(path[2]);
            int size = Integer.parseInt(path[3]);
            if (way != Way.EARLY_THEN_CLOSE && !takesBody(c, head, -number)) {
                return;
            }
            if (!answer(c, way, number, size)) {
                return;
            }
        }
    }

    private boolean takesBody(RawUpstream.Connection c, String head, long number) throws IOException {
        byte[] body;
        if (head.contains("chunked")) {
            body = dechunked(c.in());
            if (body == null) {
                return false; // cut by the proxy, for a client that went away
            }
        } else {
            int length = Bytes.contentLength(head);
            body = c.in().readNBytes(length);
            if (body.length < length) {
                return false;
            }
        }
        check(body, number, "request body");
        return true;
    }

    /** Whether the connection goes on. */
    private boolean answer(RawUpstream.Connection c, Way way, long number, int size) throws IOException {
        String start = "HTTP/1.1 200 OK\r\nX-Number: " + number + "\r\n";
        byte[] body = bytes(number, size);
        String whole = start + "Content-Length: " + size + "\r\n\r\n" + new String(body, ISO_8859_1);
        switch (way) {
            case PLAIN -> c.send(whole);
            case PIECES -> {
                for (int at = 0; at < whole.length(); at += 1 + whole.length() / 5) {
                    c.send(whole.substring(at, Math.min(whole.length(), at + 1 + whole.length() / 5)));
                    LockSupport.parkNanos(200_000);
                }
            }
            case CHUNKED -> {
                c.send(start + "Transfer-Encoding: chunked\r\n\r\n");
                c.send(chunked(body));
            }
            case UNTIL_CLOSE -> c.send(start + "\r\n" + new String(body, ISO_8859_1));
            case INTERIM -> c.send("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n".repeat(3) + whole);
            case NO_CONTENT -> c.send("HTTP/1.1 204 No Content\r\nX-Number: " + number + "\r\n\r\n");
            case CLOSE_AFTER -> c.send(whole);
            case EARLY_THEN_CLOSE -> c.send(whole.replaceFirst("\r\n", "\r\nConnection: close\r\n"));
            case SURPLUS ->
                c.send(start + "Content-Length: 2\r\n\r\n" + new String(bytes(number, 2), ISO_8859_1) + POISON);
            case SILENCE -> c.in().read();
            case CLOSE_BEFORE -> {}
            case RESET_BEFORE -> c.reset();
            case SHORT -> c.send(whole.substring(0, whole.length() - 1 - size / 2));
            case RESET_INSIDE -> {
                c.send(start + "\r\n" + new String(body, ISO_8859_1));
                c.reset();
            }
            case NONSENSE -> c.send(start + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx");
        }
        return switch (way) {
            case PLAIN, PIECES, CHUNKED, INTERIM, NO_CONTENT, SURPLUS, NONSENSE -> true;
            default -> false;
        };
    }

    // ---- the clients

    private record Asked(long number, Way way, int size, String bytes) {}

    private void wander(TestServer server, SplittableRandom random) {
        while (!over) {
            try (RawClient client = new RawClient(server.address(), random.nextInt(4) == 0 ? 8 << 10 : 0)) {
                client.socket.setSoTimeout(LONGEST_WAIT_MILLIS);
                boolean goesOn = true;
                for (int i = random.nextInt(1, 12); goesOn && i > 0 && !over; i--) {
                    goesOn = ask(client, random);
                }
                if (random.nextInt(4) == 0) {
                    client.socket.setSoLinger(true, 0);
                }
            } catch (SocketTimeoutException e) {
                wrong.add("no end within " + LONGEST_WAIT_MILLIS + " ms");
            } catch (IOException e) {
                cutShort.incrementAndGet(); // as many of these are; whoever was sent something wrong has said so
            } catch (RuntimeException e) {
                wrong.add(e.toString());
            }
        }
    }

    /** One request, or some at once; whether the connection may carry more. */
    private boolean ask(RawClient client, SplittableRandom random) throws IOException {
        List<Asked> asked = new ArrayList<>();
        StringBuilder all = new StringBuilder();
        for (int i = random.nextInt(4) == 0 ? random.nextInt(2, 8) : 1; i > 0; i--) {
            Asked one = request(random);
            asked.add(one);
            all.append(one.bytes);
        }
        int end = random.nextInt(20) == 0 ? random.nextInt(all.length()) : all.length();
        for (int at = 0; at < end; ) {
            int to = random.nextInt(3) == 0 ? Math.min(end, at + random.nextInt(1, 5_000)) : end;
            client.send(all.substring(at, to));
            at = to;
        }
        if (end < all.length() || random.nextInt(20) == 0) {
            return false; // gone in the middle, or without waiting for the answer
        }
        if (random.nextInt(20) == 0) {
            client.socket.shutdownOutput();
        }
        for (Asked one : asked) {
            if (!read(client, one, random)) {
                return false;
            }
        }
        return true;
    }

    private Asked request(SplittableRandom random) {
        long number = numbers.incrementAndGet();
        Way way = random.nextInt(2) > 0 ? Way.PLAIN : Way.values()[random.nextInt(Way.values().length)];
        if (way == Way.SILENCE && random.nextInt(4) > 0) {
            way = Way.CHUNKED; // each silence costs a timeout, and nothing else happens meanwhile
        }
        int size = way == Way.NO_CONTENT ? 0 : size(random);
        String target = " /" + number + "/" + way + "/" + size + "/ HTTP/1.1\r\nHost: a\r\n";
        byte[] body = bytes(-number, size(random));
        String text = switch (random.nextInt(4)) {
            case 0 -> "POST" + target + "Content-Length: " + body.length + "\r\n\r\n" + new String(body, ISO_8859_1);
            case 1 -> "PUT" + target + "Transfer-Encoding: chunked\r\n\r\n" + new String(chunked(body), ISO_8859_1);
            default -> "GET" + target + "\r\n";
        };
        return new Asked(number, way, size, text);
    }

    private static int size(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> random.nextInt(400_000);
            case 2, 3 -> random.nextInt(40_000);
            default -> random.nextInt(1_500);
        };
    }

    /** Whether another answer may follow. */
    private boolean read(RawClient client, Asked asked, SplittableRandom random) throws IOException {
        String head = client.head();
        while (head.startsWith("HTTP/1.1 103")) {
            head = client.head();
        }
        if (head.contains("x-proxy-reason")) {
            Bytes.exactly(client.in(), Bytes.contentLength(head));
            return !head.contains("Connection: close");
        }
        if (!head.contains("X-Number: " + asked.number + "\r\n")) {
            wrong.add("asked " + asked.number + " " + asked.way + ", got " + head);
            return false;
        }
        if (random.nextInt(25) == 0) {
            return false; // gone in the middle of the answer
        }
        if (random.nextInt(8) == 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1, 30)));
        }
        byte[] body = body(client.in(), head);
        check(body, asked.number, asked.way + " answer");
        if (client.socket.isOutputShutdown() && !head.contains("Content-Length") && !head.contains("chunked")) {
            return false; // its wish ended before the answer did, so the end of the connection says nothing
        }
        int expected = asked.way == Way.SURPLUS ? 2 : asked.size;
        if (body.length != expected) {
            wrong.add(asked + ": " + body.length + " bytes passed for the whole");
        }
        verified.merge(asked.way, 1, Integer::sum);
        return !head.contains("Connection: close");
    }

    private static byte[] body(InputStream in, String head) throws IOException {
        if (head.startsWith("HTTP/1.1 204")) {
            return new byte[0];
        }
        if (head.contains("chunked")) {
            byte[] body = dechunked(in);
            if (body == null) {
                throw new IOException("cut inside a chunked answer");
            }
            return body;
        }
        if (!head.contains("Content-Length")) {
            return in.readAllBytes();
        }
        return Bytes.exactly(in, Bytes.contentLength(head)).getBytes(ISO_8859_1);
    }

    // ---- bytes

    private static byte[] bytes(long number, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = at(number, i);
        }
        return bytes;
    }

    private static byte at(long number, int i) {
        return (byte) (((number * 0x9E3779B97F4A7C15L) >>> 56) + i * 7L + (i >> 8) * number);
    }

    private void check(byte[] body, long number, String what) {
        for (int i = 0; i < body.length; i++) {
            if (body[i] != at(number, i)) {
                wrong.add(what + " of " + number + ": byte " + i + " of " + body.length + " is not its own");
                return;
            }
        }
    }

    private static byte[] chunked(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 100);
        int step = Math.max(1, body.length / 3);
        for (int at = 0; at < body.length; at += step) {
            int length = Math.min(step, body.length - at);
            out.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
            out.write(body, at, length);
            out.writeBytes("\r\n".getBytes(ISO_8859_1));
        }
        out.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
        return out.toByteArray();
    }

    /** The content, or null when the stream ends first. */
    private static byte @org.jspecify.annotations.Nullable [] dechunked(InputStream in) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (true) {
            String line = Bytes.until(in, "\r\n");
            if (line == null) {
                return null;
            }
            int length = Integer.parseInt(line.trim(), 16);
            byte[] chunk = in.readNBytes(length);
            if (chunk.length < length || Bytes.until(in, "\r\n") == null) {
                return null;
            }
            if (length == 0) {
                return content.toByteArray();
            }
            content.writeBytes(chunk);
        }
    }
}
