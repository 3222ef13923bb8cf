package io.crossfade.upstream;

import io.crossfade.http.BodyForm;
import io.crossfade.http.Refusal;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.Trailers;
import io.crossfade.outcome.Outcome;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Whoever makes a call: a try of an exchange. First comes {@link #connected} or {@link #unavailable}. After the first come any
 * number of interim heads, one head, its body, and then one ending: {@code last}, {@link #end} or {@link #failed}. Every method is
 * called on the event loop that both belong to; nothing is told after {@link UpstreamCall#done} or {@link UpstreamCall#cancel}.
 */
public interface UpstreamReceiver {
    /** The call is this receiver's until it ends. */
    void connected(UpstreamCall call);

    /** No call can be had: REFUSED, CONNECT_TIMEOUT, NO_ENDPOINT or OVERLOADED. */
    void unavailable(Outcome why, String detail);

    /** In which form this receiver takes the body behind this head; asked once, before {@link #head}. */
    BodyForm takes(ResponseHead head);

    /**
     * An interim answer (RFC 9110 section 15.2).
     *
     * @param raw begins with its bytes; not taken over, its indices do not move
     * @param headLength how many bytes of raw are the interim answer
     */
    void interim(ResponseHead head, ByteBuf raw, int headLength);

    /**
     * The final head.
     *
     * @param raw the head and behind it the first part of the body, if there is one; taken over
     * @param headLength how many bytes of raw are the head
     * @param last whether the answer ends with raw
     */
    void head(ResponseHead head, ByteBuf raw, int headLength, boolean last);

    /**
     * @param part taken over
     * @param last whether the answer ends with it
     */
    void body(ByteBuf part, boolean last);

    /** The answer has ended behind what was told before, without a further byte. */
    void end(@Nullable Trailers trailers);

    /** No more bytes for now: the moment to flush. */
    void readComplete();

    /** The endpoint takes bytes again after its queue was over the high-water mark. */
    void writable();

    /**
     * The call is gone before its answer was complete.
     *
     * @param why RESET, TRUNCATED when a final head was told, BAD_RESPONSE or INTERNAL
     * @param refusal what of the answer was refused; with BAD_RESPONSE alone
     */
    void failed(Outcome why, @Nullable Refusal refusal);
}
