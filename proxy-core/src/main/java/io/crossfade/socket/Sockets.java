package io.crossfade.socket;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How sockets are made: the transport and the options of those that listen, are accepted or connect.
 *
 * @param backlog connections that the kernel keeps until they are accepted
 * @param receiveBuffer bytes that the kernel keeps for an upstream's connection, 0 leaves it to the kernel
 * @param readBuffer the most that one read of an answer takes, bytes; a read of a request takes half
 * @param writeLow unsent bytes below which a connection is writable again
 * @param writeHigh unsent bytes above which a connection is not writable
 */
public record Sockets(
        Transport transport, int backlog, int receiveBuffer, int readBuffer, int writeLow, int writeHigh) {
    /** What a read of a request takes at least and at first; heads of browsers fit. */
    private static final int SMALLEST_READ = 512;

    private static final int FIRST_READ = 1024;

    /** Netty counts some 100 bytes of its own with each buffer it queues. */
    private static final int BOOKKEEPING = 1024;

    /**
     * Ready to bind; each accepted channel gets the one handler that is made for its event loop.
     *
     * @param inForce asked at each accept: what it says of buffers is for the connection that is accepted
     */
    public static ServerBootstrap listening(
            EventLoopGroup group, Supplier<Sockets> inForce, Function<EventLoop, ChannelHandler> handler) {
        Sockets first = inForce.get();
        return new ServerBootstrap()
                .group(group)
                .channel(first.transport.serverChannel)
                .option(ChannelOption.SO_BACKLOG, first.backlog)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    private volatile Accepted options = first.accepted();

                    @Override
                    protected void initChannel(Channel channel) {
                        Sockets now = inForce.get();
                        Accepted of = options;
                        if (!of.by.equals(now)) {
                            of = now.accepted();
                            options = of;
                        }
                        channel.config().setWriteBufferWaterMark(of.waterMark).setRecvByteBufAllocator(of.reads);
                        channel.pipeline().addLast(handler.apply(channel.eventLoop()));
                    }
                });
    }

    /**
     * Connections of one event loop.
     *
     * <p>Answers are read in one piece: for 64 KiB one read and one write, a fifth less CPU than with a size that adapts. The buffer
     * is taken when bytes are there, so that an idle connection has none.
     *
     * @param timeoutMillis how long one connect may take
     */
    public Connector connecting(EventLoop eventLoop, int timeoutMillis) {
        @Nullable Integer kernelBuffer = receiveBuffer == 0 ? null : receiveBuffer; // null leaves it to the kernel
        return connector(new Bootstrap()
                .option(ChannelOption.SO_RCVBUF, kernelBuffer)
                .group(eventLoop)
                .channel(transport.clientChannel)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_CLOSE, false) // a failed write leaves what was answered before to be read
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(readBuffer)));
    }

    /** The bootstrap carries the event loop, the channel class and the socket options. */
    public static Connector connector(Bootstrap bootstrap) {
        return new BootstrapConnector(bootstrap);
    }

    private WriteBufferWaterMark waterMark() {
        return new WriteBufferWaterMark(writeLow, writeHigh + BOOKKEEPING);
    }

    /** What connections that are accepted share as long as nothing changes: one of each would weigh 56 bytes on an idle one. */
    private record Accepted(Sockets by, WriteBufferWaterMark waterMark, RecvByteBufAllocator reads) {}

    private Accepted accepted() {
        return new Accepted(
                this, waterMark(), new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, readBuffer / 2));
    }

    private record BootstrapConnector(Bootstrap bootstrap) implements Connector {
        @Override
        public void connect(InetSocketAddress endpoint, ChannelHandler handler, Result result) {
            bootstrap
                    .clone()
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(handler);
                        }
                    })
                    .connect(endpoint)
                    .addListener(future -> {
                        if (future.isSuccess()) {
                            result.connected();
                        } else {
                            onEventLoop(() -> result.failed(future.cause()));
                        }
                    });
        }

        /** When not even a channel could be made Netty has no event loop to tell it on and takes a thread of its own. */
        private void onEventLoop(Runnable task) {
            EventLoop loop = (EventLoop) bootstrap.config().group();
            if (loop.inEventLoop()) {
                task.run();
            } else {
                loop.execute(task);
            }
        }
    }
}
