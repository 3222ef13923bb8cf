package io.crossfade.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of a head or a trailer section as offsets into an array of bytes, and the rules that requests and
 * answers share: line syntax, Connection options, Content-Length and Transfer-Encoding.
 *
 * <p>Owned by one event loop. Nothing is allocated per message; the arrays grow up to the bound on fields.
 */
final class FieldLines {
    /** What Content-Length and Transfer-Encoding say together. */
    enum Delimiter {
        ABSENT,
        LENGTH,
        CHUNKED,
        REFUSED
    }

    /** The bounds of one section, in bytes and counts. */
    record Bounds(int section, int fields, int line, int cookie) {}

    private static final int FIRST_CAPACITY = 128;
    private static final byte[] CLOSE = Octets.ascii("close");
    private static final byte[] KEEP_ALIVE = Octets.ascii("keep-alive");
    private static final byte[] TE = Octets.ascii("te");
    private static final byte[] CHUNKED = Octets.ascii("chunked");

    private final Bounds bounds;
    private byte[] bytes = new byte[0];
    private int count;
    private int cookieLeft;
    private @Nullable Refusal refusal;

    /** Line i is [starts[i], starts[i + 1]) with its CRLF; its name begins it. */
    private int[] starts = new int[FIRST_CAPACITY + 1];

    private int[] nameEnds = new int[FIRST_CAPACITY];
    private int[] valueStarts = new int[FIRST_CAPACITY];
    private int[] valueEnds = new int[FIRST_CAPACITY];
    private FieldName[] names = new FieldName[FIRST_CAPACITY];
    private boolean[] underscores = new boolean[FIRST_CAPACITY];
    private boolean[] dropped = new boolean[FIRST_CAPACITY];

    private boolean anyHopByHop;
    private boolean closeListed;
    private boolean keepAliveListed;
    private boolean teListed;
    private long contentLength;

    FieldLines(Bounds bounds) {
        this.bounds = bounds;
    }

    /**
     * Scans lines up to and with the empty one.
     *
     * @param sectionStart where the section's bound begins to count: the start line of a head
     * @param end end of the content; a NUL and {@link Octets#SLACK} bytes must follow it
     * @return the offset after the empty line, {@link RequestScanner#INCOMPLETE} or {@link RequestScanner#REFUSED}
     */
    int scan(byte[] content, int sectionStart, int from, int end) {
        bytes = content;
        count = 0;
        cookieLeft = bounds.cookie();
        anyHopByHop = false;
        int sectionEnd = sectionStart + bounds.section();
        int at = from;
        while (true) {
            starts[count] = at;
            if (content[at] == '\r' && at <= sectionEnd) {
                return afterCarriageReturn(at, end);
            }
            int next = line(at, sectionEnd, end);
            if (next <= 0) {
                return next;
            }
            at = next;
        }
    }

    private int afterCarriageReturn(int at, int end) {
        if (at + 1 == end) {
            return RequestScanner.INCOMPLETE;
        }
        return bytes[at + 1] == '\n' ? at + 2 : refuse(Refusal.BARE_CR);
    }

    /** Every stop is first held against the bounds, so that the reason does not depend on how the bytes arrived. */
    private int line(int start, int sectionEnd, int end) {
        byte[] bytes = this.bytes;
        byte[] classes = Octets.NAME;
        int at = start;
        int seen = 0;
        for (byte kind; (kind = classes[bytes[at] & 0xff]) != 0; at++) {
            seen |= kind;
        }
        if (at > Math.min(start + bounds.line(), sectionEnd)) {
            return tooLarge(start, bounds.line(), Refusal.FIELD_TOO_LARGE, sectionEnd);
        }
        if (bytes[at] != ':' || at == start) {
            return at == end ? RequestScanner.INCOMPLETE : refuse(brokenName(start, at));
        }
        if (count == bounds.fields()) {
            return refuse(Refusal.TOO_MANY_FIELDS);
        }
        FieldName name = FieldName.of(bytes, start, at);
        int nameEnd = at++;
        while (Octets.isBlank(bytes[at])) {
            at++;
        }
        int valueStart = at;
        at = Octets.endOfText(bytes, at);
        int longest = name == FieldName.COOKIE ? cookieLeft : bounds.line();
        if (at > Math.min(start + longest, sectionEnd)) {
            Refusal reason = name == FieldName.COOKIE ? Refusal.COOKIE_TOO_LARGE : Refusal.FIELD_TOO_LARGE;
            return tooLarge(start, longest, reason, sectionEnd);
        }
        if (bytes[at] != '\r') {
            return at == end
                    ? RequestScanner.INCOMPLETE
                    : refuse(bytes[at] == '\n' ? Refusal.BARE_LF : Refusal.CONTROL_CHARACTER);
        }
        int next = afterCarriageReturn(at, end);
        if (next > 0) {
            if (name == FieldName.COOKIE) {
                cookieLeft -= at - start;
            }
            add(name, nameEnd, valueStart, at, seen == Octets.UNDERSCORE);
        }
        return next;
    }

