package io.crossfade.upstream;

import io.crossfade.http.BodyForm;
import io.crossfade.http.BodyFramer;
import io.crossfade.http.Refusal;
import io.crossfade.http.Remainder;
import io.crossfade.http.RequestScanner;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of an HTTP/1.1 endpoint into heads and parts of bodies, and tells them to the receiver of the call. The head is
 * checked, the body passes through as it comes. A byte behind the end of the answer is told to nobody. One per connection, reused
 * for each call; owned by its event loop.
 */
final class Http1Reader {
    private final Reading reading;
    private final BodyFramer framer;

    private @Nullable UpstreamReceiver receiver;
    private @Nullable ByteBuf held;
    private boolean answersHead;
    private boolean silent;
    private boolean headTold;
    private boolean decoding;
    private boolean keepsAlive;
    private boolean surplus;
    private int interims;

    Http1Reader(Reading reading) {
        this.reading = reading;
        this.framer = new BodyFramer(reading.limits());
    }

    /** Begins a new answer. */
    void begin(UpstreamReceiver to) {
        receiver = to;
        answersHead = false;
        silent = true;
        headTold = false;
        decoding = false;
        keepsAlive = false;
        surplus = false;
        interims = 0;
    }

    /** The answer is that to a HEAD: it has no body, whatever its head says (RFC 9110 section 9.3.2). */
    void answersHead() {
        answersHead = true;
    }

    /** Ends the answer, complete or not: nothing more is told, and what is held of it is dropped. */
    void stop() {
        receiver = null;
        ByteBuf in = held;
        if (in != null) {
            held = null;
            in.release();
        }
    }

    /** Whether no byte of the answer has come. */
    boolean isSilent() {
        return silent;
    }

    /** Whether the final head was told. */
    boolean headTold() {
        return headTold;
    }

    /** Whether the end of the connection is the end of the answer. */
    boolean endsWithConnection() {
        return headTold && framer.isUntilClose();
    }

    /** Whether the endpoint wants to go on after this answer, and has sent nothing behind it. */
    boolean leavesInOrder() {
        return keepsAlive && !surplus;
    }

    /** Whether bytes came behind the end of the answer. */
    boolean surplus() {
        return surplus;
    }

    /**
     * Takes the buffer over.
     *
     * @return what no client may see of it, or null; then the answer is broken, and its receiver has not been told yet
     */
    @Nullable
    Refusal read(ByteBuf next, ByteBufAllocator allocator) {
        silent = false;
        ByteBuf in = next;
        ByteBuf before = held;
        if (before != null) {
            held = null;
            in = Remainder.join(before, next);
        }
        if (!headTold) {
            return heads(in, allocator);
        }
        return decoding ? content(in, allocator) : framed(in, allocator);
    }

    private @Nullable Refusal heads(ByteBuf in, ByteBufAllocator allocator) {
        ResponseHead head = reading.head();
        while (true) {
            UpstreamReceiver to = receiver;
            if (to == null || !in.isReadable()) {
                in.release();
                return null;
            }
            int length = reading.scanner().scan(in, head, answersHead);
            if (length == RequestScanner.INCOMPLETE) {
                held = in;
                return null;
            }
            if (length == RequestScanner.REFUSED) {
                return broken(in, head.refusal());
            }
            if (head.status() >= 200) {
                return finalHead(to, in, head, length, allocator);
            }
            if (++interims > reading.interims()) {
                return broken(in, Refusal.UPSTREAM_INTERIM_FLOOD);
            }
            to.interim(head, in, length);
            in.skipBytes(length);
        }
    }

    private @Nullable Refusal finalHead(
            UpstreamReceiver to, ByteBuf in, ResponseHead head, int length, ByteBufAllocator allocator) {
        headTold = true;
        keepsAlive = head.keepAlive();
        switch (head.framing()) {
            case NONE -> framer.none();
            case LENGTH -> framer.length(head.contentLength());
            case CHUNKED -> framer.chunked();
            case UNTIL_CLOSE -> framer.untilClose();
        }
        // Without chunks the content is what comes.
        decoding = to.takes(head) == BodyForm.CONTENT && head.framing() == ResponseHead.Framing.CHUNKED;
        if (decoding) {
            to.head(head, in.readRetainedSlice(length), length, false);
            return content(in, allocator);
        }
        int start = in.readerIndex();
        in.skipBytes(length);
        int passes = framer.scan(in);
        in.readerIndex(start);
        if (passes == BodyFramer.REFUSED) {
            to.head(head, in.readRetainedSlice(length), length, false);
            return broken(in, framer.refusal().ofUpstream());
        }
        ByteBuf ending = framer.ending(allocator);
        boolean done = framer.done();
        ByteBuf raw = passing(in, length + passes, length + framer.consumed(), done);
        to.head(head, raw, length, done && ending == null);
        tellEnding(ending);
        return null;
    }

    private @Nullable Refusal framed(ByteBuf in, ByteBufAllocator allocator) {
        int passes = framer.scan(in);
        if (passes == BodyFramer.REFUSED) {
            return broken(in, framer.refusal().ofUpstream());
        }
        ByteBuf ending = framer.ending(allocator);
        boolean done = framer.done();
        ByteBuf part = passing(in, passes, framer.consumed(), done);
        tellPart(part, done && ending == null);
        tellEnding(ending);
        return null;
    }

    private @Nullable Refusal content(ByteBuf in, ByteBufAllocator allocator) {
        ByteBuf content = framer.decode(in, allocator);
        if (content == null) {
            return broken(in, framer.refusal().ofUpstream());
        }
        boolean done = framer.done();
        surplus = done && framer.consumed() < in.readableBytes();
        in.release();
        Trailers trailers = done ? framer.trailers() : null;
        tellPart(content, done && trailers == null);
        UpstreamReceiver to = receiver;
        if (trailers != null && to != null) {
            to.end(trailers);
        }
        return null;
    }

    /** The bytes that pass on, in the very buffer if they are all of it; the buffer is taken over. */
    private ByteBuf passing(ByteBuf in, int passes, int used, boolean done) {
        surplus = done && used < in.readableBytes();
        if (passes == in.readableBytes()) {
            return in;
        }
        ByteBuf part = in.readRetainedSlice(passes);
        in.release();
        return part;
    }

    private void tellPart(ByteBuf part, boolean last) {
        UpstreamReceiver to = receiver;
        if (to != null && (last || part.isReadable())) {
            to.body(part, last);
        } else {
            part.release();
        }
    }

    /** Trailers go out as a part of their own, filtered. */
    private void tellEnding(@Nullable ByteBuf ending) {
        if (ending != null) {
            tellPart(ending, true);
        }
    }

    private static Refusal broken(ByteBuf in, Refusal why) {
        in.release();
        return why;
    }
}
