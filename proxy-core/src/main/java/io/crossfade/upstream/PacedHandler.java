package io.crossfade.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.channel.uring.IoUringTcpInfo;
import org.jspecify.annotations.Nullable;

/**
 * The last handler of a channel without auto-read: it asks for the next bytes itself, after each read that was wanted.
 *
 * <p>Not to ask costs nothing, while switching auto-read off takes back a read that the kernel already has. While
 * nothing is asked for, the end of the connection is not noticed either. Owned by its event loop.
 */
public abstract class PacedHandler extends ChannelInboundHandlerAdapter {
    /** The state of a socket without a connection, in include/net/tcp_states.h of Linux. */
    private static final int TCP_CLOSE = 7;

    private boolean wanted = true;
    private boolean asked;
    private @Nullable IoUringTcpInfo info;

    @SuppressWarnings("NullAway.Init") // set by handlerAdded, before any event
    private ChannelHandlerContext ctx;

    protected final ChannelHandlerContext ctx() {
        return ctx;
    }

    /** Whether bytes are wanted from now on; those of a read under way may still come. */
    public final void setReading(boolean on) {
        wanted = on;
        ask();
    }

    protected final boolean isReading() {
        return wanted;
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ask();
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext context) {
        asked = false;
        readComplete();
        ask();
    }

    /**
     * Whether the connection is reset and nobody has said so: Netty 4.2.18 loses a reset on io_uring that comes between
     * the readiness of the bytes before it and their read. Costs a system call; to be asked of exchanges that stand still
     * or have a part of an answer.
     */
    public final boolean isLost() {
        if (!(ctx.channel() instanceof IoUringSocketChannel channel) || !channel.isOpen()) {
            return false;
        }
        IoUringTcpInfo filled = info == null ? new IoUringTcpInfo() : info;
        info = filled;
        return channel.tcpInfo(filled).state() == TCP_CLOSE;
    }

    /** No more bytes for now: the moment to flush. */
    protected abstract void readComplete();

    private void ask() {
        if (wanted && !asked && ctx.channel().isActive()) {
            asked = true;
            ctx.read();
        }
    }
}