    private void add(FieldName name, int nameEnd, int valueStart, int valueEndWithBlanks, boolean underscore) {
        int valueEnd = valueEndWithBlanks;
        while (valueEnd > valueStart && Octets.isBlank(bytes[valueEnd - 1])) {
            valueEnd--;
        }
        int i = count++;
        nameEnds[i] = nameEnd;
        valueStarts[i] = valueStart;
        valueEnds[i] = valueEnd;
        names[i] = name;
        underscores[i] = underscore;
        boolean hopByHop = name.isHopByHop();
        dropped[i] = hopByHop;
        anyHopByHop |= hopByHop;
        if (count == names.length) {
            grow();
        }
    }

    private void grow() {
        int capacity = Math.min(count * 2, bounds.fields() + 1);
        starts = Arrays.copyOf(starts, capacity + 1);
        nameEnds = Arrays.copyOf(nameEnds, capacity);
        valueStarts = Arrays.copyOf(valueStarts, capacity);
        valueEnds = Arrays.copyOf(valueEnds, capacity);
        names = Arrays.copyOf(names, capacity);
        underscores = Arrays.copyOf(underscores, capacity);
        dropped = Arrays.copyOf(dropped, capacity);
    }

    private Refusal brokenName(int start, int at) {
        byte c = bytes[at];
        if (Octets.isBlank(c)) {
            return at == start ? Refusal.OBS_FOLD : Refusal.SPACE_BEFORE_COLON;
        }
        if (c == '\n') {
            return Refusal.BARE_LF;
        }
        if (c == '\r') {
            return Refusal.MISSING_COLON;
        }
        return Octets.isControl(c) ? Refusal.CONTROL_CHARACTER : Refusal.MALFORMED_FIELD_NAME;
    }

    private int tooLarge(int start, int longest, Refusal lineReason, int sectionEnd) {
        return refuse(start + longest < sectionEnd ? lineReason : Refusal.HEAD_TOO_LARGE);
    }

    private int refuse(Refusal reason) {
        refusal = reason;
        return RequestScanner.REFUSED;
    }

    /**
     * Obeys the Connection fields: hop-by-hop fields and unknown fields listed there count as dropped from now on. Fields
     * that frame, route or authenticate stay, whoever lists them: a client must not take them away from the upstream.
     *
     * @return false when more options are listed than fields are allowed, which would make this loop expensive
     */
    boolean applyConnection() {
        closeListed = false;
        keepAliveListed = false;
        teListed = false;
        int options = 0;
        for (int i = 0; anyHopByHop && i < count; i++) {
            if (names[i] == FieldName.CONNECTION) {
                for (int at = valueStarts[i]; at < valueEnds[i]; options++) {
                    int comma = comma(at, valueEnds[i]);
                    int start = skipBlanks(at, comma);
                    if (options == bounds.fields()) {
                        refuse(Refusal.TOO_MANY_FIELDS);
                        return false;
                    }
                    applyOption(start, trimBlanks(start, comma));
                    at = comma + 1;
                }
            }
        }
        return true;
    }

    private void applyOption(int from, int to) {
        if (Octets.equalsIgnoringCase(bytes, from, to, KEEP_ALIVE)) {
            keepAliveListed = true;
        } else if (Octets.equalsIgnoringCase(bytes, from, to, TE)) {
            teListed = true;
        } else {
            closeListed |= Octets.equalsIgnoringCase(bytes, from, to, CLOSE);
            for (int i = 0; i < count; i++) {
                dropped[i] |=
                        names[i] == FieldName.OTHER && Octets.sameIgnoringCase(bytes, starts[i], nameEnds[i], from, to);
            }
        }
    }

    /** Decides how the body is delimited (RFC 9112 section 6, without its repairs): one valid field, or none. */
    Delimiter delimiter(int version) {
        contentLength = 0;
        int lengths = 0;
        int encodings = 0;
        for (int i = 0; i < count; i++) {
            if (names[i] == FieldName.CONTENT_LENGTH) {
                lengths++;
                contentLength = decimal(valueStarts[i], valueEnds[i]);
                if (contentLength < 0) {
                    return refuseDelimiter(Refusal.MALFORMED_LENGTH);
                }
            } else if (names[i] == FieldName.TRANSFER_ENCODING) {
                encodings++;
            }
        }
        if (encodings == 0) {
            return lengths > 1
                    ? refuseDelimiter(Refusal.DUPLICATE_LENGTH)
                    : lengths == 1 ? Delimiter.LENGTH : Delimiter.ABSENT;
        }
        if (lengths > 0) {
            return refuseDelimiter(Refusal.LENGTH_AND_ENCODING);
        }
        if (version == 10) {
            return refuseDelimiter(Refusal.ENCODING_IN_HTTP_1_0);
        }
        return encodings == 1 && has(FieldName.TRANSFER_ENCODING, CHUNKED)
                ? Delimiter.CHUNKED
                : refuseDelimiter(encodingRefusal());
    }

