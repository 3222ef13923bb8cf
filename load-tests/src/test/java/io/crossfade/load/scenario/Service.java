package io.crossfade.load.scenario;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * An upstream whose behaviour can be switched while it serves: requests without a body, answers of a few bytes that name it.
 * One thread owns all; the switches may be turned from any.
 */
final class Service implements AutoCloseable {
    /** What it does with requests from now on. */
    enum Behaviour {
        HEALTHY,
        STATUS_500,
        STATUS_404,
        /** Closes the listener and every connection. */
        REFUSE,
        /** Half an answer, then a reset. */
        RESET_MIDWAY,
        /** Takes requests and never answers. */
        SILENT
    }

    private static final int BACKLOG = 1024;
    private static final int READ_BYTES = 16 << 10;
    private static final long MAX_WAIT_MILLIS = 1_000;

    private final byte[] fine;
    private final byte[] failed;
    private final byte[] lost;
    private final byte[] half;
    private final SplittableRandom random;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final int port;
    private final ByteBuffer input = ByteBuffer.allocateDirect(READ_BYTES);
    private final PriorityQueue<Due> waiting = new PriorityQueue<>();
    private final Thread thread;

    private volatile Behaviour behaviour = Behaviour.HEALTHY;
    private volatile double failing;
    private volatile long stillMillis;
    private volatile double medianMillis;
    private volatile double sigma;
    private final AtomicLong received = new AtomicLong();
    private volatile long lastReceivedNanos;
    private volatile boolean running = true;

    /** An answer that is due at an instant. */
    private record Due(long nanos, SelectionKey key, byte[] answer) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(nanos - other.nanos, 0);
        }
    }

    private Service(String name, long seed) throws IOException {
        fine = answer(name, "200 OK", "fine from " + name + '\n');
        failed = answer(name, "500 Internal Server Error", "oops\n");
        lost = answer(name, "404 Not Found", "nothing here\n");
        byte[] whole = answer(name, "200 OK", "x".repeat(1000));
        half = Arrays.copyOf(whole, whole.length - 500);
        random = new SplittableRandom(seed);
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        thread = new Thread(this::run, "service-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** @param seed of latencies and failures */
    static Service start(String name, long seed) throws IOException {
        return new Service(name, seed);
    }

    private static byte[] answer(String name, String status, String body) {
        return ("HTTP/1.1 " + status + "\r\nServer: " + name + "\r\nContent-Type: text/plain\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(US_ASCII);
    }

    int port() {
        return port;
    }

    void behave(Behaviour next) {
        behaviour = next;
        selector.wakeup();
    }

    /** While healthy, this share of requests (0..1) still gets a 500. */
    void failing(double ratio) {
        failing = ratio;
    }

    /** Lognormal time to an answer; 0 answers at once. */
    void latency(double newMedianMillis, double newSigma) {
        sigma = newSigma;
        medianMillis = newMedianMillis;
    }

    /** Does nothing at all for so long; what comes meanwhile is answered then. */
    void standStill(Duration time) {
        stillMillis = time.toMillis();
        selector.wakeup();
    }

    /** Requests so far. */
    long received() {
        return received.get();
    }

    /** Instant of {@link System#nanoTime} at which the last request came. */
    long lastReceivedNanos() {
        return lastReceivedNanos;
    }

    private void run() {
        Consumer<SelectionKey> ready = this::ready;
        try {
            while (running) {
                long still = stillMillis;
                if (still > 0) {
                    stillMillis = 0;
                    Thread.sleep(still);
                }
                selector.select(ready, waitMillis());
                answerWhatIsDue();
                if (behaviour == Behaviour.REFUSE && listener.isOpen()) {
                    closeAll();
                    selector.selectNow(); // a registered channel is let go by the next select only
                }
            }
            closeAll();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long waitMillis() {
        Due next = waiting.peek();
        return next == null ? MAX_WAIT_MILLIS : Math.max(1, (next.nanos - System.nanoTime()) / 1_000_000);
    }

    private void closeAll() throws IOException {
        listener.close();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        waiting.clear();
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                read(key);
            }
        } catch (IOException peerLeft) {
            drop(key);
        }
    }

    private void accept() throws IOException {
        for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ);
        }
    }

    /** The proxy sends one request at a time and, in these scenarios, in one piece. */
    private void read(SelectionKey key) throws IOException {
        input.clear();
        int count = ((SocketChannel) key.channel()).read(input);
        if (count < 0) {
            key.channel().close();
            return;
        }
        if (count < 4 || input.getInt(count - 4) != 0x0D0A0D0A) {
            throw new IOException("not one whole request");
        }
        received.incrementAndGet();
        long now = System.nanoTime();
        lastReceivedNanos = now;
        byte[] answer = chosen();
        if (answer.length > 0) {
            double median = medianMillis;
            if (median == 0) {
                write(key, answer);
            } else {
                waiting.add(new Due(
                        now + (long) (1e6 * median * Math.exp(sigma * random.nextGaussian())), key, answer));
            }
        }
    }

    private byte[] chosen() {
        return switch (behaviour) {
            case HEALTHY -> failing > 0 && random.nextDouble() < failing ? failed : fine;
            case STATUS_500 -> failed;
            case STATUS_404 -> lost;
            case RESET_MIDWAY -> half;
            case SILENT, REFUSE -> new byte[0];
        };
    }

    private void answerWhatIsDue() {
        long now = System.nanoTime();
        for (Due next = waiting.peek(); next != null && next.nanos <= now; next = waiting.peek()) {
            waiting.poll();
            try {
                write(next.key, next.answer);
            } catch (IOException peerLeft) {
                drop(next.key);
            }
        }
    }

    private void write(SelectionKey key, byte[] answer) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (channel.write(ByteBuffer.wrap(answer)) < answer.length) {
            throw new IOException("the peer takes no answers");
        }
        if (answer == half) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }
    }

    private static void drop(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        running = false;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
