package io.crossfade.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Writes a scanned response head for the client when it cannot go as it is, and the proxy's own answers. */
public final class ResponseWriter {
    /**
     * The caller owns the returned buffer. The status line always says HTTP/1.1; hop-by-hop fields are dropped.
     *
     * @param close adds {@code Connection: close}
     * @param dropTransferEncoding the body goes out decoded (HTTP/1.0 client)
     * @param extraFields complete field lines with CRLF, such as Set-Cookie, or null
     */
    public static ByteBuf write(
            ResponseHead head,
            boolean close,
            boolean dropTransferEncoding,
            byte @Nullable [] extraFields,
            ByteBufAllocator allocator) {
        throw new UnsupportedOperationException();
    }

    /**
     * An answer of the proxy itself: JSON problem body {@code {"status":..,"reason":"..","detail":".."}} with Content-Length,
     * {@code x-proxy-reason: reason} and, when close, {@code Connection: close}.
     *
     * @param omitBody whether the request was a HEAD: Content-Length stays, the body does not
     * @param extraFields complete field lines with CRLF such as {@code Retry-After: 1}, or null
     */
    public static ByteBuf own(
            int status,
            String reason,
            String detail,
            boolean close,
            boolean omitBody,
            byte @Nullable [] extraFields,
            ByteBufAllocator allocator) {
        throw new UnsupportedOperationException();
    }

    private ResponseWriter() {}
}
