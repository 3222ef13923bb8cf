package io.crossfade.http;

/**
 * The trailers of a message whose body is handed over as {@link BodyForm#CONTENT}: complete field lines, each with its CRLF, without
 * those that may not be forwarded (RFC 9110 section 6.5.1). Rare, hence an object of its own.
 */
public final class Trailers {
    private final byte[] lines;

    Trailers(byte[] lines) {
        this.lines = lines;
    }

    /** The array itself: not to be written to. */
    public byte[] lines() {
        return lines;
    }
}
