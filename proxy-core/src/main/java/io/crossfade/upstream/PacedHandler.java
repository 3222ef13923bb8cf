package io.crossfade.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * The last handler of a channel without auto-read: it asks for the next bytes itself, after each read that was wanted.
 *
 * <p>Not to ask costs nothing, while switching auto-read off takes back a read that the kernel already has. While
 * nothing is asked for, the end of the connection is not noticed either. Owned by its event loop.
 */
public abstract class PacedHandler extends ChannelInboundHandlerAdapter {
    private boolean wanted = true;
    private boolean asked;

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

    /** No more bytes for now: the moment to flush. */
    protected abstract void readComplete();

    private void ask() {
        if (wanted && !asked && ctx.channel().isActive()) {
            asked = true;
            ctx.read();
        }
    }
}
