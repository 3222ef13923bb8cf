package io.crossfade.exchange;

import io.crossfade.http.BodyForm;
import io.crossfade.http.Peer;
import io.crossfade.http.Refusal;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one exchange: an HTTP/1 connection while it serves a request, later one stream of HTTP/2. It speaks the
 * client's protocol; the exchange does not. Event loop only.
 *
 * <p>The way there goes the other direction: the door calls {@link Exchange#begin}, {@link Exchange#requestBody} and so on.
 */
public interface ClientStream {
    /** What happens to the client's end when its exchange is over. */
    enum After {
        /** The answer is whole; the door knows whether the connection can carry another request. */
        KEEP,
        /** The answer breaks off, and the client must be able to see that. */
        CUT,
        /** At once, and what waits to be sent is dropped. */
        RESET
    }

    Peer peer();

    ByteBufAllocator alloc();

    // ---- the request

    /** Whether the request has been read to its end. */
    boolean requestComplete();

    /**
     * Whether bytes of the request's body are wanted from now on; some may still come after a no. After a yes the door hands over
     * what it holds and calls {@link Exchange#flushRequest}.
     */
    void wantRequest(boolean on);

    /** Counts and logs a refusal of this client's request. */
    void refused(Refusal why);

    // ---- the answer

    /** In which form this client takes the body behind this head. */
    BodyForm takes(ResponseHead head);

    /**
     * @param raw begins with the bytes of the interim answer; not taken over, its indices do not move
     * @param headLength how many bytes of raw are the interim answer
     */
    void interim(ResponseHead head, ByteBuf raw, int headLength);

    /**
     * @param raw the head as it came and behind it the first part of the body, if there is one; taken over
     * @param headLength how many bytes of raw are the head
     * @param last whether the answer ends with raw
     * @param extraFields complete field lines with CRLF that only this answer gets, or null
     */
    void answer(ResponseHead head, ByteBuf raw, int headLength, boolean last, byte @Nullable [] extraFields);

    /**
     * @param part taken over
     * @param last whether the answer ends with it
     */
    void body(ByteBuf part, boolean last);

    /** The answer has ended behind what was written before, without a further byte. */
    void end(@Nullable Trailers trailers);

    /** An answer of the proxy itself, whole; it is flushed. */
    void own(OwnAnswer answer);

    void flush();

    /** Whether the client takes bytes at the pace they come. */
    boolean isWritable();

    /** Whether bytes wait for the client and it has taken some since the last time this was asked. */
    boolean takesSlowly();

    /** Looks for a reset that nobody told; when it is found the connection ends, and so does the exchange. */
    boolean endsIfLost();

    /** The last call of an exchange; the door may begin the next one in it. */
    void over(After after);
}
