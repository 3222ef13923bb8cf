package io.crossfade.load.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crossfade.load.scenario.Answer.Ask;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Users on keep-alive connections, named by X-User-Id. One thread owns all and calls the sink.
 *
 * <p>With a rate, request i is due at start + i / rate whatever happened to the others; without one, every connection sends
 * as soon as it has an answer. Users who do not wait for long close their connection when an answer is late.
 */
final class Users implements AutoCloseable {
    private static final int READ_BYTES = 16 << 10;
    private static final long NAP_NANOS = 100_000;
    static final Duration FOR_EVER = Duration.ofDays(365);
    private static final long LAST_ANSWERS_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** What is asked; called by the thread of the users. */
    interface Asks {
        /** The request number i; null is the end. */
        @Nullable
        Ask next(long i);
    }

    private final InetSocketAddress edge;
    private final double nanosPerRequest;
    private final long patienceNanos;
    private final Asks asks;
    private final Consumer<Answer> sink;
    private final Selector selector;
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();

    /** What is under way, oldest first, and what was answered behind something that is. */
    private final ArrayDeque<Sent> waiting = new ArrayDeque<>();

    private final ByteBuffer input = ByteBuffer.allocateDirect(READ_BYTES);
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean running = true;
    private long sent;
    private long answered;

    /** A request of a connection, which may be answered by now. */
    private record Sent(Connection by, Ask ask, long nanos) {}

    private Users(int port, int connections, double perSecond, Duration patience, Asks asks, Consumer<Answer> sink)
            throws IOException {
        this.patienceNanos = patience.toNanos();
        this.edge = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.nanosPerRequest = perSecond > 0 ? 1e9 / perSecond : 0;
        this.asks = asks;
        this.sink = sink;
        this.selector = Selector.open();
        for (int i = 0; i < connections; i++) {
            idle.push(new Connection());
        }
        thread = new Thread(this::run, "users");
        thread.setDaemon(true);
    }

    /** @param perSecond 0 is as fast as it goes */
    static Users start(int port, int connections, double perSecond, Asks asks, Consumer<Answer> sink)
            throws IOException {
        return start(port, connections, perSecond, FOR_EVER, asks, sink);
    }

    /** @param patience how long they wait for an answer */
    static Users start(int port, int connections, double perSecond, Duration patience, Asks asks, Consumer<Answer> sink)
            throws IOException {
        Users users = new Users(port, connections, perSecond, patience, asks, sink);
        users.thread.start();
        return users;
    }

