package io.crossfade.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** A client that sends exactly the bytes it is told and reads exactly what comes. */
final class RawClient implements AutoCloseable {
    /** An answer read by its framing; body without chunk framing is not attempted: chunked bodies come raw. */
    record Answer(int status, String head, String body) {}

    final Socket socket = new Socket();
    private final InputStream in;

    RawClient(InetSocketAddress to) throws IOException {
        this(to, 0);
    }

    /** A receive buffer of so many bytes makes a slow reader; 0 leaves it to the kernel. */
    RawClient(InetSocketAddress to, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        socket.connect(to, 5_000);
        in = socket.getInputStream();
    }

    void send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    RawClient get(String path) throws IOException {
        send("GET " + path + " HTTP/1.1\r\nHost: shop.example\r\n\r\n");
        return this;
    }

    /** Reads one whole answer with Content-Length or without a body. */
    Answer answer() throws IOException {
        String head = head();
        return new Answer(Integer.parseInt(head.substring(9, 12)), head, Bytes.exactly(in, Bytes.contentLength(head)));
    }

    String head() throws IOException {
        String head = Bytes.until(in, "\r\n\r\n");
        if (head == null) {
            throw new IOException("the connection ended before an answer");
        }
        return head;
    }

    @Nullable
    String until(String end) throws IOException {
        return Bytes.until(in, end);
    }

    InputStream in() {
        return in;
    }

    /** Everything up to the orderly end of the connection. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
