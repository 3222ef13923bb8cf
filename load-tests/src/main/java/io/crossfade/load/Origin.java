package io.crossfade.load;

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
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The service behind the proxies: answers /64k with 64 KiB, everything else with 1 KiB. One thread, which owns all. */
public final class Origin {
    private static final byte[] LARGE = "GET /64k ".getBytes(StandardCharsets.US_ASCII);
    private static final int READ_BYTES = 64 << 10;

    private final ByteBuffer small = answer(1 << 10);
    private final ByteBuffer large = answer(64 << 10);
    private final ByteBuffer input = ByteBuffer.allocateDirect(READ_BYTES);
    private final byte[] bytes = new byte[READ_BYTES];
    private final Selector selector;
    private final ServerSocketChannel server;

    private Origin(int port) throws IOException {
        selector = Selector.open();
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Argument: the port, on loopback. Runs until it is ended. */
    public static void main(String[] arguments) throws IOException {
        var origin = new Origin(Integer.parseInt(arguments[0]));
        System.out.println("listening");
        origin.run();
    }

    private static ByteBuffer answer(int bytes) {
        String text = "HTTP/1.1 200 OK\r\nServer: origin\r\nContent-Type: text/plain\r\nContent-Length: " + bytes
                + "\r\n\r\n" + "x".repeat(bytes);
        byte[] encoded = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(encoded.length).put(encoded).flip();
    }

    private void run() throws IOException {
        Consumer<SelectionKey> ready = this::ready;
        while (true) {
            selector.select(ready);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else if (!((Connection) key.attachment()).ready(key)) {
                key.channel().close();
            }
        } catch (IOException e) {
            close(key);
        }
    }

    /** A proxy that resets an idle connection is its own business: the connection goes, the service stays. */
    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = server.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
        }
    }

    private final class Connection {
        private final SocketChannel channel;
        private final HeadReader head = new HeadReader();
        private final ByteBuffer smallAnswer = small.duplicate().limit(0);
        private final ByteBuffer largeAnswer = large.duplicate().limit(0);
        private ByteBuffer pending = smallAnswer;
        private long bodyLeft;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        /** Returns false when the peer is done. */
        boolean ready(SelectionKey key) throws IOException {
            if (pending.hasRemaining()) {
                return write(key);
            }
            input.clear();
            int count = channel.read(input);
            if (count < 0) {
                return false;
            }
            input.flip().get(bytes, 0, count);
            return requests(key, count);
        }

        private boolean requests(SelectionKey key, int count) throws IOException {
            int at = 0;
            while (at < count) {
                if (bodyLeft == 0) {
                    at = head.feed(bytes, at, count);
                    if (at == HeadReader.INCOMPLETE) {
                        return true;
                    }
                    bodyLeft = Math.max(0, head.contentLength());
                    pending = head.startsWith(LARGE) ? largeAnswer : smallAnswer;
                }
                int ofBody = (int) Math.min(bodyLeft, count - at);
                at += ofBody;
                bodyLeft -= ofBody;
                if (bodyLeft == 0) {
                    pending.position(0).limit(pending.capacity());
                    if (at < count) {
                        throw new IOException("pipelined requests are not served here");
                    }
                    return write(key);
                }
            }
            return true;
        }

        private boolean write(SelectionKey key) throws IOException {
            channel.write(pending);
            int interest = pending.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
            if (key.interestOps() != interest) {
                key.interestOps(interest);
            }
            return true;
        }
    }
}
