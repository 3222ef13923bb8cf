package io.crossfade.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.crossfade.http.BodyForm;
import io.crossfade.http.HttpLimits;
import io.crossfade.http.Refusal;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.Trailers;
import io.crossfade.outcome.Outcome;
import io.crossfade.socket.Connector;
import io.crossfade.socket.Sockets;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pool against real sockets, on one event loop. */
class UpstreamPoolTest {
    private static final long EXPIRY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final Reading READING = new Reading(HttpLimits.defaults(), 8);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();

    /** A socket that is garbage would be closed. */
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    @AfterEach
    void shutdown() throws IOException {
        for (Socket socket : accepted) {
            socket.close();
        }
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** A machine out of descriptors fails before there is a channel, and Netty tells so on a thread of its own. */
    @Test
    void noDescriptorIsToldOnTheEventLoopAndIsNotTheUpstreamsFault() throws Exception {
        UpstreamPool pool = pool(
                settings(8, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)),
                new Bootstrap().group(loop).channelFactory(() -> {
                    throw new ChannelException(new IOException("Too many open files"));
                }));
        Borrower borrower = new Borrower();
        loop.execute(() -> pool.borrow(borrower));
        assertThat(borrower.refused.get(5, TimeUnit.SECONDS)).isEqualTo(Outcome.OVERLOADED);
        assertThat(borrower.told.get(5, TimeUnit.SECONDS)).isTrue();
    }

    /** Two connections may be open: one is busy for long, the connect of the other fails while somebody waits. */
    @Test
    void aFailedConnectLetsTheNextOneTry() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            InetSocketAddress open = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
            AtomicInteger channels = new AtomicInteger();
            UpstreamPool pool =
                    pool(settings(2, open), new Bootstrap().group(loop).channelFactory(() -> {
                                if (channels.incrementAndGet() == 2) {
                                    throw new ChannelException(new IOException("Too many open files"));
                                }
                                return new NioSocketChannel();
                            }));
            Borrower busy = new Borrower();
            Borrower unlucky = new Borrower();
            Borrower waiting = new Borrower();
            loop.execute(() -> {
                pool.borrow(busy);
                pool.borrow(unlucky);
                pool.borrow(waiting);
            });
            busy.lent.get(5, TimeUnit.SECONDS);
            unlucky.refused.get(5, TimeUnit.SECONDS);
            waiting.lent.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aConnectionThatStillOwesARequestIsNotLentAgain() throws Exception {
        try (ServerSocket server = answering()) { // reads nothing
            UpstreamPool pool = pool(
                    settings(8, new InetSocketAddress(server.getInetAddress(), server.getLocalPort())),
                    new Bootstrap().group(loop).channel(NioSocketChannel.class));
            Borrower first = new Borrower();
            Borrower second = new Borrower();
            loop.execute(() -> pool.borrow(first));
            Http1Call connection = first.lent.get(5, TimeUnit.SECONDS);
            first.answered.get(5, TimeUnit.SECONDS);
            loop.execute(() -> {
                connection.write(Unpooled.wrappedBuffer(new byte[16 << 20]));
                connection.flush();
                connection.done(true);
                pool.borrow(second);
            });
            assertThat(second.lent.get(5, TimeUnit.SECONDS)).isNotSameAs(connection);
        }
    }

    @Test
    void theConnectionThatWasUsedLastIsLentFirst() throws Exception {
        try (ServerSocket server = answering()) {
            UpstreamPool pool = pool(server, 8);
            Http1Call a = borrow(pool);
            Http1Call b = borrow(pool);
            Http1Call c = borrow(pool);
            giveBack(a, c, b);
            assertThat(List.of(borrow(pool), borrow(pool), borrow(pool))).containsExactly(b, c, a);
        }
    }

    @Test
    void anIdleConnectionIsClosedWhenItExpires() throws Exception {
        try (ServerSocket server = answering()) {
            UpstreamPool pool = pool(server, 8);
            Http1Call old = borrow(pool);
            Http1Call young = borrow(pool);
            long now = System.nanoTime();
            sweep(pool, now);
            giveBack(old);
            sweep(pool, now + 1);
            giveBack(young);
            assertThat(sweep(pool, now + EXPIRY_NANOS)).isEqualTo(new UpstreamPool.Census(0, 2));
            assertThat(sweep(pool, now + EXPIRY_NANOS + 1)).isEqualTo(new UpstreamPool.Census(0, 1));
            expectClosed(old);
            assertThat(young.isActive()).isTrue();
            assertThat(sweep(pool, now + EXPIRY_NANOS + 2)).isEqualTo(new UpstreamPool.Census(0, 0));
            expectClosed(young);
            assertThat(sweep(pool, now + EXPIRY_NANOS + 3)).isEqualTo(new UpstreamPool.Census(0, 0));
        }
    }

    @Test
    void aConnectionThatIsLentDoesNotExpire() throws Exception {
        try (ServerSocket server = answering()) {
            UpstreamPool pool = pool(server, 8);
            Http1Call lent = borrow(pool);
            assertThat(sweep(pool, System.nanoTime() + 2 * EXPIRY_NANOS)).isEqualTo(new UpstreamPool.Census(1, 0));
            assertThat(lent.isActive()).isTrue();
        }
    }