    private Delimiter refuseDelimiter(Refusal reason) {
        refusal = reason;
        return Delimiter.REFUSED;
    }

    private Refusal encodingRefusal() {
        for (int i = 0; i < count; i++) {
            if (names[i] == FieldName.TRANSFER_ENCODING && namesUnknownCoding(valueStarts[i], valueEnds[i])) {
                return Refusal.UNKNOWN_ENCODING;
            }
        }
        return Refusal.MALFORMED_ENCODING;
    }

    private boolean namesUnknownCoding(int from, int to) {
        int at = from;
        while (at < to) {
            int comma = comma(at, to);
            int start = skipBlanks(at, comma);
            int end = trimBlanks(start, comma);
            if (isToken(start, end) && !Octets.equalsIgnoringCase(bytes, start, end, CHUNKED)) {
                return true;
            }
            at = comma + 1;
        }
        return false;
    }

    private boolean isToken(int from, int to) {
        int at = from;
        while (at < to && Octets.NAME[bytes[at] & 0xff] != 0) {
            at++;
        }
        return at == to && from < to;
    }

    /** 1*DIGIT up to 2^63-1, or -1. */
    private long decimal(int from, int to) {
        if (from == to) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Whether every field of this name has this value (in lower case here, in any case there), and there is one. */
    boolean has(FieldName name, byte[] lowerCaseValue) {
        boolean found = false;
        for (int i = 0; i < count; i++) {
            if (names[i] == name) {
                if (!Octets.equalsIgnoringCase(bytes, valueStarts[i], valueEnds[i], lowerCaseValue)) {
                    return false;
                }
                found = true;
            }
        }
        return found;
    }

    /** Whether a field of this name lists the option, such as {@code TE: gzip, trailers}. */
    boolean lists(FieldName name, byte[] lowerCaseOption) {
        for (int i = 0; i < count; i++) {
            if (names[i] != name) {
                continue;
            }
            for (int at = valueStarts[i]; at < valueEnds[i]; ) {
                int comma = comma(at, valueEnds[i]);
                int start = skipBlanks(at, comma);
                if (Octets.equalsIgnoringCase(bytes, start, trimBlanks(start, comma), lowerCaseOption)) {
                    return true;
                }
                at = comma + 1;
            }
        }
        return false;
    }

    private int comma(int from, int to) {
        int at = from;
        while (at < to && bytes[at] != ',') {
            at++;
        }
        return at;
    }

    private int skipBlanks(int from, int to) {
        int at = from;
        while (at < to && Octets.isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    private int trimBlanks(int from, int to) {
        int end = to;
        while (end > from && Octets.isBlank(bytes[end - 1])) {
            end--;
        }
        return end;
    }

    /** Number of the first field at or after {@code from} that has this name, or -1. */
    int next(FieldName name, int from) {
        for (int i = from; i < count; i++) {
            if (names[i] == name) {
                return i;
            }
        }
        return -1;
    }

    /** Number of the first field at or after {@code from} that is not dropped and has this name, in lower case, or -1. */
    int find(byte[] lowerCaseName, int from) {
        for (int i = from; i < count; i++) {
            if (nameEnds[i] - starts[i] == lowerCaseName.length
                    && !dropped[i]
                    && Octets.equalsIgnoringCase(bytes, starts[i], nameEnds[i], lowerCaseName)) {
                return i;
            }
        }
        return -1;
    }

    void drop(int field) {
        dropped[field] = true;
    }

    Refusal refusal() {
        if (refusal == null) {
            throw new IllegalStateException("nothing was refused");
        }
        return refusal;
    }

    int count() {
        return count;
    }

    FieldName name(int field) {
        return names[field];
    }

    boolean isDropped(int field) {
        return dropped[field];
    }

    boolean hasUnderscore(int field) {
        return underscores[field];
    }

    /** Start of a field's line; of the number {@link #count()}, the end of the last line. */
    int start(int field) {
        return starts[field];
    }

    int nameEnd(int field) {
        return nameEnds[field];
    }

    int valueStart(int field) {
        return valueStarts[field];
    }

    int valueEnd(int field) {
        return valueEnds[field];
    }

    boolean closeListed() {
        return closeListed;
    }

    boolean keepAliveListed() {
        return keepAliveListed;
    }

    boolean teListed() {
        return teListed;
    }

    boolean anyHopByHop() {
        return anyHopByHop;
    }

    long contentLength() {
        return contentLength;
    }
}
