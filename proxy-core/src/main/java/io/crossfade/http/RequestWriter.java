package io.crossfade.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Writes a scanned request head for the upstream: unchanged ranges in bulk, hop-by-hop and forged fields dropped, ours added. */
public final class RequestWriter {
    /**
     * What the proxy knows of one client connection, encoded once per connection.
     *
     * @param trusted whether forwarding fields of this peer are kept and appended to
     */
    public record Peer(byte[] address, byte[] scheme, boolean trusted) {}

    /** The caller owns the returned buffer. Always ends with the empty line. */
    public static ByteBuf write(RequestHead head, Peer peer, ByteBufAllocator allocator) {
        throw new UnsupportedOperationException();
    }

    private RequestWriter() {}
}
