package io.crossfade.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an endpoint: either idle in its pool or lent to exactly one receiver.
 *
 * <p>It knows no HTTP. A byte that arrives while nobody borrows it belongs to no answer: the connection is closed and
 * counted, so that no byte of one answer can ever reach the reader of another. Owned by its event loop.
 */
public final class UpstreamConnection extends PacedHandler {
    private final UpstreamPool pool;
    private final UpstreamPool.Lane lane;

    private @Nullable UpstreamReceiver receiver;
    private @Nullable Throwable cause;
    private boolean reused;
    private boolean unread;
    long idleSinceNanos;

    UpstreamConnection(UpstreamPool pool, UpstreamPool.Lane lane) {
        this.pool = pool;
        this.lane = lane;
    }

    /** Whether this connection carried a request before: its peer may have closed it while it was idle. */
    public boolean isReused() {
        return reused;
    }

    /** Name of the upstream and address of the endpoint, for logs. */
    public String endpoint() {
        return pool.name() + ' ' + lane.address.getAddress().getHostAddress() + ':' + lane.address.getPort();
    }

    public boolean isWritable() {
        return ctx().channel().isWritable();
    }

    /** Takes the buffer over. */
    public void write(ByteBuf out) {
        ctx().write(out, ctx().voidPromise());
    }

    public void flush() {
        ctx().flush();
    }

    /**
     * Ends the loan.
     *
     * @param reusable whether the answer ended exactly where it should and both sides want to go on
     */
    public void giveBack(boolean reusable) {
        receiver = null;
        reused = true;
        if (reusable && ctx().channel().isActive()) {
            setReading(true);
            pool.park(this, lane);
        } else {
            ctx().close();
        }
    }

    /** Ends the loan when the connection was reset without a word; the receiver hears of it as of any reset. */
    public void closeIfLost() {
        if (isLost()) {
            cause = new IOException("the upstream reset the connection");
            ctx().close();
        }
    }

    void lendTo(UpstreamReceiver borrower) {
        receiver = borrower;
    }

    UpstreamPool.Lane lane() {
        return lane;
    }

    boolean isActive() {
        return ctx().channel().isActive();
    }

    void close() {
        ctx().close();
    }

    Channel channel() {
        return ctx().channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        UpstreamReceiver borrower = receiver;
        if (borrower == null) {
            in.release();
            pool.strayBytes(this);
            context.close();
            return;
        }
        unread = true;
        borrower.upstreamRead(in);
    }

    @Override
    protected void readComplete() {
        UpstreamReceiver borrower = receiver;
        if (unread) {
            unread = false;
            if (borrower != null) {
                borrower.upstreamReadComplete();
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        UpstreamReceiver borrower = receiver;
        if (borrower != null && context.channel().isWritable()) {
            borrower.upstreamWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        pool.closed(this, lane);
        UpstreamReceiver borrower = receiver;
        receiver = null;
        if (borrower != null) {
            borrower.upstreamClosed(cause);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (cause == null) {
            cause = thrown;
        }
        context.close();
    }
}
