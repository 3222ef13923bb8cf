package io.crossfade.upstream;

import io.crossfade.http.BodyForm;
import io.crossfade.http.Refusal;
import io.crossfade.http.Trailers;
import io.crossfade.outcome.Outcome;
import io.crossfade.socket.SocketEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection to an endpoint: either idle in its lane or lent to exactly one receiver, whose call it then is.
 *
 * <p>A byte that arrives while nobody borrows it belongs to no answer: the connection is closed and counted, so that no byte of one
 * answer can ever reach the reader of another. Owned by its event loop.
 */
final class Http1Call extends SocketEnd implements UpstreamCall, KeptConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Call.class);

    /** So often a reset must be seen before it is believed. */
    private static final int LOOKS = 3;

    private static final byte[] HEAD = {'H', 'E', 'A', 'D', ' '};

    private final Lane lane;
    private final Http1Reader reader;

    private @Nullable UpstreamReceiver receiver;
    private @Nullable Throwable cause;
    private boolean reused;
    private boolean unread;
    private boolean abandoned;
    private int suspicions;
    private long idleSinceNanos;

    Http1Call(Lane lane, Reading reading) {
        this.lane = lane;
        this.reader = new Http1Reader(reading);
    }

    // ---- what the receiver asks

    @Override
    public BodyForm takes() {
        return BodyForm.FRAMED;
    }

    @Override
    public void send(ByteBuf head) {
        if (isHead(head)) {
            reader.answersHead();
        }
        write(head);
    }

    /** The method is the first word of the head, and methods are compared by case (RFC 9110 section 9.1). */
    private static boolean isHead(ByteBuf head) {
        int at = head.readerIndex();
        if (head.readableBytes() < HEAD.length || head.getByte(at) != HEAD[0]) {
            return false;
        }
        for (int i = 1; i < HEAD.length; i++) {
            if (head.getByte(at + i) != HEAD[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void body(ByteBuf part, boolean last) {
        write(part);
    }

    /** Framed bodies end with their last part. */
    @Override
    public void end(@Nullable Trailers trailers) {
        throw new UnsupportedOperationException("a framed body ends with its last part");
    }

    @Override
    public void wantAnswer(boolean on) {
        setReading(on);
    }

    @Override
    public boolean mayBeStale() {
        return reused;
    }

    @Override
    public boolean isSilent() {
        return reader.isSilent();
    }

    @Override
    public long endpointSinceNanos() {
        return lane.sinceNanos();
    }

    @Override
    public String endpoint() {
        return lane.endpoint();
    }

    /**
     * Only at the third look without a byte in between, and not while reading is off for a slow client: a part of the answer, or all
     * of it, may lie in front of the reset, and an event loop that was held up must have had its time to read it.
     */
    @Override
    public boolean probe() {
        boolean lost = isReading() && isLost();
        suspicions = lost ? suspicions + 1 : 0;
        if (suspicions < LOOKS) {
            return lost;
        }
        cause = new IOException("the upstream reset the connection");
        closeSocket();
        return false;
    }

    @Override
    public void done(boolean reusable) {
        if (receiver == null) {
            return; // it ended with its connection
        }
        if (reader.surplus()) {
            lane.strayBytes(this);
        }
        boolean inOrder = reusable && reader.leavesInOrder() && !mayHoldMore() && cause == null && drained();
        endLoan();
        if (inOrder) {
            setReading(true);
            lane.returned(this);
        } else {
            close();
        }
    }

    @Override
    public void cancel() {
        if (receiver != null) {
            endLoan();
            close();
        }
    }

    private void endLoan() {
        receiver = null;
        reader.stop();
        reused = true;
        unread = false;
    }

    // ---- what the lane asks

    @Override
    public void lendTo(UpstreamReceiver borrower) {
        receiver = borrower;
        reader.begin(borrower);
        borrower.connected(this);
    }

    /** What was read already may still come: the rest of an answer that nobody waits for. */
    @Override
    public void close() {
        abandoned = true;
        closeSocket();
    }

    @Override
    public long idleSinceNanos() {
        return idleSinceNanos;
    }

    @Override
    public void idleSince(long nanos) {
        idleSinceNanos = nanos;
    }

    // ---- what the channel tells

    @Override
    protected void received(ByteBuf in) {
        if (receiver == null) {
            in.release();
            if (!abandoned) {
                lane.strayBytes(this);
                close();
            }
            return;
        }
        unread = true;
        suspicions = 0;
        Refusal refusal = reader.read(in, alloc());
        UpstreamReceiver borrower = receiver;
        if (refusal != null && borrower != null) {
            endLoan();
            close();
            borrower.failed(Outcome.BAD_RESPONSE, refusal);
        }
    }

    @Override
    protected void readComplete() {
        UpstreamReceiver borrower = receiver;
        if (unread) {
            unread = false;
            if (borrower != null) {
                borrower.readComplete();
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        UpstreamReceiver borrower = receiver;
        if (borrower != null && isWritable()) {
            borrower.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lane.gone(this);
        UpstreamReceiver borrower = receiver;
        receiver = null;
        reader.stop();
        if (borrower == null) {
            return;
        }
        if (cause != null && !(cause instanceof IOException)) {
            LOG.error("internal error in a call to {}", endpoint(), cause);
            borrower.failed(Outcome.INTERNAL, null);
        } else if (cause == null && reader.endsWithConnection()) {
            borrower.end(null);
        } else {
            borrower.failed(reader.headTold() ? Outcome.TRUNCATED : Outcome.RESET, null);
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
        if (thrown instanceof IOException && isActive()) {
            setReading(true);
        } else {
            closeSocket();
        }
    }
}
