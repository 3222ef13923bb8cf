package io.crossfade.http;

import io.netty.buffer.ByteBuf;

/**
 * The counterpart of {@link RequestScanner} for the answers of upstreams: nothing that is ambiguous reaches a client.
 *
 * <p>One per event loop; the head that a scan fills is valid until the next scan on the same loop. All refusals have
 * status 502.
 */
public final class ResponseScanner {
    /** Most heads are shorter, and behind them usually lies a body that need not be copied. */
    private static final int FIRST_COPY = 1024;

    /** The CRLF that ends the head and one byte that proves it to be too large. */
    private static final int MARGIN = 3;

    private static final int MAX_FIELDS = 1000;
    private static final int VERSION_LENGTH = 8;
    private static final int STATUS_END = 12;
    private static final byte[] HTTP = Octets.ascii("HTTP/");
    private static final long HTTP_1_1 = Octets.word(Octets.ascii("HTTP/1.1"), 0);
    private static final long HTTP_1_0 = Octets.word(Octets.ascii("HTTP/1.0"), 0);

    private final int capacity;
    private final byte[] bytes;
    private final FieldLines fields;

    public ResponseScanner(HttpLimits limits) {
        capacity = limits.responseHead() + MARGIN;
        bytes = new byte[capacity + Octets.SLACK];
        int size = limits.responseHead();
        fields = new FieldLines(new FieldLines.Bounds(size, MAX_FIELDS, size, size));
    }

    /**
     * Scans the readable bytes of {@code in} from its reader index, which does not move.
     *
     * @param answersHead whether the request was a HEAD, so that no body follows
     * @return the length of the head, {@link RequestScanner#INCOMPLETE} or {@link RequestScanner#REFUSED}
     */
    public int scan(ByteBuf in, ResponseHead head, boolean answersHead) {
        int available = Math.min(in.readableBytes(), capacity);
        int end = Math.min(available, FIRST_COPY);
        int length = scan(in, end, head, answersHead);
        return length == RequestScanner.INCOMPLETE && available > end ? scan(in, available, head, answersHead) : length;
    }

    private int scan(ByteBuf in, int end, ResponseHead head, boolean answersHead) {
        in.getBytes(in.readerIndex(), bytes, 0, end);
        bytes[end] = 0;
        head.bytes = bytes;
        head.fields = fields;
        head.refusal = null;
        int fieldsStart = statusLine(end, head);
        if (fieldsStart <= 0) {
            return fieldsStart;
        }
        int length = fields.scan(bytes, 0, fieldsStart, end);
        if (length == RequestScanner.REFUSED) {
            return refuse(head, fields.refusal().ofUpstream());
        }
        return length > 0 ? judge(head, length, answersHead) : length;
    }

    private static int refuse(ResponseHead head, Refusal reason) {
        head.refusal = reason;
        return RequestScanner.REFUSED;
    }

    /** Returns the start of the first field, INCOMPLETE or REFUSED. */
    private int statusLine(int end, ResponseHead head) {
        for (int i = 0; i < Math.min(end, HTTP.length); i++) {
            if (bytes[i] != HTTP[i]) {
                return refuse(head, Refusal.UPSTREAM_MALFORMED_STATUS_LINE);
            }
        }
        int at = Octets.endOfText(bytes, 0);
        if (at > capacity - MARGIN) {
            return refuse(head, Refusal.UPSTREAM_HEAD_TOO_LARGE);
        }
        if (at == end) {
            return RequestScanner.INCOMPLETE;
        }
        if (bytes[at] != '\r' || (at + 1 < end && bytes[at + 1] != '\n')) {
            return refuse(head, Refusal.UPSTREAM_CONTROL_CHARACTER);
        }
        if (at + 1 == end) {
            return RequestScanner.INCOMPLETE;
        }
        // "HTTP/1.1 200" without the last space is wrong and common; it is repaired on the way to the client.
        if (at < STATUS_END || bytes[VERSION_LENGTH] != ' ' || (at > STATUS_END && bytes[STATUS_END] != ' ')) {
            return refuse(head, Refusal.UPSTREAM_MALFORMED_STATUS_LINE);
        }
        long version = Octets.word(bytes, 0);
        if (version != HTTP_1_1 && version != HTTP_1_0) {
            return refuse(head, Refusal.UPSTREAM_UNSUPPORTED_VERSION);
        }
        head.status = status();
        if (head.status < 100 || head.status > 599) {
            return refuse(head, Refusal.UPSTREAM_INVALID_STATUS);
        }
        head.keepAlive = version == HTTP_1_1;
        head.verbatim = version == HTTP_1_1 && at > STATUS_END;
        head.reasonStart = Math.min(STATUS_END + 1, at);
        head.reasonEnd = at;
        return at + 2;
    }

    /** Three digits as a number, or -1. */
    private int status() {
        int status = 0;
        for (int i = VERSION_LENGTH + 1; i < STATUS_END; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            status = status * 10 + digit;
        }
        return status;
    }

    /** What only the whole head decides. */
    private int judge(ResponseHead head, int length, boolean answersHead) {
        if (head.status == 101) {
            return refuse(head, Refusal.UPSTREAM_UNASKED_SWITCH);
        }
        int version = head.keepAlive ? 11 : 10;
        FieldLines.Delimiter delimiter = fields.delimiter(version);
        if (delimiter == FieldLines.Delimiter.REFUSED || !fields.applyConnection()) {
            return refuse(head, fields.refusal().ofUpstream());
        }
        boolean neverContent = head.status < 200 || head.status == 204;
        if (neverContent && delimiter == FieldLines.Delimiter.CHUNKED) {
            return refuse(head, Refusal.UPSTREAM_FORBIDDEN_BODY);
        }
        if (neverContent && delimiter == FieldLines.Delimiter.LENGTH) {
            // RFC 9110 section 8.6: such an answer must not have one, and a client might wait for the bytes.
            fields.drop(fields.next(FieldName.CONTENT_LENGTH, 0));
            head.verbatim = false;
        }
        head.verbatim &= !fields.anyHopByHop();
        head.framing =
                neverContent || answersHead || head.status == 304 ? ResponseHead.Framing.NONE : framing(delimiter);
        head.contentLength = head.framing == ResponseHead.Framing.LENGTH ? fields.contentLength() : 0;
        head.keepAlive = head.framing != ResponseHead.Framing.UNTIL_CLOSE
                && !mayFollow(head, delimiter, answersHead)
                && !fields.closeListed()
                && (version == 11 || fields.keepAliveListed());
        return length;
    }

    /** Whether an upstream that is mistaken about its last answer may still send a body: the next one's answer, were it used again. */
    private boolean mayFollow(ResponseHead head, FieldLines.Delimiter delimiter, boolean answersHead) {
        boolean empty = delimiter == FieldLines.Delimiter.LENGTH && fields.contentLength() == 0;
        return head.status >= 200
                && head.framing == ResponseHead.Framing.NONE
                && !empty
                && (answersHead || delimiter != FieldLines.Delimiter.ABSENT);
    }

    private static ResponseHead.Framing framing(FieldLines.Delimiter delimiter) {
        return switch (delimiter) {
            case LENGTH -> ResponseHead.Framing.LENGTH;
            case CHUNKED -> ResponseHead.Framing.CHUNKED;
            case ABSENT, REFUSED -> ResponseHead.Framing.UNTIL_CLOSE;
        };
    }
}
