package io.crossfade.load.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two GiB pass through whole, with one side slower than the proxy, and the proxy holds next to nothing of them. */
@Tag("slow")
class LargeBodyTest {
    private static final long BYTES = 2L << 30;

    /** The leak detector is slow, and this is as many buffers as it needs. */
    private static final long GUARDED_BYTES = 256L << 20;

    private static final long MOST_GROWTH_KIB = 64 << 10;

    /** The slow side takes this much, then pauses for as long as keeps it at 200 MB/s or less. */
    private static final int GULP = 8 << 20;

    private static final long GULP_NANOS = 40_000_000;
    private static final long SAMPLE_MILLIS = 50;

    @TempDir
    Path folder;

    private final long seed = new SplittableRandom().nextLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        System.out.println("seed " + seed);
        listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void end() throws IOException {
        listener.close();
        threads.shutdownNow();
    }

    @Test
    void downloadToASlowClient() throws Exception {
        try (Edge edge = edge()) {
            long idle = edge.residentKib(); // before its first request
            Future<String> transfer = threads.submit(() -> download(edge, BYTES));
            thenItNeverGrewBeyond(edge, idle, transfer);
        }
    }

    @Test
    void uploadToASlowUpstream() throws Exception {
        try (Edge edge = edge()) {
            long idle = edge.residentKib(); // before its first request
            Future<String> transfer = threads.submit(() -> upload(edge, BYTES));
            thenItNeverGrewBeyond(edge, idle, transfer);
        }
    }

    @Test
    void noBufferIsLost() throws Exception {
        try (Edge edge = Edge.startGuarded(folder, config())) {
            download(edge, GUARDED_BYTES);
            upload(edge, GUARDED_BYTES);
        }
    }

    @Test
    void noBufferIsLostWhenTheClientBreaksOff() throws Exception {
        try (Edge edge = Edge.startGuarded(folder, config())) {
            Future<String> sent = threads.submit(sending(GUARDED_BYTES));
            try (Socket client = asking(edge)) {
                takeSlowly(client.getInputStream(), GUARDED_BYTES / 2);
                client.setSoLinger(true, 0);
            }
            assertThatThrownBy(() -> sent.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(IOException.class);
        }
    }

    private Edge edge() throws IOException {
        return Edge.start(folder, config());
    }

    private String config() {
        return Edge.head() + """
                upstreams: [{ name: files, endpoints: ["127.0.0.1:%d"] }]
                routes: [{ name: files, match: { pathPrefix: / }, upstream: files, streaming: true }]
                """.formatted(listener.getLocalPort());
    }

    private static void thenItNeverGrewBeyond(Edge edge, long idleKib, Future<String> transfer) throws Exception {
        long began = System.nanoTime();
        long most = idleKib;
        while (!transfer.isDone()) {
            try {
                transfer.get(SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException stillUnderWay) {
                most = Math.max(most, edge.residentKib());
            }
        }
        System.out.printf(
                "%s; %d s; idle %d KiB, most %d KiB%n",
                transfer.get(), TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began), idleKib, most);
        assertThat(most - idleKib).isLessThan(MOST_GROWTH_KIB);
    }

    /** Both sums, which must be equal, after the client has taken all of it slowly. */
    private String download(Edge edge, long bytes) throws Exception {
        Future<String> sent = threads.submit(sending(bytes));
        try (Socket client = asking(edge)) {
            return same(takeSlowly(client.getInputStream(), bytes), sent.get(1, TimeUnit.MINUTES));
        }
    }

    private Callable<String> sending(long bytes) {
        return serving((in, out) -> {
            head(in);
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n").getBytes(ISO_8859_1));
            return send(out, bytes);
        });
    }

    /** A client that has read the head of its answer. */
    private static Socket asking(Edge edge) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), edge.port());
        client.getOutputStream().write("GET /large HTTP/1.1\r\nHost: shop.example\r\n\r\n".getBytes(ISO_8859_1));
        assertThat(head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
        return client;
    }

    private String upload(Edge edge, long bytes) throws Exception {
        Future<String> taken = threads.submit(serving((in, out) -> {
            head(in);
            String sum = takeSlowly(in, bytes);
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
            return sum;
        }));
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            OutputStream out = client.getOutputStream();
            out.write(("PUT /large HTTP/1.1\r\nHost: shop.example\r\nContent-Length: " + bytes + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            String sum = send(out, bytes);
            assertThat(head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
            return same(taken.get(1, TimeUnit.MINUTES), sum);
        }
    }

    private static String same(String taken, String sent) {
        assertThat(taken).isEqualTo(sent);
        return "SHA-256 " + taken;
    }

    private interface Exchange {
        String answer(InputStream in, OutputStream out) throws Exception;
    }

    /** Serves one connection of the proxy. */
    private Callable<String> serving(Exchange exchange) {
        return () -> {
            try (Socket connection = listener.accept()) {
                return exchange.answer(connection.getInputStream(), connection.getOutputStream());
            }
        };
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed within a head: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** A MiB of noise, over and over, with its number at its beginning. */
    private String send(OutputStream out, long bytes) throws Exception {
        MessageDigest sum = sha256();
        byte[] block = new byte[1 << 20];
        new SplittableRandom(seed).nextBytes(block);
        for (long at = 0; at < bytes; at += block.length) {
            for (int i = 0; i < Long.BYTES; i++) {
                block[i] = (byte) (at >>> (8 * i));
            }
            sum.update(block);
            out.write(block);
        }
        return HexFormat.of().formatHex(sum.digest());
    }

    private static String takeSlowly(InputStream in, long bytes) throws Exception {
        MessageDigest sum = sha256();
        byte[] buffer = new byte[64 << 10];
        long gulpBegan = System.nanoTime();
        long left = bytes;
        long ofGulp = 0;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new IOException("ended " + left + " bytes too early");
            }
            sum.update(buffer, 0, count);
            left -= count;
            ofGulp += count;
            if (ofGulp >= GULP) {
                ofGulp = 0;
                LockSupport.parkNanos(gulpBegan + GULP_NANOS - System.nanoTime()); // this is how it is slow
                gulpBegan = System.nanoTime();
            }
        }
        return HexFormat.of().formatHex(sum.digest());
    }

    private static MessageDigest sha256() throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256");
    }
}
