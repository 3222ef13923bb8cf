package io.crossfade.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Writes a scanned request head for the upstream: unchanged ranges in bulk, hop-by-hop and forged fields dropped, ours added. */
public final class RequestWriter {
    private static final byte[] VERSION_AND_HOST = Octets.ascii(" HTTP/1.1\r\nHost: ");
    private static final byte[] CRLF = Octets.ascii("\r\n");
    private static final byte[] SEPARATOR = Octets.ascii(", ");
    private static final byte[] TE = Octets.ascii("TE: trailers\r\n");
    private static final byte[] VIA_1_1 = Octets.ascii("\r\nVia: 1.1 crossfade\r\n\r\n");
    private static final byte[] VIA_1_0 = Octets.ascii("\r\nVia: 1.0 crossfade\r\n\r\n");

    /** More than all constants above, so that a buffer never grows. */
    private static final int ADDED = 160;

    /** The caller owns the returned buffer. Always ends with the empty line. */
    public static ByteBuf write(RequestHead head, Peer peer, ByteBufAllocator allocator) {
        FieldLines fields = head.fields();
        int authority = head.authorityEnd - head.hostStart;
        int size = fields.start(fields.count()) + 2 * authority + peer.address.length + peer.scheme.length + ADDED;
        ByteBuf out = allocator.ioBuffer(size);
        if (startsUnchanged(head, fields)) {
            unchanged(out, head, fields, head.methodStart, 1, peer);
        } else {
            out.writeBytes(head.bytes, head.methodStart, head.methodEnd + 1 - head.methodStart);
            out.writeBytes(head.bytes, head.targetStart, head.targetEnd - head.targetStart);
            out.writeBytes(VERSION_AND_HOST)
                    .writeBytes(head.bytes, head.hostStart, authority)
                    .writeBytes(CRLF);
            unchanged(out, head, fields, fields.start(0), 0, peer);
        }
        if (head.acceptsTrailers) {
            out.writeBytes(TE);
        }
        added(out, head, fields, peer);
        return out;
    }

    /** Whether the request line and the first field, Host, go upstream byte for byte. */
    private static boolean startsUnchanged(RequestHead head, FieldLines fields) {
        return !head.absoluteForm && head.version == 11 && fields.name(0) == FieldName.HOST;
    }

    /** Writes the lines from field {@code first} on in runs; the first run begins at {@code from}. */
    private static void unchanged(ByteBuf out, RequestHead head, FieldLines fields, int from, int first, Peer peer) {
        int run = from;
        int count = fields.count();
        for (int i = first; i < count; i++) {
            if (leftOut(head, fields, i, peer)) {
                out.writeBytes(head.bytes, run, fields.start(i) - run);
                run = fields.start(i + 1);
            }
        }
        out.writeBytes(head.bytes, run, fields.start(count) - run);
    }

    private static boolean leftOut(RequestHead head, FieldLines fields, int field, Peer peer) {
        if (fields.isDropped(field)) {
            return true;
        }
        return switch (fields.name(field)) {
            case HOST -> true;
            case EXPECT -> !head.expectContinue;
            case X_FORWARDED_FOR -> true;
            case X_FORWARDED_PROTO, X_FORWARDED_HOST, X_FORWARDED, X_REAL_IP, FORWARDED, INTERNAL -> !peer.trusted;
            default -> false;
        };
    }

    private static void added(ByteBuf out, RequestHead head, FieldLines fields, Peer peer) {
        if (peer.trusted) {
            trustedForwarding(out, head, fields, peer);
        } else {
            out.writeBytes(peer.forwarding);
            out.writeBytes(head.bytes, head.hostStart, head.authorityEnd - head.hostStart);
        }
        out.writeBytes(head.version == 11 ? VIA_1_1 : VIA_1_0);
    }

    private static void trustedForwarding(ByteBuf out, RequestHead head, FieldLines fields, Peer peer) {
        out.writeBytes(Peer.FORWARDED_FOR);
        receivedAddresses(out, head, fields);
        out.writeBytes(peer.address);
        if (fields.next(FieldName.X_FORWARDED_PROTO, 0) < 0) {
            out.writeBytes(Peer.FORWARDED_PROTO).writeBytes(peer.scheme);
        }
        if (fields.next(FieldName.X_FORWARDED_HOST, 0) < 0) {
            out.writeBytes(Peer.FORWARDED_HOST);
            out.writeBytes(head.bytes, head.hostStart, head.authorityEnd - head.hostStart);
        }
    }

    /** One line for all of them: many services read only the first line, or only the last. */
    private static void receivedAddresses(ByteBuf out, RequestHead head, FieldLines fields) {
        int i = fields.next(FieldName.X_FORWARDED_FOR, 0);
        for (; i >= 0; i = fields.next(FieldName.X_FORWARDED_FOR, i + 1)) {
            int length = fields.valueEnd(i) - fields.valueStart(i);
            if (length > 0) {
                out.writeBytes(head.bytes, fields.valueStart(i), length).writeBytes(SEPARATOR);
            }
        }
    }

    private RequestWriter() {}
}
