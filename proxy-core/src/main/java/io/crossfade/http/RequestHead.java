package io.crossfade.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A request head as offsets into an array of bytes. One per event loop, reused for every request; valid until the next
 * scan. Ranges are half open: start inclusive, end exclusive.
 */
public final class RequestHead {
    /** How the body is delimited. */
    public enum Framing {
        NONE,
        LENGTH,
        CHUNKED
    }

    private static final byte[] NO_BYTES = new byte[0];
    private static final byte[][] SAFE = {Octets.ascii("GET"), Octets.ascii("HEAD"), Octets.ascii("OPTIONS")};
    private static final byte[][] IDEMPOTENT = {
        Octets.ascii("GET"), Octets.ascii("HEAD"), Octets.ascii("OPTIONS"), Octets.ascii("PUT"), Octets.ascii("DELETE")
    };

    byte[] bytes = NO_BYTES;

    @Nullable
    FieldLines fields;

    @Nullable
    Refusal refusal;

    int methodStart;
    int methodEnd;
    boolean head;
    boolean originForm;
    boolean absoluteForm;
    int targetStart;
    int targetEnd;
    int pathEnd;
    boolean pathNeedsNormalizing;
    int hostStart;
    int hostEnd;
    int authorityEnd;
    int version;
    Framing framing = Framing.NONE;
    long contentLength;
    boolean expectContinue;
    boolean acceptsTrailers;
    int underscoresDropped;

    /** The array the offsets point into. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Why the last scan refused.
     *
     * @throws IllegalStateException when it did not
     */
    public Refusal refusal() {
        if (refusal == null) {
            throw new IllegalStateException("the head was not refused");
        }
        return refusal;
    }

    public int methodStart() {
        return methodStart;
    }

    public int methodEnd() {
        return methodEnd;
    }

    public boolean isHead() {
        return head;
    }

    /** Whether the method may be sent twice (RFC 9110 section 9.2.2), by its name. */
    public boolean isIdempotent() {
        return isOneOf(IDEMPOTENT);
    }

    /** Whether the method asks to change nothing (RFC 9110 section 9.2.1): GET, HEAD or OPTIONS. */
    public boolean isSafe() {
        return isOneOf(SAFE);
    }

    private boolean isOneOf(byte[][] methods) {
        for (byte[] method : methods) {
            if (Arrays.equals(bytes, methodStart, methodEnd, method, 0, method.length)) {
                return true;
            }
        }
        return false;
    }

    /** Path and query as they go upstream (origin-form; of an absolute-form target what follows the authority). */
    public int targetStart() {
        return targetStart;
    }

    public int targetEnd() {
        return targetEnd;
    }

    /** End of the path, before any question mark. */
    public int pathEnd() {
        return pathEnd;
    }

    /**
     * Whether the path's raw form differs from its normal form (dot segments, doubled slashes, percent-encoded unreserved
     * characters or %2f), so that {@link PathNormalizer} must be asked before routes are matched. A percent sign without
     * two hexadecimal digits counts too, although it is left as it is.
     */
    public boolean pathNeedsNormalizing() {
        return pathNeedsNormalizing;
    }

    /** Host name without port, as sent (authority of an absolute-form target goes first); not lower-cased. */
    public int hostStart() {
        return hostStart;
    }

    public int hostEnd() {
        return hostEnd;
    }

    /** End of the authority: of the port when there is one, else of the host name. */
    public int authorityEnd() {
        return authorityEnd;
    }

    /** 10 or 11. */
    public int version() {
        return version;
    }

    /** Whether the client wants the connection kept: HTTP/1.1 without {@code Connection: close}. HTTP/1.0 never. */
    public boolean keepAlive() {
        return version == 11 && !fields().closeListed();
    }

    public Framing framing() {
        return framing;
    }

    /** Content-Length, 0..2^63-1; 0 when framing is not LENGTH. */
    public long contentLength() {
        return contentLength;
    }

    /** Whether the client waits for 100 before it sends its body; never in HTTP/1.0 (RFC 9110 section 10.1.1). */
    public boolean expectContinue() {
        return expectContinue;
    }

    /** Number of fields dropped because of an underscore in their name. */
    public int underscoresDropped() {
        return underscoresDropped;
    }

    /** Number of the first field with this name (lower case, ASCII bytes), or -1. Dropped fields are never found. */
    public int find(byte[] lowerCaseName) {
        return find(lowerCaseName, 0);
    }

    /** The same, at or after {@code from}. */
    public int find(byte[] lowerCaseName, int from) {
        return fields().find(lowerCaseName, from);
    }

    public int valueStart(int field) {
        return fields().valueStart(field);
    }

    public int valueEnd(int field) {
        return fields().valueEnd(field);
    }

    /**
     * Looks for a cookie pair by its exact name in all Cookie fields, without decoding; the first one counts.
     *
     * @return start of the value in the upper 32 bits, end in the lower, or -1
     */
    public long cookie(byte[] name) {
        FieldLines lines = fields();
        for (int i = lines.next(FieldName.COOKIE, 0); i >= 0; i = lines.next(FieldName.COOKIE, i + 1)) {
            long found = cookie(name, lines.valueStart(i), lines.valueEnd(i));
            if (found >= 0) {
                return found;
            }
        }
        return -1;
    }

    private long cookie(byte[] name, int from, int to) {
        int at = from;
        while (at < to) {
            while (at < to && (Octets.isBlank(bytes[at]) || bytes[at] == ';')) {
                at++;
            }
            int start = at;
            while (at < to && bytes[at] != ';') {
                at++;
            }
            if (startsPair(name, start, at)) {
                int end = at;
                int valueStart = start + name.length + 1;
                while (end > valueStart && Octets.isBlank(bytes[end - 1])) {
                    end--;
                }
                return ((long) valueStart << 32) | end;
            }
        }
        return -1;
    }

    private boolean startsPair(byte[] name, int from, int to) {
        if (to - from <= name.length || bytes[from + name.length] != '=') {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (bytes[from + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    FieldLines fields() {
        if (fields == null) {
            throw new IllegalStateException("no head was scanned");
        }
        return fields;
    }
}
