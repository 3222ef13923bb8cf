package io.crossfade.upstream;

import io.crossfade.outcome.Outcome;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Whoever borrows an upstream connection; every call comes on the event loop both belong to. */
public interface UpstreamReceiver {
    /** The connection is lent to this receiver until {@link UpstreamConnection#giveBack} or {@link #upstreamClosed}. */
    void upstreamConnected(UpstreamConnection connection);

    /** No connection can be had: REFUSED, CONNECT_TIMEOUT, NO_ENDPOINT or OVERLOADED. */
    void upstreamUnavailable(Outcome why, String detail);

    /** Bytes of the answer; the receiver takes the buffer over and releases it. */
    void upstreamRead(ByteBuf in);

    /** No more bytes for now: the moment to flush. */
    void upstreamReadComplete();

    /** The upstream takes bytes again after its queue was over the high-water mark. */
    void upstreamWritable();

    /**
     * The lent connection is gone; it is no longer lent.
     *
     * @param cause null for an orderly end
     */
    void upstreamClosed(@Nullable Throwable cause);
}