    @Test
    void ofMoreThanMaxIdleTheOldestIsClosed() throws Exception {
        try (ServerSocket server = answering()) {
            UpstreamPool pool = pool(server, 1);
            Http1Call a = borrow(pool);
            Http1Call b = borrow(pool);
            giveBack(a, b);
            expectClosed(a);
            assertThat(sweep(pool, System.nanoTime())).isEqualTo(new UpstreamPool.Census(0, 1));
            assertThat(borrow(pool)).isSameAs(b);
        }
    }

    @Test
    void anUpstreamWithoutEndpointsSaysSo() throws Exception {
        UpstreamPool pool = pool(
                new UpstreamPool.Settings("legacy", List.of(), 1_000, 8, 8, 8, EXPIRY_NANOS),
                new Bootstrap().group(loop).channel(NioSocketChannel.class));
        Borrower borrower = new Borrower();
        loop.execute(() -> pool.borrow(borrower));
        assertThat(borrower.refused.get(5, TimeUnit.SECONDS)).isEqualTo(Outcome.NO_ENDPOINT);
    }

    @Test
    void aClosedPoolKeepsNothingButStillServesTheExchangesThatKnowIt() throws Exception {
        try (ServerSocket server = answering()) {
            UpstreamPool pool = pool(server, 8);
            Http1Call lent = borrow(pool);
            Http1Call idle = borrow(pool);
            giveBack(idle);
            loop.submit(pool::close).get(5, TimeUnit.SECONDS);
            expectClosed(idle);
            assertThat(lent.isActive()).isTrue();
            giveBack(lent);
            expectClosed(lent);
            Http1Call late = borrow(pool);
            assertThat(late.isActive()).isTrue();
            giveBack(late);
            expectClosed(late);
            assertThat(sweep(pool, System.nanoTime())).isEqualTo(new UpstreamPool.Census(0, 0));
        }
    }

    /** Answers each connection at once, and reads nothing. */
    private ServerSocket answering() throws IOException {
        ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread accepts = new Thread(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    accepted.add(socket);
                    socket.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(US_ASCII));
                }
            } catch (IOException closed) {
                assertThat(server.isClosed()).isTrue();
            }
        });
        accepts.setDaemon(true);
        accepts.start();
        return server;
    }

    private static UpstreamPool pool(UpstreamPool.Settings settings, Bootstrap bootstrap) {
        Connector connector = Sockets.connector(bootstrap.option(ChannelOption.AUTO_READ, false));
        return new UpstreamPool(settings, connector, READING, stray -> {}, System.nanoTime());
    }

    private UpstreamPool pool(ServerSocket server, int maxIdle) {
        InetSocketAddress endpoint = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
        return pool(
                new UpstreamPool.Settings("legacy", List.of(endpoint), 1_000, 8, 8, maxIdle, EXPIRY_NANOS),
                new Bootstrap().group(loop).channel(NioSocketChannel.class));
    }

    private Http1Call borrow(UpstreamPool pool) throws Exception {
        Borrower borrower = new Borrower();
        loop.execute(() -> pool.borrow(borrower));
        Http1Call call = borrower.lent.get(5, TimeUnit.SECONDS);
        if (!call.mayBeStale()) {
            borrower.answered.get(5, TimeUnit.SECONDS);
        }
        return call;
    }

    private void giveBack(Http1Call... connections) throws Exception {
        loop.submit(() -> {
                    for (Http1Call connection : connections) {
                        connection.done(true);
                    }
                })
                .get(5, TimeUnit.SECONDS);
    }

    private UpstreamPool.Census sweep(UpstreamPool pool, long nowNanos) throws Exception {
        loop.submit(() -> pool.sweep(nowNanos)).get(5, TimeUnit.SECONDS);
        return pool.census();
    }

    private void expectClosed(Http1Call connection) {
        await().atMost(5, TimeUnit.SECONDS)
                .until(() -> !loop.submit(connection::isActive).get());
    }

    private static UpstreamPool.Settings settings(int maxConnections, InetSocketAddress endpoint) {
        return new UpstreamPool.Settings("legacy", List.of(endpoint), 1_000, maxConnections, 8, 8, EXPIRY_NANOS);
    }

    /** Remembers what it was told, and whether on the event loop. */
    private final class Borrower implements UpstreamReceiver {
        final CompletableFuture<Http1Call> lent = new CompletableFuture<>();
        final CompletableFuture<Outcome> refused = new CompletableFuture<>();
        final CompletableFuture<Boolean> told = new CompletableFuture<>();

        final CompletableFuture<Integer> answered = new CompletableFuture<>();

        @Override
        public void connected(UpstreamCall call) {
            told.complete(loop.inEventLoop());
            lent.complete((Http1Call) call);
        }

        @Override
        public void unavailable(Outcome why, String detail) {
            told.complete(loop.inEventLoop());
            refused.complete(why);
        }

        @Override
        public BodyForm takes(ResponseHead head) {
            return BodyForm.FRAMED;
        }

        @Override
        public void interim(ResponseHead head, ByteBuf raw, int headLength) {}

        @Override
        public void head(ResponseHead head, ByteBuf raw, int headLength, boolean last) {
            raw.release();
            answered.complete(head.status());
        }

        @Override
        public void body(ByteBuf part, boolean last) {
            part.release();
        }

        @Override
        public void end(@Nullable Trailers trailers) {}

        @Override
        public void readComplete() {}

        @Override
        public void writable() {}

        @Override
        public void failed(Outcome why, @Nullable Refusal refusal) {
            answered.completeExceptionally(new IOException(why.word()));
        }
    }
}
