package io.crossfade.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.outcome.Outcome;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pool against real sockets, on one event loop. */
class UpstreamPoolTest {
    private static final long EXPIRY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();

    @AfterEach
    void shutdown() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** A machine out of descriptors fails before there is a channel, and Netty tells so on a thread of its own. */
    @Test
    void noDescriptorIsToldOnTheEventLoopAndIsNotTheUpstreamsFault() throws Exception {
        UpstreamPool pool = new UpstreamPool(
                settings(8, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)),
                new Bootstrap().group(loop).channelFactory(() -> {
                    throw new ChannelException(new IOException("Too many open files"));
                }),
                stray -> {});
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
            UpstreamPool pool = new UpstreamPool(
                    settings(2, open),
                    new Bootstrap().group(loop).channelFactory(() -> {
                        if (channels.incrementAndGet() == 2) {
                            throw new ChannelException(new IOException("Too many open files"));
                        }
                        return new NioSocketChannel();
                    }),
                    stray -> {});
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
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) { // reads nothing
            UpstreamPool pool = new UpstreamPool(
                    settings(8, new InetSocketAddress(server.getInetAddress(), server.getLocalPort())),
                    new Bootstrap().group(loop).channel(NioSocketChannel.class),
                    stray -> {});
            Borrower first = new Borrower();
            Borrower second = new Borrower();
            loop.execute(() -> pool.borrow(first));
            UpstreamConnection connection = first.lent.get(5, TimeUnit.SECONDS);
            loop.execute(() -> {
                connection.write(Unpooled.wrappedBuffer(new byte[16 << 20]));
                connection.flush();
                connection.giveBack(true);
                pool.borrow(second);
            });
            assertThat(second.lent.get(5, TimeUnit.SECONDS)).isNotSameAs(connection);
        }
    }

    @Test
    void theConnectionThatWasUsedLastIsLentFirst() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            UpstreamPool pool = pool(server, 8);
            UpstreamConnection a = borrow(pool);
            UpstreamConnection b = borrow(pool);
            UpstreamConnection c = borrow(pool);
            giveBack(a, c, b);
            assertThat(List.of(borrow(pool), borrow(pool), borrow(pool))).containsExactly(b, c, a);
        }
    }

    @Test
    void anIdleConnectionIsClosedWhenItExpires() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            UpstreamPool pool = pool(server, 8);
            UpstreamConnection old = borrow(pool);
            UpstreamConnection young = borrow(pool);
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
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            UpstreamPool pool = pool(server, 8);
            UpstreamConnection lent = borrow(pool);
            assertThat(sweep(pool, System.nanoTime() + 2 * EXPIRY_NANOS)).isEqualTo(new UpstreamPool.Census(1, 0));
            assertThat(lent.isActive()).isTrue();
        }
    }

    @Test
    void ofMoreThanMaxIdleTheOldestIsClosed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            UpstreamPool pool = pool(server, 1);
            UpstreamConnection a = borrow(pool);
            UpstreamConnection b = borrow(pool);
            giveBack(a, b);
            expectClosed(a);
            assertThat(sweep(pool, System.nanoTime())).isEqualTo(new UpstreamPool.Census(0, 1));
            assertThat(borrow(pool)).isSameAs(b);
        }
    }

    @Test
    void anUpstreamWithoutEndpointsSaysSo() throws Exception {
        UpstreamPool pool = new UpstreamPool(
                new UpstreamPool.Settings("legacy", List.of(), 1_000, 8, 8, 8, EXPIRY_NANOS),
                new Bootstrap().group(loop).channel(NioSocketChannel.class),
                stray -> {});
        Borrower borrower = new Borrower();
        loop.execute(() -> pool.borrow(borrower));
        assertThat(borrower.refused.get(5, TimeUnit.SECONDS)).isEqualTo(Outcome.NO_ENDPOINT);
    }

    @Test
    void aClosedPoolKeepsNothingButStillServesTheExchangesThatKnowIt() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            UpstreamPool pool = pool(server, 8);
            UpstreamConnection lent = borrow(pool);
            UpstreamConnection idle = borrow(pool);
            giveBack(idle);
            loop.submit(pool::close).get(5, TimeUnit.SECONDS);
            expectClosed(idle);
            assertThat(lent.isActive()).isTrue();
            giveBack(lent);
            expectClosed(lent);
            UpstreamConnection late = borrow(pool);
            assertThat(late.isActive()).isTrue();
            giveBack(late);
            expectClosed(late);
            assertThat(sweep(pool, System.nanoTime())).isEqualTo(new UpstreamPool.Census(0, 0));
        }
    }

    private UpstreamPool pool(ServerSocket server, int maxIdle) {
        InetSocketAddress endpoint = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
        return new UpstreamPool(
                new UpstreamPool.Settings("legacy", List.of(endpoint), 1_000, 8, 8, maxIdle, EXPIRY_NANOS),
                new Bootstrap().group(loop).channel(NioSocketChannel.class),
                stray -> {});
    }

    private UpstreamConnection borrow(UpstreamPool pool) throws Exception {
        Borrower borrower = new Borrower();
        loop.execute(() -> pool.borrow(borrower));
        return borrower.lent.get(5, TimeUnit.SECONDS);
    }

    private void giveBack(UpstreamConnection... connections) throws Exception {
        loop.submit(() -> {
                    for (UpstreamConnection connection : connections) {
                        connection.giveBack(true);
                    }
                })
                .get(5, TimeUnit.SECONDS);
    }

    private UpstreamPool.Census sweep(UpstreamPool pool, long nowNanos) throws Exception {
        loop.submit(() -> pool.sweep(nowNanos)).get(5, TimeUnit.SECONDS);
        return pool.census();
    }

    private static void expectClosed(UpstreamConnection connection) {
        assertThat(connection.channel().closeFuture().awaitUninterruptibly(5, TimeUnit.SECONDS))
                .isTrue();
    }

    private static UpstreamPool.Settings settings(int maxConnections, InetSocketAddress endpoint) {
        return new UpstreamPool.Settings("legacy", List.of(endpoint), 1_000, maxConnections, 8, 8, EXPIRY_NANOS);
    }

    /** Remembers what it was told, and whether on the event loop. */
    private final class Borrower implements UpstreamReceiver {
        final CompletableFuture<UpstreamConnection> lent = new CompletableFuture<>();
        final CompletableFuture<Outcome> refused = new CompletableFuture<>();
        final CompletableFuture<Boolean> told = new CompletableFuture<>();

        @Override
        public void upstreamConnected(UpstreamConnection connection) {
            told.complete(loop.inEventLoop());
            lent.complete(connection);
        }

        @Override
        public void upstreamUnavailable(Outcome why, String detail) {
            told.complete(loop.inEventLoop());
            refused.complete(why);
        }

        @Override
        public void upstreamRead(ByteBuf in) {
            in.release();
        }

        @Override
        public void upstreamReadComplete() {}

        @Override
        public void upstreamWritable() {}

        @Override
        public void upstreamClosed(@Nullable Throwable cause) {}
    }
}
