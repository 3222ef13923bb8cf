package io.crossfade.admin.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A small HTTP service that takes a few milliseconds per request, and fails as often as it is told to. */
final class Service implements AutoCloseable {
    /** Marks a failure that the demo put in, to tell it from any other. */
    static final String BUG = "X-Demo-Bug";

    private static final int MAX_CONNECTIONS = 1_024;
    private static final int MAX_HEAD = 8 << 10;
    private static final double MEDIAN_MILLIS = 3;
    private static final double SPREAD = 0.35;
    private static final byte[] FINE =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n".getBytes(US_ASCII);
    private static final byte[] BROKEN = ("HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\n" + BUG
                    + ": yes\r\nContent-Length: 5\r\n\r\noops\n")
            .getBytes(US_ASCII);

    private static final byte[] LOST = ("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n" + BUG
                    + ": yes\r\nContent-Length: 5\r\n\r\nlost\n")
            .getBytes(US_ASCII);

    /** How soon it is seen that a client has gone. */
    private static final int GONE_MILLIS = 100;

    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile double failing;
    private volatile boolean hanging;
    private volatile boolean losing;

    Service(String name) throws IOException {
        this.listener = new ServerSocket(0, MAX_CONNECTIONS, InetAddress.getLoopbackAddress());
        daemon(name, this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on this share of requests (0..1) gets a 500. */
    void fail(double ratio) {
        failing = ratio;
    }

    /** From now on requests are not answered, or those that wait are. */
    void hang(boolean on) {
        hanging = on;
    }

    /** From now on each answer is a 404. */
    void lose(boolean on) {
        losing = on;
    }

    private byte[] answer() {
        return losing ? LOST : ThreadLocalRandom.current().nextDouble() < failing ? BROKEN : FINE;
    }

    /** Waits while the service hangs; false when the client has gone meanwhile. */
    private boolean hung(Socket connection, InputStream in) throws IOException {
        connection.setSoTimeout(GONE_MILLIS);
        try {
            while (hanging) {
                try {
                    if (in.read() < 0) {
                        return false;
                    }
                } catch (SocketTimeoutException stillThere) {
                    // it waits as patiently as we hang
                }
            }
            return true;
        } finally {
            connection.setSoTimeout(0);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                connections.add(connection);
                if (listener.isClosed() || connections.size() > MAX_CONNECTIONS) {
                    drop(connection);
                } else {
                    daemon("demo-connection", () -> serve(connection));
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket connection) {
        byte[] head = new byte[MAX_HEAD];
        try {
            connection.setTcpNoDelay(true);
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            while (Heads.read(in, head) > 0) {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                TimeUnit.MICROSECONDS.sleep((long) (1_000 * MEDIAN_MILLIS * Math.exp(SPREAD * random.nextGaussian())));
                if (hanging && !hung(connection, in)) {
                    return;
                }
                out.write(answer());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException clientLeft) {
            // the proxy closes idle connections, and everything at the end: nothing to tell
        } finally {
            drop(connection);
        }
    }

    private void drop(Socket connection) {
        connections.remove(connection);
        Heads.close(connection);
    }

    @Override
    public void close() {
        Heads.close(listener);
        connections.forEach(this::drop);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
