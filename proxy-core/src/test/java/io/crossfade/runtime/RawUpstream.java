package io.crossfade.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real server socket whose answers a test writes byte by byte; one thread a connection. */
final class RawUpstream implements AutoCloseable {
    /** What happens on one connection; runs until it returns, then the socket is closed. */
    interface Script {
        void run(Connection connection) throws IOException, InterruptedException;
    }

    /** One accepted connection. */
    static final class Connection {
        final Socket socket;
        final int number;
        volatile @Nullable IOException broken;
        private final InputStream in;
        private final OutputStream out;
        private final LinkedBlockingQueue<String> heads;

        Connection(Socket socket, int number, LinkedBlockingQueue<String> heads) throws IOException {
            this.socket = socket;
            this.number = number;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
            this.heads = heads;
        }

        /** The next request head with its empty line, or null at the end of the connection. */
        @Nullable
        String head() throws IOException {
            String head = Bytes.until(in, "\r\n\r\n");
            if (head != null) {
                heads.add(head);
            }
            return head;
        }

        String body(int length) throws IOException {
            return Bytes.exactly(in, length);
        }

        @Nullable
        String until(String end) throws IOException {
            return Bytes.until(in, end);
        }

        InputStream in() {
            return in;
        }

        void send(String bytes) throws IOException {
            out.write(bytes.getBytes(ISO_8859_1));
            out.flush();
        }

        void send(byte[] bytes) throws IOException {
            out.write(bytes);
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private final ServerSocket server;
    private final Script script;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<String> heads = new LinkedBlockingQueue<>();

    RawUpstream(Script script) throws IOException {
        this.script = script;
        this.server = new ServerSocket(0, 512, InetAddress.getByName("127.0.0.1"));
        Thread acceptor = new Thread(this::accept, "raw-upstream");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** Answers each request on a connection with the same text; a request body must have a Content-Length. */
    static RawUpstream answering(String response) throws IOException {
        return new RawUpstream(c -> {
            for (String head = c.head(); head != null; head = c.head()) {
                c.body(Bytes.contentLength(head));
                c.send(response);
            }
        });
    }

    /** A 200 with this body. */
    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    int port() {
        return server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    /** The next head that arrived on any connection, or null when none comes within two seconds. */
    @Nullable
    String nextHead() throws InterruptedException {
        return heads.poll(2, TimeUnit.SECONDS);
    }

    int headsWaiting() {
        return heads.size();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Connection connection = new Connection(socket, accepted.incrementAndGet(), heads);
                Thread thread = new Thread(() -> serve(connection), "raw-upstream-" + connection.number);
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Connection connection) {
        try {
            script.run(connection);
            connection.socket.close();
        } catch (IOException e) {
            // The proxy closed or reset it, which is what many tests are about; they look at the other side.
            connection.broken = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
