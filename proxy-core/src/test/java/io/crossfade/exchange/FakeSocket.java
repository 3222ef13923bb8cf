package io.crossfade.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A connection without a kernel: what the peer sends waits until the handler reads, what the handler writes waits until the peer
 * takes it. The test thread is its event loop.
 */
final class FakeSocket extends EmbeddedChannel implements DuplexChannel {
    private final ArrayDeque<byte[]> fromPeer = new ArrayDeque<>();
    private final SocketAddress remote;
    private @Nullable Config config;
    private boolean asked;
    private boolean stalled;
    private boolean peerEnded;
    private boolean outputShut;
    private boolean reset;

    FakeSocket(InetSocketAddress remote, ByteBufAllocator allocator, int writeHigh, ChannelHandler handler) {
        super(null, DefaultChannelId.newInstance(), false, false);
        this.remote = remote;
        Config own = new Config();
        own.setAllocator(allocator);
        own.setAutoRead(false);
        own.setWriteBufferWaterMark(new WriteBufferWaterMark(writeHigh / 2, writeHigh));
        config = own;
        pipeline().addLast(new Asked(), handler);
        try {
            register();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the handler wants to read. */
    private final class Asked extends ChannelOutboundHandlerAdapter {
        @Override
        public void read(ChannelHandlerContext context) {
            asked = true;
        }
    }

    private final class Config extends DefaultChannelConfig {
        Config() {
            super(FakeSocket.this);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            if (option.equals(ChannelOption.SO_LINGER)) {
                reset = true;
                return true;
            }
            return super.setOption(option, value);
        }
    }

    // ---- the peer

    void peerSends(byte[] bytes) {
        fromPeer.addLast(bytes);
    }

    /** In order, behind all that it has sent. */
    void peerEnds() {
        peerEnded = true;
    }

    void peerResets() {
        fromPeer.clear();
        if (isActive()) {
            pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            close();
        }
    }

    void faults() {
        if (isActive()) {
            pipeline().fireExceptionCaught(new IllegalStateException("a fault of our own, made by a script"));
        }
    }

    void peerTakes(boolean on) {
        stalled = !on;
        if (on && isOpen()) {
            flush();
        }
    }

    /** Whether the handler is given something that it has asked for. */
    boolean deliver() {
        runPendingTasks();
        if (!asked || !isActive()) {
            return false;
        }
        byte[] next = fromPeer.pollFirst();
        if (next != null) {
            asked = false;
            ByteBuf in = alloc().buffer(Math.max(1024, next.length + 1)).writeBytes(next);
            pipeline().fireChannelRead(in);
            pipeline().fireChannelReadComplete();
            return true;
        }
        if (peerEnded) {
            close();
            return true;
        }
        return false;
    }

    boolean hasUndelivered() {
        return !fromPeer.isEmpty();
    }

    boolean outputIsShut() {
        return outputShut;
    }

    boolean wasReset() {
        return reset;
    }

    // ---- the channel

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        if (!stalled) {
            super.doWrite(in);
        }
    }

    @Override
    public io.netty.channel.ChannelConfig config() {
        Config own = config;
        return own == null ? super.config() : own;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return remote;
    }

    @Override
    public boolean isInputShutdown() {
        return false;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public boolean isShutdown() {
        return outputShut;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        outputShut = true;
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdownOutput();
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        return shutdownOutput(promise);
    }
}
