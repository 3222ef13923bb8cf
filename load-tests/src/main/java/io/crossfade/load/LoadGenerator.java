package io.crossfade.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Sends requests on keep-alive connections and measures the proxy between itself and {@link Origin}. One thread, which
 * owns everything.
 *
 * <p>With a rate, request i is due at start + i / rate whatever happened to the others, and its latency counts from that
 * instant: a proxy that stalls pays for every request that should have been sent meanwhile. Without a rate, each
 * connection sends its next request as soon as it has an answer; latency then says little more than the throughput.
 *
 * <p>When the time is over nothing more is sent, and what was sent has two more seconds to be answered. An answer that is
 * not a whole 200, a connection without an answer, no answer at all and less than 95 % of the rate are errors.
 *
 * <p>The thread naps for at most 50 us between looks while it waits for the next request to be due. That, and the timer
 * slack of the kernel, is in the latencies of every proxy alike.
 */
public final class LoadGenerator {
    private static final byte[] OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
    private static final int READ_BYTES = 256 << 10;
    private static final long NAP_NANOS = 50_000;
    private static final long ANSWER_NANOS = 2_000_000_000;
    private static final double MIN_SHARE_OF_RATE = 0.95;
    private static final long MAX_ERRORS = 1_000;
    private static final int USERS = 5_000;

    private final Work work;
    private final int userAt;
    private final ByteBuffer request;
    private final ByteBuffer input = ByteBuffer.allocateDirect(READ_BYTES);
    private final byte[] bytes = new byte[READ_BYTES];
    private final InetSocketAddress target;
    private final Selector selector;
    private final int connections;
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final double nanosPerRequest;
    private Latencies latencies = new Latencies();
    private long answered;
    private long errors;
    private long sent;
    private long start;

    private LoadGenerator(Work work, int port, int connections, double rate) throws IOException {
        this.work = work;
        this.connections = connections;
        userAt = work.userAt();
        byte[] encoded = work.request();
        request = ByteBuffer.allocateDirect(encoded.length).put(encoded);
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        nanosPerRequest = rate > 0 ? 1e9 / rate : 0;
        selector = Selector.open();
    }

    /**
     * Options with defaults: --port 8080, --path 1k (64k, post4k, fields30), --conns 64, --rate 0 (requests per second; 0
     * is as fast as it goes), --warm 1 and --secs 5 (seconds), --pid (the process to measure). Prints one line of
     * name=value pairs. Exit 1 after any error, and standard error says what was wrong.
     */
    public static void main(String[] arguments) {
        Map<String, String> options = options(arguments);
        int port = number(options, "--port", 8080);
        try {
            var generator = new LoadGenerator(
                    Work.of(options.getOrDefault("--path", "1k")),
                    port,
                    number(options, "--conns", 64),
                    Double.parseDouble(options.getOrDefault("--rate", "0")));
            int pid = number(options, "--pid", (int) ProcessHandle.current().pid());
            generator.connect();
            generator.measure(
                    Double.parseDouble(options.getOrDefault("--warm", "1")),
                    Double.parseDouble(options.getOrDefault("--secs", "5")),
                    pid);
            System.exit(generator.errors == 0 ? 0 : 1);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("load on port " + port + ": given up: " + e.getMessage());
            System.exit(1);
        }
    }

    static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    static int number(Map<String, String> options, String name, int otherwise) {
        return Integer.parseInt(options.getOrDefault(name, Integer.toString(otherwise)));
    }

    private void connect() throws IOException {
        for (int i = 0; i < connections; i++) {
            idle.push(open());
        }
    }

    private Connection open() throws IOException {
        SocketChannel channel = SocketChannel.open(target);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        var connection = new Connection(channel);
        channel.register(selector, SelectionKey.OP_READ, connection);
        return connection;
    }

    private void measure(double warmSeconds, double seconds, long pid) throws IOException {
        start = System.nanoTime();
        runUntil(start + (long) (warmSeconds * 1e9));
        latencies = new Latencies();
        long answeredBefore = answered;
        ProcessTimes before = ProcessTimes.of(pid);
        long began = System.nanoTime();
        runUntil(began + (long) (seconds * 1e9));
        ProcessTimes after = ProcessTimes.of(pid);
        double elapsed = (System.nanoTime() - began) / 1e9;
        long requests = answered - answeredBefore;
        awaitAnswers();
        checkCount(requests, seconds);
        print(requests, elapsed, before, after);
    }

    private void awaitAnswers() throws IOException {
        Consumer<SelectionKey> ready = this::ready;
        long end = System.nanoTime() + ANSWER_NANOS;
        for (long left = ANSWER_NANOS; left > 0 && idle.size() < connections; left = end - System.nanoTime()) {
            selector.select(ready, Math.max(1, left / 1_000_000));
        }
        int waiting = connections - idle.size();
        if (waiting > 0) {
            count(waiting, waiting + " of " + connections + " connections had no whole answer after 2 more seconds");
        }
    }

