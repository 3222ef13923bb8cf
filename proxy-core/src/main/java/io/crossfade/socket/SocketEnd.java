package io.crossfade.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.channel.uring.IoUringTcpInfo;
import org.jspecify.annotations.Nullable;

/**
 * Our end of one TCP connection: the last handler of a channel without auto-read, which asks for the next bytes itself, after each
 * read that was wanted.
 *
 * <p>Not to ask costs nothing, while switching auto-read off takes back a read that the kernel already has. While nothing is asked
 * for, the end of the connection is not noticed either.
 *
 * <p>All that is known of the socket is asked here: a layer between the socket and the protocol, such as TLS, is then the business
 * of this class alone. Owned by its event loop.
 */
public abstract class SocketEnd extends ChannelInboundHandlerAdapter {
    /** The state of a socket without a connection, in include/net/tcp_states.h of Linux. */
    private static final int TCP_CLOSE = 7;

    private boolean wanted = true;
    private boolean asked;
    private boolean mayHoldMore;
    private @Nullable IoUringTcpInfo info;

    @SuppressWarnings("NullAway.Init") // set by handlerAdded, before any event
    private ChannelHandlerContext ctx;

    // ---- reading

    /** Whether bytes are wanted from now on; those of a read under way may still come. */
    public final void setReading(boolean on) {
        wanted = on;
        ask();
    }

    protected final boolean isReading() {
        return wanted;
    }

    /** Takes the buffer over. */
    protected abstract void received(ByteBuf in);

    /** No more bytes for now: the moment to flush. */
    protected abstract void readComplete();

    /** Whether the last read filled its buffer to the brim: then the kernel may hold more bytes of this connection. */
    protected final boolean mayHoldMore() {
        return mayHoldMore;
    }

    // ---- writing

    public final ByteBufAllocator alloc() {
        return ctx.alloc();
    }

    /** Takes the buffer over; it leaves with the next flush. */
    public final void write(ByteBuf out) {
        ctx.write(out, ctx.voidPromise());
    }

    public final void flush() {
        ctx.flush();
    }

    /** Whether less waits to be sent than the high-water mark. */
    public final boolean isWritable() {
        return ctx.channel().isWritable();
    }

    /** Bytes that the socket has not taken yet; 0 when the connection has ended. */
    protected final long unsent() {
        ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
    }

    /** Whether the connection is alive and the socket has taken every byte that was written to it. */
    protected final boolean drained() {
        ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
        return ctx.channel().isActive() && out != null && out.isEmpty();
    }

    // ---- the end

    public final boolean isActive() {
        return ctx.channel().isActive();
    }

    /**
     * Whether the connection is reset and nobody has said so: Netty 4.2.18 loses a reset on io_uring that comes between the
     * readiness of the bytes before it and their read. Costs a system call; to be asked of exchanges that stand still or have a part
     * of an answer.
     */
    protected boolean isLost() {
        if (!(ctx.channel() instanceof IoUringSocketChannel channel) || !channel.isOpen()) {
            return false;
        }
        IoUringTcpInfo filled = info == null ? new IoUringTcpInfo() : info;
        info = filled;
        return channel.tcpInfo(filled).state() == TCP_CLOSE;
    }

    /** Ends the connection; what was read already may still come, and what is not sent yet is dropped. */
    protected final void closeSocket() {
        ctx.close();
    }

    /** Ends the connection with a reset, because a plain end could be taken for the end of a message. */
    protected final void cut() {
        if (ctx.channel().isActive()) {
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        ctx.close();
    }

    /** Sends what is written and then tells the peer that nothing more comes; when that cannot be sent the connection ends. */
    protected final void halfClose(Runnable halfClosed) {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) flushed -> {
            if (flushed.isSuccess()) {
                halfClosed.run();
                ((DuplexChannel) flushed.channel()).shutdownOutput();
            } else {
                flushed.channel().close();
            }
        });
    }

    // ---- what the channel tells

    @Override
    public final void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ask();
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        mayHoldMore = !in.isWritable();
        received(in);
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext context) {
        asked = false;
        readComplete();
        ask();
    }

    private void ask() {
        if (wanted && !asked && ctx.channel().isActive()) {
            asked = true;
            ctx.read();
        }
    }
}
