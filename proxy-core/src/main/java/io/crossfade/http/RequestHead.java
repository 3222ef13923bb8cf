package io.crossfade.http;

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

    /** The array the offsets point into. */
    public byte[] bytes() {
        throw new UnsupportedOperationException();
    }

    public Refusal refusal() {
        throw new UnsupportedOperationException();
    }

    public int methodStart() {
        throw new UnsupportedOperationException();
    }

    public int methodEnd() {
        throw new UnsupportedOperationException();
    }

    public boolean isHead() {
        throw new UnsupportedOperationException();
    }

    /** Path and query as they go upstream (origin-form; of an absolute-form target what follows the authority). */
    public int targetStart() {
        throw new UnsupportedOperationException();
    }

    public int targetEnd() {
        throw new UnsupportedOperationException();
    }

    /** End of the path, before any question mark. */
    public int pathEnd() {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether the path's raw form differs from its normal form (dot segments, doubled slashes, percent-encoded unreserved
     * characters or %2f), so that {@link PathNormalizer} must be asked before routes are matched.
     */
    public boolean pathNeedsNormalizing() {
        throw new UnsupportedOperationException();
    }

    /** Host name without port, as sent (authority of an absolute-form target goes first); not lower-cased. */
    public int hostStart() {
        throw new UnsupportedOperationException();
    }

    public int hostEnd() {
        throw new UnsupportedOperationException();
    }

    /** 10 or 11. */
    public int version() {
        throw new UnsupportedOperationException();
    }

    /** Whether the client wants the connection kept: HTTP/1.1 without {@code Connection: close}. HTTP/1.0 never. */
    public boolean keepAlive() {
        throw new UnsupportedOperationException();
    }

    public Framing framing() {
        throw new UnsupportedOperationException();
    }

    /** Content-Length, 0..2^63-1; 0 when framing is not LENGTH. */
    public long contentLength() {
        throw new UnsupportedOperationException();
    }

    public boolean expectContinue() {
        throw new UnsupportedOperationException();
    }

    /** Number of fields dropped because of an underscore in their name. */
    public int underscoresDropped() {
        throw new UnsupportedOperationException();
    }

    /** Number of the first field with this name (lower case, ASCII bytes), or -1. Dropped fields are never found. */
    public int find(byte[] lowerCaseName) {
        throw new UnsupportedOperationException();
    }

    public int valueStart(int field) {
        throw new UnsupportedOperationException();
    }

    public int valueEnd(int field) {
        throw new UnsupportedOperationException();
    }

    /**
     * Looks for a cookie pair by its exact name in all Cookie fields, without decoding.
     *
     * @return start of the value in the upper 32 bits, end in the lower, or -1
     */
    public long cookie(byte[] name) {
        throw new UnsupportedOperationException();
    }
}
