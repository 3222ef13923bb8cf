package io.crossfade.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens connections, 64 at a time, sends a request on each, keeps them all open without another, and measures the memory
 * of the proxy before and meanwhile. One thread, which owns everything.
 */
public final class IdleConnections {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int AT_A_TIME = 64;
    private static final int SETTLE_MILLIS = 1_000;

    private final byte[] request = Work.ONE_K.request();
    private final HeadReader head = new HeadReader();
    private final byte[] bytes = new byte[16 << 10];
    private final List<SocketChannel> open = new ArrayList<>();
    private int answered;

    private IdleConnections() {}

    /**
     * Options: --port, --pid (the process to measure), --conns. Prints one line of name=value pairs. Exit 1 when
     * a connection had no answer within 10 s or was closed, and standard error says what was wrong.
     */
    public static void main(String[] arguments) throws InterruptedException {
        var options = LoadGenerator.options(arguments);
        int port = LoadGenerator.number(options, "--port", 8080);
        int connections = LoadGenerator.number(options, "--conns", 10_000);
        long pid = LoadGenerator.number(
                options, "--pid", (int) ProcessHandle.current().pid());
        var idle = new IdleConnections();
        try {
            long before = ProcessTimes.of(pid).residentKib();
            while (idle.answered < connections) {
                idle.add(Math.min(AT_A_TIME, connections - idle.answered), port);
            }
            Thread.sleep(SETTLE_MILLIS);
            long meanwhile = ProcessTimes.of(pid).residentKib();
            idle.requireAllOpen();
            System.out.printf("idle=%d before_kib=%d rss_kib=%d%n", connections, before, meanwhile);
        } catch (IOException e) {
            System.err.println("idle connections on port " + port + ": after " + idle.answered + " of " + connections
                    + ": " + e.getMessage());
            System.exit(1);
        }
    }

    private void add(int count, int port) throws IOException {
        for (int i = 0; i < count; i++) {
            open.add(ask(port));
        }
        for (int i = 0; i < count; i++) {
            readAnswer(open.get(answered));
            answered++;
        }
    }

    private SocketChannel ask(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.socket().setSoTimeout(TIMEOUT_MILLIS);
        channel.socket().getOutputStream().write(request);
        return channel;
    }

    private void readAnswer(SocketChannel channel) throws IOException {
        int end = HeadReader.INCOMPLETE;
        int count = 0;
        while (end == HeadReader.INCOMPLETE) {
            count = read(channel);
            end = head.feed(bytes, 0, count);
        }
        LoadGenerator.requireOk(head, Work.ONE_K);
        for (int left = Work.ONE_K.answerBytes() - (count - end); left > 0; ) {
            left -= read(channel);
        }
    }

    private int read(SocketChannel channel) throws IOException {
        int count = channel.socket().getInputStream().read(bytes);
        if (count < 0) {
            throw new IOException("closed before the answer was whole");
        }
        return count;
    }

    private void requireAllOpen() throws IOException {
        int closed = 0;
        for (SocketChannel channel : open) {
            channel.configureBlocking(false);
            closed += channel.read(ByteBuffer.wrap(bytes)) == 0 ? 0 : 1;
        }
        if (closed > 0) {
            throw new IOException(closed + " connections did not stay open and idle");
        }
    }
}