    private void checkCount(long requests, double seconds) {
        double asked = nanosPerRequest > 0 ? Math.floor(seconds * 1e9 / nanosPerRequest) : 0;
        if (requests == 0) {
            count(1, "no request was answered");
        } else if (requests < Math.floor(asked * MIN_SHARE_OF_RATE)) {
            count(
                    1,
                    String.format(
                            Locale.ROOT, "%d requests answered, %.0f asked for (expected: 95 %%)", requests, asked));
        }
    }

    private void count(long more, String what) {
        if (errors == 0) { // the others follow from the first more often than not
            System.err.println("load on port " + target.getPort() + ": " + what);
        }
        errors += more;
    }

    private void print(long requests, double elapsed, ProcessTimes before, ProcessTimes after) {
        double each = Math.max(1, requests);
        double user = (after.userMicros() - before.userMicros()) / each;
        double system = (after.systemMicros() - before.systemMicros()) / each;
        System.out.printf(
                Locale.ROOT,
                "requests=%d errors=%d rps=%.0f cpu_us=%.2f user_us=%.2f sys_us=%.2f p50_us=%.0f p99_us=%.0f rss_kib=%d%n",
                requests,
                errors,
                requests / elapsed,
                user + system,
                user,
                system,
                latencies.quantileMicros(0.50),
                latencies.quantileMicros(0.99),
                after.residentKib());
    }

    private void runUntil(long end) throws IOException {
        Consumer<SelectionKey> ready = this::ready;
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            sendWhatIsDue(now);
            if (nanosPerRequest == 0) {
                selector.select(ready, 100);
            } else if (selector.selectNow(ready) == 0) {
                LockSupport.parkNanos(Math.min(NAP_NANOS, Math.max(1, dueNanos() - System.nanoTime())));
            }
        }
    }

    private void sendWhatIsDue(long now) throws IOException {
        while (!idle.isEmpty() && (nanosPerRequest == 0 || dueNanos() <= now)) {
            idle.pop().send(nanosPerRequest == 0 ? now : dueNanos());
        }
    }

    private long dueNanos() {
        return start + (long) (sent * nanosPerRequest);
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            connection.receive();
        } catch (IOException | IllegalStateException e) {
            replace(connection, e);
        }
    }

    private void replace(Connection broken, Exception cause) {
        count(1, String.valueOf(cause.getMessage()));
        try {
            if (errors >= MAX_ERRORS) {
                throw new IOException(MAX_ERRORS + " errors");
            }
            broken.channel.close();
            idle.push(open());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void writeRequest(SocketChannel channel) throws IOException {
        long user = sent % USERS;
        for (int i = Work.USER_DIGITS - 1; i >= 0; i--) {
            request.put(userAt + i, (byte) ('0' + user % 10));
            user /= 10;
        }
        request.clear();
        channel.write(request);
        if (request.hasRemaining()) {
            throw new IOException("the kernel took only a part of a request of " + request.capacity() + " bytes");
        }
        sent++;
    }

    private final class Connection {
        private final SocketChannel channel;
        private final HeadReader head = new HeadReader();
        private long due;
        private boolean waiting;
        private long bodyLeft;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void send(long dueNanos) throws IOException {
            due = dueNanos;
            waiting = true;
            bodyLeft = 0;
            writeRequest(channel);
        }

        void receive() throws IOException {
            input.clear();
            int count = channel.read(input);
            if (count < 0) {
                throw new IOException(waiting ? "closed before the answer was whole" : "closed while it was idle");
            }
            if (!waiting) {
                throw new IOException("an answer that no request asked for");
            }
            input.flip();
            if (bodyLeft == 0) {
                int known = Math.min(count, 4 << 10);
                input.get(bytes, 0, known);
                int at = head.feed(bytes, 0, known);
                if (at == HeadReader.INCOMPLETE) {
                    return;
                }
                requireOk(head, work);
                bodyLeft = work.answerBytes();
                count -= at;
            }
            bodyLeft -= count;
            if (bodyLeft < 0) {
                throw new IOException("more bytes came than the answer has");
            }
            if (bodyLeft == 0) {
                latencies.record(System.nanoTime() - due);
                answered++;
                waiting = false;
                idle.push(this);
            }
        }
    }

    static void requireOk(HeadReader head, Work work) throws IOException {
        if (!head.startsWith(OK) || head.contentLength() != work.answerBytes()) {
            throw new IOException("\"" + head.firstLine() + "\" with " + head.contentLength()
                    + " bytes (expected: 200 with " + work.answerBytes() + " bytes)");
        }
    }
}