    /** Returns when the last request is answered. */
    void await(long seconds) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(seconds));
        if (thread.isAlive()) {
            running = false;
            throw new AssertionError("after " + seconds + " s requests are still under way");
        }
        over.join();
    }

    /** Sends no more, takes the answers that are under way, and lets go of the connections. */
    void end() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            over.join();
        } catch (CompletionException e) {
            throw new AssertionError("the users ended early", e.getCause());
        }
    }

    @Override
    public void close() {
        end();
    }

    private void run() {
        try {
            exchange();
            over.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            over.completeExceptionally(e);
        } finally {
            closeAll();
        }
    }

    private void exchange() throws IOException {
        long start = System.nanoTime();
        Ask next = asks.next(0);
        while (next != null && running) {
            long now = System.nanoTime();
            while (next != null && !idle.isEmpty() && start + (long) (sent * nanosPerRequest) <= now) {
                sent++;
                send(idle.pop(), next);
                next = asks.next(sent);
            }
            look(start + (long) (sent * nanosPerRequest));
            giveUp();
        }
        long deadline = System.nanoTime() + LAST_ANSWERS_NANOS;
        while (answered < sent) {
            if (System.nanoTime() > deadline) {
                throw new IOException((sent - answered) + " requests have no answer");
            }
            selector.select(this::ready, 100);
            giveUp();
        }
    }

    private void giveUp() {
        long before = System.nanoTime() - patienceNanos;
        for (Sent oldest = waiting.peek(); oldest != null; oldest = waiting.peek()) {
            if (oldest.by.isAsking(oldest.ask)) {
                if (oldest.nanos - before > 0) {
                    return;
                }
                oldest.by.close();
                oldest.by.end(Answer.GAVE_UP, "");
            }
            waiting.poll();
        }
    }

    private void send(Connection connection, Ask ask) {
        waiting.add(new Sent(connection, ask, System.nanoTime()));
        try {
            connection.send(ask);
        } catch (IOException broken) {
            connection.broken();
        }
    }

    private void look(long dueNanos) throws IOException {
        if (nanosPerRequest == 0) {
            selector.select(this::ready, 100);
        } else if (selector.selectNow(this::ready) == 0) {
            LockSupport.parkNanos(Math.min(NAP_NANOS, Math.max(1, dueNanos - System.nanoTime())));
        }
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            connection.receive();
        } catch (IOException broken) {
            connection.broken();
        }
    }

    private void closeAll() {
        for (SelectionKey key : selector.keys()) {
            ((Connection) key.attachment()).close();
        }
        try {
            selector.close();
        } catch (IOException e) {
            over.completeExceptionally(e);
        }
    }

    /** One at a time; opened when it is first needed and again after it was closed. */
    private final class Connection {
        private final StringBuilder answer = new StringBuilder();
        private @Nullable SocketChannel channel;
        private @Nullable Ask ask;
        private long sentNanos;
        private int whole;

        @SuppressWarnings("ReferenceEquality") // two users may ask alike
        boolean isAsking(Ask what) {
            return ask == what;
        }

        void send(Ask next) throws IOException {
            ask = next;
            sentNanos = System.nanoTime();
            SocketChannel open = channel;
            if (open == null) {
                open = SocketChannel.open(edge);
                open.setOption(StandardSocketOptions.TCP_NODELAY, true);
                open.configureBlocking(false);
                open.register(selector, SelectionKey.OP_READ, this);
                channel = open;
            }
            answer.setLength(0);
            whole = Integer.MAX_VALUE;
            String head =
                    "GET " + next.path() + " HTTP/1.1\r\nHost: shop.example\r\nX-User-Id: u" + next.user() + "\r\n\r\n";
            sentNanos = System.nanoTime();
            if (open.write(ByteBuffer.wrap(head.getBytes(ISO_8859_1))) < head.length()) {
                throw new IOException("the kernel takes no requests");
            }
        }

        void receive() throws IOException {
            SocketChannel open = channel;
            if (open == null) {
                return;
            }
            input.clear();
            int count = open.read(input);
            if (count < 0) {
                throw new IOException("closed by the proxy");
            }
            for (int i = 0; i < count; i++) {
                answer.append((char) (input.get(i) & 0xFF));
            }
            int headEnd = answer.indexOf("\r\n\r\n");
            if (whole == Integer.MAX_VALUE && headEnd >= 0) {
                whole = headEnd + 4 + Integer.parseInt(field("content-length: ", headEnd));
            }
            if (answer.length() >= whole) {
                String server = field("server: ", headEnd);
                boolean closing = field("connection: ", headEnd).equals("close");
                end(Integer.parseInt(answer.substring(9, 12)), server);
                if (closing) {
                    close();
                }
            }
        }

        /** Value of a field, empty when it is not there; names in any case. */
        private String field(String lowerCaseName, int headEnd) {
            for (int at = answer.indexOf("\r\n"); at >= 0 && at < headEnd; at = answer.indexOf("\r\n", at + 2)) {
                int from = at + 2;
                int to = from + lowerCaseName.length();
                if (to <= headEnd && answer.substring(from, to).equalsIgnoreCase(lowerCaseName)) {
                    return answer.substring(to, answer.indexOf("\r\n", to));
                }
            }
            return "";
        }

        void end(int status, String server) {
            Ask answeredAsk = ask;
            if (answeredAsk != null) {
                ask = null;
                answered++;
                sink.accept(new Answer(answeredAsk, status, server, sentNanos, System.nanoTime()));
                idle.push(this);
            }
        }

        void broken() {
            close();
            end(0, "");
        }

        void close() {
            try {
                SocketChannel open = channel;
                channel = null;
                if (open != null) {
                    open.close();
                }
            } catch (IOException e) {
                over.completeExceptionally(e);
            }
        }
    }
}
