package io.crossfade.http;

/** A response head of an upstream as offsets into an array of bytes; one per event loop, valid until the next scan. */
public final class ResponseHead {
    public enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    public Refusal refusal() {
        throw new UnsupportedOperationException();
    }

    /** 100..599. */
    public int status() {
        throw new UnsupportedOperationException();
    }

    public Framing framing() {
        throw new UnsupportedOperationException();
    }

    public long contentLength() {
        throw new UnsupportedOperationException();
    }

    /** Whether the upstream keeps its connection after this message. */
    public boolean keepAlive() {
        throw new UnsupportedOperationException();
    }

    /** Whether the head can go to an HTTP/1.1 client exactly as it is: HTTP/1.1 status line and no field to drop. */
    public boolean verbatim() {
        throw new UnsupportedOperationException();
    }
}
