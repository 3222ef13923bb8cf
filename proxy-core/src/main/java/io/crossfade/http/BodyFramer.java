package io.crossfade.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of a message body and validates its framing while the bytes pass through untouched. One per direction
 * and connection, reused for each message: begin with one of none, length, chunked, untilClose.
 */
public final class BodyFramer {
    public static final int REFUSED = -1;

    public BodyFramer(HttpLimits limits) {
        throw new UnsupportedOperationException(limits.toString());
    }

    public void none() {
        throw new UnsupportedOperationException();
    }

    public void length(long bytes) {
        throw new UnsupportedOperationException(Long.toString(bytes));
    }

    public void chunked() {
        throw new UnsupportedOperationException();
    }

    public void untilClose() {
        throw new UnsupportedOperationException();
    }

    /**
     * Walks the readable bytes of {@code in} from its reader index, which does not move.
     *
     * @return how many of them pass on unchanged (0 is possible), or REFUSED
     */
    public int scan(ByteBuf in) {
        throw new UnsupportedOperationException();
    }

    /** How many bytes of the last scanned buffer belong to this message: those that pass and those kept here (trailers). */
    public int consumed() {
        throw new UnsupportedOperationException();
    }

    /** What to send after the passed bytes: filtered trailers and the last empty line; usually null. The caller owns it. */
    public @Nullable ByteBuf ending(ByteBufAllocator allocator) {
        throw new UnsupportedOperationException(allocator.toString());
    }

    /**
     * The counterpart of {@link #scan} for a receiver that does not know chunked coding (HTTP/1.0): content only.
     *
     * @return a buffer that the caller owns, possibly empty; null when refused. {@link #consumed()} as for scan.
     */
    public @Nullable ByteBuf decode(ByteBuf in, ByteBufAllocator allocator) {
        throw new UnsupportedOperationException();
    }

    /** Whether the message has ended; never true for untilClose. */
    public boolean done() {
        throw new UnsupportedOperationException();
    }

    public boolean isUntilClose() {
        throw new UnsupportedOperationException();
    }

    /** Content bytes seen so far, without framing, so that a body limit can be kept. */
    public long contentBytes() {
        throw new UnsupportedOperationException();
    }

    public Refusal refusal() {
        throw new UnsupportedOperationException();
    }
}
