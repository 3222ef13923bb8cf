package io.crossfade.http;

import org.jspecify.annotations.Nullable;

/** A response head of an upstream as offsets into an array of bytes; one per event loop, valid until the next scan. */
public final class ResponseHead {
    public enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private static final byte[] NO_BYTES = new byte[0];

    byte[] bytes = NO_BYTES;

    @Nullable
    FieldLines fields;

    @Nullable
    Refusal refusal;

    int status;
    int reasonStart;
    int reasonEnd;
    Framing framing = Framing.NONE;
    long contentLength;
    boolean keepAlive;
    boolean verbatim;

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

    /** 100..599; below 200 the head is an interim answer and another head follows. */
    public int status() {
        return status;
    }

    public Framing framing() {
        return framing;
    }

    /** Content-Length, 0..2^63-1; 0 when framing is not LENGTH. */
    public long contentLength() {
        return contentLength;
    }

    /** Whether the upstream keeps its connection after this message. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** Whether the head can go to an HTTP/1.1 client exactly as it is: HTTP/1.1 status line and no field to drop. */
    public boolean verbatim() {
        return verbatim;
    }

    /** The array the offsets of fields point into. */
    public byte[] bytes() {
        return bytes;
    }

    /** Number of the first field with this name (lower case, ASCII bytes), or -1. Dropped fields are never found. */
    public int find(byte[] lowerCaseName) {
        return fields().find(lowerCaseName, 0);
    }

    public int valueStart(int field) {
        return fields().valueStart(field);
    }

    public int valueEnd(int field) {
        return fields().valueEnd(field);
    }

    FieldLines fields() {
        if (fields == null) {
            throw new IllegalStateException("no head was scanned");
        }
        return fields;
    }
}
