package io.crossfade.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Walks a request head once, validates every byte (RFC 9110, RFC 9112) and remembers where the fields are.
 *
 * <p>One per event loop. The bytes are copied into one array of this scanner and read there, so the head that a scan
 * fills is valid until the next scan on the same loop.
 *
 * <p>A head is refused as soon as its bytes decide it, and with the same reason however they were cut into pieces.
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

    /** Most heads are shorter, and behind them may lie a body that need not be copied. */
    private static final int FIRST_COPY = 2048;

    /** An empty line before the head, the CRLF that ends it, and one byte that proves a head to be too large. */
    private static final int MARGIN = 5;

    private static final byte[] HEAD = Octets.ascii("HEAD");
    private static final byte[] TRACE = Octets.ascii("TRACE");
    private static final byte[] CONNECT = Octets.ascii("CONNECT");
    private static final byte[] OPTIONS = Octets.ascii("OPTIONS");
    private static final byte[] HTTP = Octets.ascii("http://");
    private static final byte[] HTTPS = Octets.ascii("https://");
    private static final byte[] CONTINUE = Octets.ascii("100-continue");
    private static final byte[] TRAILERS = Octets.ascii("trailers");
    private static final byte[] VERSION_PREFIX = Octets.ascii("http/");
    private static final long HTTP_1_1 = Octets.word(Octets.ascii("HTTP/1.1"), 0);
    private static final long HTTP_1_0 = Octets.word(Octets.ascii("HTTP/1.0"), 0);
    private static final int VERSION_LENGTH = 8;

    private final int requestLine;
    private final int capacity;
    private final byte[] bytes;
    private final byte[] normalPath;
    private final FieldLines fields;

    public RequestScanner(HttpLimits limits) {
        requestLine = limits.requestLine();
        capacity = limits.head() + MARGIN;
        bytes = new byte[capacity + Octets.SLACK];
        normalPath = new byte[capacity];
        fields = new FieldLines(new FieldLines.Bounds(limits.head(), limits.fields(), limits.field(), limits.cookie()));
    }

    /**
     * Scans the readable bytes of {@code in} from its reader index, which does not move.
     *
     * @return the length of the head with its empty line (and an empty line before it), INCOMPLETE or REFUSED
     */
    public int scan(ByteBuf in, RequestHead head, UnderscoreNames underscores) {
        int available = Math.min(in.readableBytes(), capacity);
        int end = Math.min(available, FIRST_COPY);
        int length = scan(in, end, head, underscores);
        return length == INCOMPLETE && available > end ? scan(in, available, head, underscores) : length;
    }

    private int scan(ByteBuf in, int end, RequestHead head, UnderscoreNames underscores) {
        in.getBytes(in.readerIndex(), bytes, 0, end);
        bytes[end] = 0;
        head.bytes = bytes;
        head.fields = fields;
        head.refusal = null;
        int start = 0;
        if (bytes[0] == '\r') {
            if (end == 1) {
                return INCOMPLETE;
            }
            if (bytes[1] != '\n') {
                return refuse(head, Refusal.BARE_CR);
            }
            start = 2;
        }
        int fieldsStart = requestLine(start, end, head);
        if (fieldsStart <= 0) {
            return fieldsStart;
        }
        int length = fields.scan(bytes, start, fieldsStart, end);
        if (length == REFUSED) {
            head.refusal = fields.refusal();
        }
        return length > 0 ? judge(head, length, underscores) : length;
    }

    private static int refuse(RequestHead head, Refusal reason) {
        head.refusal = reason;
        return REFUSED;
    }

    /** Returns the start of the first field, INCOMPLETE or REFUSED; so do all parts of the line with the next part's. */
    private int requestLine(int start, int end, RequestHead head) {
        int targetStart = method(start, end, head);
        if (targetStart <= 0) {
            return targetStart;
        }
        int versionStart = target(start, targetStart, end, head);
        return versionStart > 0 ? version(start, versionStart, end, head) : versionStart;
    }

    private int method(int start, int end, RequestHead head) {
        int at = start;
        while (Octets.NAME[bytes[at] & 0xff] != 0) {
            at++;
        }
        if (at - start > requestLine) {
            return refuse(head, Refusal.REQUEST_LINE_TOO_LONG);
        }
        if (at == end) {
            return INCOMPLETE;
        }
        if (bytes[at] != ' ' || at == start) {
            return refuse(head, broken(bytes[at], Refusal.MALFORMED_METHOD));
        }
        if (is(start, at, CONNECT)) {
            return refuse(head, Refusal.METHOD_NOT_IMPLEMENTED);
        }
        if (is(start, at, TRACE)) {
            return refuse(head, Refusal.METHOD_NOT_ALLOWED);
        }
        head.methodStart = start;
        head.methodEnd = at;
        head.head = is(start, at, HEAD);
        return at + 1;
    }

    private int target(int start, int from, int end, RequestHead head) {
        head.originForm = bytes[from] == '/';
        int at = head.originForm ? path(from, head) : from;
        if (!head.originForm || bytes[at] == '?') {
            while (Octets.QUERY[bytes[at] & 0xff] != 0) {
                at++;
            }
        }
        if (at - start > requestLine) {
            return refuse(head, Refusal.REQUEST_LINE_TOO_LONG);
        }
        if (at == end) {
            return INCOMPLETE;
        }
        if (bytes[at] != ' ' || at == from) {
            Refusal reason = bytes[at] == '\\' ? Refusal.DANGEROUS_PATH : Refusal.MALFORMED_TARGET;
            return refuse(head, broken(bytes[at], reason));
        }
        head.targetStart = from;
        head.targetEnd = at;
        head.absoluteForm = false;
        if (head.originForm) {
            return normalForm(head) ? at + 1 : REFUSED;
        }
        if (bytes[from] == '*') {
            return asterisk(from, at, head) ? at + 1 : refuse(head, Refusal.MALFORMED_TARGET);
        }
        return absolute(from, at, head) ? at + 1 : REFUSED;
    }

    /** Walks a path, remembers its end and whether something in it needs a closer look; returns the end. */
    private int path(int from, RequestHead head) {
        boolean suspicious = false;
        int at = from;
        for (byte kind; (kind = Octets.PATH[bytes[at] & 0xff]) != 0; at++) {
            if (kind != Octets.PLAIN) {
                byte next = bytes[at + 1];
                suspicious |= kind == Octets.PERCENT || next == '/' || next == '.';
            }
        }
        head.pathEnd = at;
        head.pathNeedsNormalizing = suspicious;
        return at;
    }

    private boolean normalForm(RequestHead head) {
        if (!head.pathNeedsNormalizing) {
            return true;
        }
        int from = head.targetStart;
        int to = head.pathEnd;
        if (PathNormalizer.isDangerous(bytes, from, to)) {
            refuse(head, Refusal.DANGEROUS_PATH);
            return false;
        }
        int length = PathNormalizer.normalize(bytes, from, to, normalPath);
        head.pathNeedsNormalizing = !Arrays.equals(bytes, from, to, normalPath, 0, length) || hasBadEscape(from, to);
        return true;
    }

    private boolean hasBadEscape(int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] == '%' && Octets.percentDecoded(bytes, at, to) < 0) {
                return true;
            }
        }
        return false;
    }

    private boolean asterisk(int from, int to, RequestHead head) {
        head.pathEnd = to;
        head.pathNeedsNormalizing = false;
        return to - from == 1 && is(head.methodStart, head.methodEnd, OPTIONS);
    }

    /** RFC 9112 section 3.2.2. The authority is checked here and stands for Host; what follows it is the target. */
    private boolean absolute(int from, int to, RequestHead head) {
        int prefix = Octets.startsIgnoringCase(bytes, from, to, HTTP)
                ? HTTP.length
                : Octets.startsIgnoringCase(bytes, from, to, HTTPS) ? HTTPS.length : 0;
        int authorityStart = from + prefix;
        int authorityEnd = authorityStart;
        while (authorityEnd < to && bytes[authorityEnd] != '/' && bytes[authorityEnd] != '?') {
            authorityEnd++;
        }
        int hostEnd = Authority.hostEnd(bytes, authorityStart, authorityEnd);
        if (prefix == 0 || hostEnd == Authority.INVALID) {
            refuse(head, prefix == 0 ? Refusal.MALFORMED_TARGET : Refusal.MALFORMED_HOST);
            return false;
        }
        int targetStart = authorityEnd;
        if (targetStart == to || bytes[targetStart] == '?') {
            // An empty path is sent as "/", or "*" for OPTIONS: the authority gives way by one byte to make room for
            // it.
            System.arraycopy(bytes, authorityStart, bytes, authorityStart - 1, authorityEnd - authorityStart);
            authorityStart--;
            authorityEnd--;
            hostEnd--;
            targetStart--;
            boolean options = targetStart + 1 == to && is(head.methodStart, head.methodEnd, OPTIONS);
            bytes[targetStart] = (byte) (options ? '*' : '/');
        }
        head.absoluteForm = true;
        head.hostStart = authorityStart;
        head.hostEnd = hostEnd;
        head.authorityEnd = authorityEnd;
        head.targetStart = targetStart;
        if (path(targetStart, head) < to && bytes[head.pathEnd] != '?') {
            refuse(head, Refusal.DANGEROUS_PATH);
            return false;
        }
        return normalForm(head);
    }

    private int version(int start, int from, int end, RequestHead head) {
        int at = Octets.endOfText(bytes, from);
        int lineEnd = start + requestLine;
        if (at > Math.min(from + VERSION_LENGTH, lineEnd)) {
            boolean malformed = from + VERSION_LENGTH < lineEnd;
            return refuse(head, malformed ? Refusal.MALFORMED_REQUEST_LINE : Refusal.REQUEST_LINE_TOO_LONG);
        }
        if (at == end) {
            return INCOMPLETE;
        }
        if (bytes[at] != '\r') {
            return refuse(head, broken(bytes[at], Refusal.MALFORMED_REQUEST_LINE));
        }
        if (at + 1 == end) {
            return INCOMPLETE;
        }
        if (bytes[at + 1] != '\n') {
            return refuse(head, Refusal.BARE_CR);
        }
        long word = at - from == VERSION_LENGTH ? Octets.word(bytes, from) : 0;
        if (word != HTTP_1_1 && word != HTTP_1_0) {
            boolean known = word != 0 && looksLikeVersion(from);
            return refuse(head, known ? Refusal.UNSUPPORTED_VERSION : Refusal.MALFORMED_REQUEST_LINE);
        }
        head.version = word == HTTP_1_1 ? 11 : 10;
        return at + 2;
    }

    private boolean looksLikeVersion(int from) {
        return Octets.startsIgnoringCase(bytes, from, from + VERSION_LENGTH, VERSION_PREFIX)
                && isDigit(bytes[from + 5])
                && bytes[from + 6] == '.'
                && isDigit(bytes[from + 7]);
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static Refusal broken(byte c, Refusal otherwise) {
        if (c == '\n') {
            return Refusal.BARE_LF;
        }
        return c == '\r' || !Octets.isControl(c) ? otherwise : Refusal.CONTROL_CHARACTER;
    }

    private boolean is(int from, int to, byte[] word) {
        return Arrays.equals(bytes, from, to, word, 0, word.length);
    }

    /** What only the whole head decides. */
    private int judge(RequestHead head, int length, UnderscoreNames underscores) {
        if (!fields.applyConnection()) {
            return refuse(head, fields.refusal());
        }
        head.underscoresDropped = 0;
        if (underscores != UnderscoreNames.ALLOW && !dropUnderscores(head, underscores)) {
            return refuse(head, Refusal.UNDERSCORE_IN_FIELD_NAME);
        }
        if (!host(head) || !framing(head)) {
            return REFUSED;
        }
        head.acceptsTrailers = fields.teListed() && fields.lists(FieldName.TE, TRAILERS);
        int expectation = fields.next(FieldName.EXPECT, 0);
        boolean expects = expectation >= 0;
        if (expects && !fields.has(FieldName.EXPECT, CONTINUE)) {
            return refuse(head, Refusal.EXPECTATION_FAILED);
        }
        while (expectation >= 0 && (expectation = fields.next(FieldName.EXPECT, expectation + 1)) >= 0) {
            fields.drop(expectation); // the same once more
        }
        head.expectContinue = expects && head.version == 11;
        return length;
    }

    private boolean dropUnderscores(RequestHead head, UnderscoreNames underscores) {
        for (int i = 0; i < fields.count(); i++) {
            if (fields.hasUnderscore(i)) {
                if (underscores == UnderscoreNames.REJECT) {
                    return false;
                }
                fields.drop(i);
                head.underscoresDropped++;
            }
        }
        return true;
    }

    private boolean host(RequestHead head) {
        int field = fields.next(FieldName.HOST, 0);
        if (field < 0) {
            refuse(head, Refusal.MISSING_HOST);
            return false;
        }
        if (fields.next(FieldName.HOST, field + 1) >= 0) {
            refuse(head, Refusal.DUPLICATE_HOST);
            return false;
        }
        int from = fields.valueStart(field);
        int to = fields.valueEnd(field);
        int hostEnd = Authority.hostEnd(bytes, from, to);
        if (hostEnd == Authority.INVALID) {
            refuse(head, Refusal.MALFORMED_HOST);
            return false;
        }
        if (!head.absoluteForm) {
            head.hostStart = from;
            head.hostEnd = hostEnd;
            head.authorityEnd = to;
        }
        return true;
    }

    private boolean framing(RequestHead head) {
        FieldLines.Delimiter delimiter = fields.delimiter(head.version);
        if (delimiter == FieldLines.Delimiter.REFUSED) {
            refuse(head, fields.refusal());
            return false;
        }
        head.contentLength = fields.contentLength();
        head.framing = switch (delimiter) {
            case LENGTH -> RequestHead.Framing.LENGTH;
            case CHUNKED -> RequestHead.Framing.CHUNKED;
            case ABSENT, REFUSED -> RequestHead.Framing.NONE;
        };
        return true;
    }
}
