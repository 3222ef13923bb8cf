package io.crossfade.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an endpoint: either idle in its pool or lent to exactly one receiver.
 *
 * <p>It knows no HTTP. A byte that arrives while nobody borrows it belongs to no answer: the connection is closed and
 * counted, so that no byte of one answer can ever reach the reader of another. Owned by its event loop.
 */
public final class UpstreamConnection extends PacedHandler {
    private static final int LOOKS = 3;

    private final UpstreamPool pool;
    private final UpstreamPool.Lane lane;

    private @Nullable UpstreamReceiver receiver;
    private @Nullable Throwable cause;
    private boolean reused;
    private boolean unread;
    private boolean abandoned;
    private boolean brimful;
    private int suspicions;
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
        unread = false;
        if (reusable && !brimful && cause == null && owesNothing()) {
            setReading(true);
            pool.park(this, lane);
        } else {
            close();
        }
    }

    /**
     * Ends the loan when the connection was reset without a word; the receiver hears of it as of any reset. Only at the third
     * look without a byte in between, and not while reading is off for a slow client: a part of the answer, or all of it, may lie
     * in front of the reset, and an event loop that was held up must have had its time to read it.
     *
     * @return whether there is reason for another look, soon
     */
    public boolean closeIfLost() {
        boolean lost = isReading() && isLost();
        suspicions = lost ? suspicions + 1 : 0;
        if (suspicions < LOOKS) {
            return lost;
        }
        cause = new IOException("the upstream reset the connection");
        ctx().close();
        return false;
    }

    /** Whether the connection is alive and its endpoint has taken every byte of the request, early answer or not. */
    private boolean owesNothing() {
        ChannelOutboundBuffer out = ctx().channel().unsafe().outboundBuffer();
        return ctx().channel().isActive() && out != null && out.isEmpty();
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

    /** What was read already may still come: the rest of an answer that nobody waits for. */
    void close() {
        abandoned = true;
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
            if (!abandoned) {
                pool.strayBytes(this);
                close();
            }
            return;
        }
        unread = true;
        suspicions = 0;
        brimful = !in.isWritable(); // then the kernel may hold more: if the answer is over, nobody's bytes
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

    /**
     * A write that fails is not the end yet: an endpoint that answers and closes before it has read a whole body resets the
     * connection, and its answer lies in front of that reset. Reading finds both; the transport closes after a failed read.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (cause == null) {
            cause = thrown;
        }
        if (thrown instanceof IOException && context.channel().isActive()) {
            setReading(true);
        } else {
            context.close();
        }
    }
}
