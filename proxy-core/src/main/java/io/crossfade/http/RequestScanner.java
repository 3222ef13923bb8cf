package io.crossfade.http;

import io.netty.buffer.ByteBuf;

/**
 * Walks a request head once, validates every byte (RFC 9110, RFC 9112) and remembers where the fields are.
 *
 * <p>One per event loop. The bytes are copied into one array of this scanner and read there, so the head that a scan
 * fills is valid until the next scan on the same loop.
 */
public final class RequestScanner {
    /** More bytes are needed. */
    public static final int INCOMPLETE = 0;

    /** The head must be refused; {@link RequestHead#refusal()} says why. */
    public static final int REFUSED = -1;

    public enum UnderscoreNames {
        DROP,
        REJECT,
        ALLOW
    }

    public RequestScanner(HttpLimits limits) {
        throw new UnsupportedOperationException(limits.toString());
    }

    /**
     * Scans the readable bytes of {@code in} from its reader index, which does not move.
     *
     * @return the length of the head with its empty line (and an empty line before it), INCOMPLETE or REFUSED
     */
    public int scan(ByteBuf in, RequestHead head, UnderscoreNames underscores) {
        throw new UnsupportedOperationException();
    }
}
