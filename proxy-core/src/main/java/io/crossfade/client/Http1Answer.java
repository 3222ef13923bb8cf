package io.crossfade.client;

import io.crossfade.exchange.OwnAnswer;
import io.crossfade.http.BodyForm;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.ResponseWriter;
import io.crossfade.socket.SocketEnd;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Writes the answers of one HTTP/1 connection, one after the other, in the version that the client speaks. Event loop only. */
final class Http1Answer {
    private final SocketEnd socket;
    private boolean toHead;
    private boolean toHttp10;
    private boolean closes;
    private boolean endsSilently;

    Http1Answer(SocketEnd socket) {
        this.socket = socket;
    }

    /**
     * Begins a new answer.
     *
     * @param isHead whether it answers a HEAD
     * @param http10 whether the client speaks HTTP/1.0
     * @param keepAlive whether the client wishes to go on after it
     */
    void begin(boolean isHead, boolean http10, boolean keepAlive) {
        toHead = isHead;
        toHttp10 = http10;
        closes = !keepAlive;
        endsSilently = false;
    }

    /** Whether the connection ends with this answer. */
    boolean closes() {
        return closes;
    }

    /** Whether the client takes the end of its connection for the end of the answer. */
    boolean endsSilently() {
        return endsSilently;
    }

    /** HTTP/1.0 knows no chunks. */
    BodyForm form() {
        return toHttp10 ? BodyForm.CONTENT : BodyForm.FRAMED;
    }

    /** An HTTP/1.0 client knows no interim answers (RFC 9110 section 15.2). */
    void interim(ResponseHead head, ByteBuf raw, int headLength) {
        if (!toHttp10) {
            socket.write(
                    head.verbatim()
                            ? raw.retainedSlice(raw.readerIndex(), headLength)
                            : ResponseWriter.write(head, false, false, null, socket.alloc()));
            socket.flush();
        }
    }

    /**
     * Writes the head, changed where it must be, and what comes behind it. In the usual case both go out in the very buffer
     * they came in.
     *
     * @param mustClose whether the connection must end with this answer, whatever client and upstream wish
     */
    void head(ResponseHead head, ByteBuf raw, int headLength, boolean mustClose, byte @Nullable [] extraFields) {
        boolean untilClose = head.framing() == ResponseHead.Framing.UNTIL_CLOSE;
        boolean unchunked = toHttp10 && head.framing() == ResponseHead.Framing.CHUNKED;
        closes = closes || untilClose || mustClose;
        endsSilently = untilClose || unchunked;
        if (head.verbatim() && !closes && extraFields == null) {
            socket.write(raw);
            return;
        }
        socket.write(ResponseWriter.write(head, closes, toHttp10, extraFields, socket.alloc()));
        raw.skipBytes(headLength);
        if (raw.isReadable()) {
            socket.write(raw);
        } else {
            raw.release();
        }
    }

    /** An answer of the proxy itself, whole. */
    void own(OwnAnswer answer, boolean mustClose) {
        closes = closes || answer.ends() || mustClose;
        socket.write(ResponseWriter.own(
                answer.status(), answer.word(), answer.detail(), closes, toHead, answer.extraFields(), socket.alloc()));
        socket.flush();
    }
}
