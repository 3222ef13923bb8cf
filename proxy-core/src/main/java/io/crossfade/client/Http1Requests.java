package io.crossfade.client;

import io.crossfade.exchange.EdgeLoop;
import io.crossfade.exchange.Exchange;
import io.crossfade.http.BodyFramer;
import io.crossfade.http.Refusal;
import io.crossfade.http.Remainder;
import io.crossfade.http.RequestHead;
import io.crossfade.http.RequestScanner;
import io.crossfade.snapshot.Snapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one HTTP/1 connection into requests and hands each to the exchange, one at a time. Bytes that cannot go on yet
 * are held, and reading stops meanwhile. Event loop only.
 *
 * <p>A request whose framing is in doubt is refused, and nothing behind it is read as a request.
 */
final class Http1Requests {
    /** The connection that the bytes come from. */
    interface Owner {
        ByteBufAllocator alloc();

        /** Whether the client takes answers: no further request is begun for one that does not. */
        boolean isWritable();

        void setReading(boolean on);

        /** The first bytes of a head have come, and not all of it. */
        void headStarted();

        /** A head is complete: a request begins with it. */
        void begin(RequestHead head, Snapshot snapshot);

        /** That of the request which {@link #begin} told of last, or null when it is over. */
        @Nullable
        Exchange exchange();

        /** The bytes are no request that can be answered in another way; the connection ends. */
        void refuse(Refusal refusal);

        /** What comes behind the last request is thrown away; the buffer is not taken over. */
        void throwAway(ByteBuf in);
    }

    /** Some clients send one behind a body; the time of the next head begins with its first byte. */
    private static final int EMPTY_LINE = 2;

    private enum State {
        /** Before or inside a request head. */
        HEAD,
        /** A request is being served and its body is not complete. */
        BODY,
        /** A request is being served and has been read to its end. */
        SERVING,
        /** No further request is taken. */
        OVER
    }

    private final EdgeLoop loop;
    private final RequestScanner.UnderscoreNames underscoreNames;
    private final Owner owner;
    private State state = State.HEAD;

    /** Made for the first request that has a body: most connections have none, and many are idle. */
    private @Nullable BodyFramer framer;

    private @Nullable ByteBuf held;
    private boolean processing;
    private boolean headStarted;

    Http1Requests(EdgeLoop loop, RequestScanner.UnderscoreNames underscoreNames, Owner owner) {
        this.loop = loop;
        this.underscoreNames = underscoreNames;
        this.owner = owner;
    }

    // ---- where it stands

    /** Whether a request is being served and has been read to its end. */
    boolean isComplete() {
        return state == State.SERVING;
    }

    /** Whether no request is being served and one may come. */
    boolean isBetween() {
        return state == State.HEAD;
    }

    /** Whether no further request is taken. */
    boolean isOver() {
        return state == State.OVER;
    }

    /** Whether bytes are being taken up right now, further out in the stack. */
    boolean isProcessing() {
        return processing;
    }

    /** Whether no byte of a next request has come, as far as is known. */
    boolean isIdle() {
        return state == State.HEAD && !headStarted;
    }

    /** Whether a part of a head has come and waits for the rest. */
    boolean isInHead() {
        return state == State.HEAD && headStarted;
    }

    /** Whether there is nothing here that could become a request at once. */
    boolean isDry() {
        return held == null && !processing;
    }

    // ---- what the connection does

    /** The buffer is taken over. */
    void received(ByteBuf next) {
        ByteBuf in = next;
        ByteBuf before = held;
        if (before != null) {
            held = null;
            boolean headMayBeComplete = state != State.HEAD
                    || before.readableBytes() + in.readableBytes()
                            > loop.httpLimits().requestLine()
                    || in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n') >= 0;
            in = Remainder.join(before, in);
            if (!headMayBeComplete) {
                held = in;
                return;
            }
        }
        process(in);
    }

    /** The answer is over and the connection goes on: the next request may begin. */
    void next() {
        state = State.HEAD;
        headStarted = false;
    }

    /** Takes up what is held; not while {@link #isProcessing}. */
    void resume() {
        ByteBuf in = held;
        if (in != null) {
            held = null;
            process(in);
        }
    }

    /** No further request is taken, and what is held is dropped. */
    void stop() {
        state = State.OVER;
        ByteBuf in = held;
        if (in != null) {
            held = null;
            in.release();
        }
    }

    // ---- bytes to requests

    private void process(ByteBuf first) {
        ByteBuf in = first;
        processing = true;
        try {
            while (in != null && in.isReadable()) {
                in = switch (state) {
                    case HEAD -> owner.isWritable() ? head(in) : holdBack(in);
                    case BODY -> body(in);
                    case SERVING -> holdBack(in);
                    case OVER -> over(in);
                };
            }
        } finally {
            processing = false;
            if (in != null) {
                in.release();
            }
        }
    }

    private @Nullable ByteBuf head(ByteBuf in) {
        Snapshot snapshot = loop.snapshot();
        RequestHead head = loop.requestHead();
        int length = loop.requestScanner().scan(in, head, underscoreNames);
        if (length == RequestScanner.INCOMPLETE) {
            if (!headStarted && in.readableBytes() > EMPTY_LINE) {
                headStarted = true;
                owner.headStarted();
            }
            held = in;
            return null;
        }
        if (length == RequestScanner.REFUSED) {
            owner.refuse(head.refusal());
            return in;
        }
        in.skipBytes(length);
        switch (head.framing()) {
            case NONE -> state = State.SERVING;
            case LENGTH -> {
                framer().length(head.contentLength());
                state = head.contentLength() == 0 ? State.SERVING : State.BODY;
            }
            case CHUNKED -> {
                framer().chunked();
                state = State.BODY;
            }
        }
        owner.begin(head, snapshot);
        return in;
    }

    private BodyFramer framer() {
        BodyFramer made = framer;
        if (made == null) {
            made = new BodyFramer(loop.httpLimits());
            framer = made;
        }
        return made;
    }

    private @Nullable ByteBuf body(ByteBuf in) {
        Exchange exchange = owner.exchange();
        if (exchange == null) {
            throw new IllegalStateException("a body is read of a request that is over: it ends with stop()");
        }
        if (!exchange.takesBody()) {
            return holdBack(in);
        }
        BodyFramer body = framer();
        int passes = body.scan(in);
        if (passes == BodyFramer.REFUSED) {
            exchange.requestBroken(body.refusal());
            return in;
        }
        if (body.contentBytes() > exchange.maxBody()) {
            exchange.requestBroken(Refusal.BODY_TOO_LARGE);
            return in;
        }
        int used = body.consumed();
        boolean done = body.done();
        ByteBuf ending = done ? body.ending(owner.alloc()) : null;
        if (done) {
            state = State.SERVING;
        }
        ByteBuf rest = null;
        if (passes == in.readableBytes()) {
            exchange.requestBody(in, done && ending == null);
        } else {
            if (passes > 0) {
                exchange.requestBody(in.readRetainedSlice(passes), done && ending == null);
            }
            in.skipBytes(used - passes);
            rest = in;
        }
        if (ending != null) {
            loop.counters().fieldsDropped(body.trailersDropped());
            exchange.requestBody(ending, true);
        }
        return rest;
    }

    /**
     * A pipelined request waits until the one before it is answered and the client takes answers, a body until there is somebody who
     * takes it; reading stops meanwhile.
     */
    private @Nullable ByteBuf holdBack(ByteBuf in) {
        held = in;
        owner.setReading(false);
        return null;
    }

    private ByteBuf over(ByteBuf in) {
        owner.throwAway(in);
        return in;
    }
}
