package io.crossfade.http;

import io.netty.buffer.ByteBuf;

/** The counterpart of {@link RequestScanner} for the answers of upstreams: nothing that is ambiguous reaches a client. */
public final class ResponseScanner {
    public ResponseScanner(HttpLimits limits) {
        throw new UnsupportedOperationException(limits.toString());
    }

    /**
     * Scans the readable bytes of {@code in} from its reader index, which does not move.
     *
     * @param answersHead whether the request was a HEAD, so that no body follows
     * @return the length of the head, {@link RequestScanner#INCOMPLETE} or {@link RequestScanner#REFUSED}
     */
    public int scan(ByteBuf in, ResponseHead head, boolean answersHead) {
        throw new UnsupportedOperationException();
    }
}
