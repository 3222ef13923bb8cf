package io.crossfade.exchange;

import io.crossfade.http.BodyFramer;
import io.crossfade.http.Refusal;
import io.crossfade.http.RequestScanner;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.ResponseWriter;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The answer of an upstream on its way to the client: the head is checked, the body passes through as it comes. A byte
 * behind the end of the answer never reaches the client. One per client connection, reused; owned by its event loop.
 */
final class Answer {
    enum Progress {
        /** More bytes are expected. */
        MORE,
        /** The answer has ended and all of it is written to the client, not yet flushed. */
        COMPLETE,
        /** The upstream sent what no client may see; {@link #refusal()} says what. */
        BROKEN
    }

    private final EdgeLoop loop;
    private final ClientConnection client;
    private final BodyFramer body;
    private @Nullable ByteBuf held;
    private byte @Nullable [] extraFields;
    private boolean answersHead;
    private boolean toHttp10;
    private boolean decoding;
    private boolean headSent;
    private boolean upstreamKeeps;
    private boolean surplus;
    private boolean close;
    private int interims;
    private int status;
    private long headNanos;
    private Refusal refusal = Refusal.UPSTREAM_MALFORMED_STATUS_LINE;

    Answer(EdgeLoop loop, ClientConnection client) {
        this.loop = loop;
        this.client = client;
        this.body = new BodyFramer(loop.httpLimits);
    }

    /**
     * Begins a new answer.
     *
     * @param extra field lines that only this answer gets, or null
     * @param keepAlive whether the client wishes to go on after it
     */
    void begin(boolean isHead, boolean http10, boolean keepAlive, byte @Nullable [] extra) {
        answersHead = isHead;
        toHttp10 = http10;
        close = !keepAlive;
        extraFields = extra;
        decoding = false;
        headSent = false;
        upstreamKeeps = false;
        surplus = false;
        interims = 0;
        status = 0;
        headNanos = 0;
    }

    /** Whether the final head went to the client. */
    boolean headSent() {
        return headSent;
    }

    /** Whether an interim answer came, such as 100. */
    boolean hadInterim() {
        return interims > 0;
    }

    boolean endsWithConnection() {
        return headSent && body.isUntilClose();
    }

    /** Whether the client takes the end of its connection for the end of the answer. */
    boolean endsSilently() {
        return headSent && (decoding || body.isUntilClose());
    }

    int status() {
        return status;
    }

    /** When the final head had arrived, on the clock of {@link System#nanoTime}. */
    long headNanos() {
        return headNanos;
    }

    /** Whether the client connection ends with this answer. */
    boolean closes() {
        return close;
    }

    /** Whether the upstream connection may carry another request. */
    boolean upstreamReusable() {
        return upstreamKeeps && !surplus;
    }

    boolean surplus() {
        return surplus;
    }

    Refusal refusal() {
        return refusal;
    }

    /** Drops what is held of an answer that will not be finished. */
    void abandon() {
        ByteBuf in = held;
        if (in != null) {
            held = null;
            in.release();
        }
    }

    /** Takes the buffer over. */
    Progress read(ByteBuf next) {
        ByteBuf in = next;
        ByteBuf before = held;
        if (before != null) {
            held = null;
            in = ClientConnection.join(before, next);
        }
        return headSent ? body(in) : head(in);
    }

    private Progress head(ByteBuf in) {
        ResponseHead head = loop.responseHead;
        while (true) {
            int length = loop.responseScanner.scan(in, head, answersHead);
            if (length == RequestScanner.INCOMPLETE) {
                held = in;
                return Progress.MORE;
            }
            if (length == RequestScanner.REFUSED) {
                return broken(in, head.refusal());
            }
            if (head.status() >= 200) {
                return finalHead(in, head, length);
            }
            if (++interims > loop.limits.interimResponses()) {
                return broken(in, Refusal.UPSTREAM_INTERIM_FLOOD);
            }
            interim(in, head, length);
            if (!in.isReadable()) {
                in.release();
                return Progress.MORE;
            }
        }
    }

    /** An HTTP/1.0 client knows no interim answers (RFC 9110 section 15.2). */
    private void interim(ByteBuf in, ResponseHead head, int length) {
        if (!toHttp10) {
            client.write(
                    head.verbatim()
                            ? in.retainedSlice(in.readerIndex(), length)
                            : ResponseWriter.write(head, false, false, null, client.alloc()));
            client.flush();
        }
        in.skipBytes(length);
    }

    private Progress finalHead(ByteBuf in, ResponseHead head, int length) {
        headNanos = System.nanoTime();
        status = head.status();
        upstreamKeeps = head.keepAlive();
        switch (head.framing()) {
            case NONE -> body.none();
            case LENGTH -> body.length(head.contentLength());
            case CHUNKED -> {
                body.chunked();
                decoding = toHttp10;
            }
            case UNTIL_CLOSE -> {
                body.untilClose();
                close = true;
            }
        }
        close = close || client.mustClose();
        headSent = true;
        if (!head.verbatim() || close || extraFields != null) {
            client.write(ResponseWriter.write(head, close, toHttp10, extraFields, client.alloc()));
            in.skipBytes(length);
            return body(in);
        }
        return verbatim(in, length);
    }

    /** The usual case: head and body go out in the very buffer they came in. */
    private Progress verbatim(ByteBuf in, int length) {
        int start = in.readerIndex();
        in.skipBytes(length);
        int passes = body.scan(in);
        in.readerIndex(start);
        if (passes == BodyFramer.REFUSED) {
            client.write(in.readRetainedSlice(length));
            return broken(in, body.refusal().ofUpstream());
        }
        return pass(in, length + passes, length + body.consumed());
    }

    private Progress body(ByteBuf in) {
        if (decoding) {
            ByteBuf content = body.decode(in, client.alloc());
            if (content == null) {
                return broken(in, body.refusal().ofUpstream());
            }
            client.write(content);
            in.skipBytes(body.consumed());
            return ended(in);
        }
        int passes = body.scan(in);
        if (passes == BodyFramer.REFUSED) {
            return broken(in, body.refusal().ofUpstream());
        }
        return pass(in, passes, body.consumed());
    }

    private Progress pass(ByteBuf in, int passes, int used) {
        if (passes == in.readableBytes()) {
            client.write(in);
            return body.done() ? ended(null) : Progress.MORE;
        }
        if (passes > 0) {
            client.write(in.readRetainedSlice(passes));
        }
        in.skipBytes(used - passes);
        return ended(in);
    }

    private Progress ended(@Nullable ByteBuf rest) {
        if (body.done()) {
            ByteBuf ending = decoding ? null : body.ending(client.alloc());
            if (ending != null) {
                client.write(ending);
            }
            surplus = rest != null && rest.isReadable();
        }
        if (rest != null) {
            rest.release();
        }
        return body.done() ? Progress.COMPLETE : Progress.MORE;
    }

    private Progress broken(ByteBuf in, Refusal why) {
        refusal = why;
        in.release();
        return Progress.BROKEN;
    }
}
