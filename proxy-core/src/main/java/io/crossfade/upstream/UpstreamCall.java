package io.crossfade.upstream;

import io.crossfade.http.BodyForm;
import io.crossfade.http.Trailers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One call to an endpoint: a lent HTTP/1.1 connection now, one stream of a shared connection later. Made by an
 * {@link UpstreamPool}, told to an {@link UpstreamReceiver}, ended once by {@link #done}, {@link #cancel} or the receiver's
 * {@link UpstreamReceiver#end end} and {@link UpstreamReceiver#failed failed}. Event loop only.
 */
public interface UpstreamCall {
    /** In which form this call takes the body of the request. */
    BodyForm takes();

    /**
     * Sends the head of the request with the next {@link #flush}.
     *
     * @param head bytes of HTTP/1.1 as {@link io.crossfade.http.RequestWriter} made them; taken over
     */
    void send(ByteBuf head);

    /** Sends a part of the body with the next {@link #flush}; takes the buffer over. */
    void body(ByteBuf part, boolean last);

    /** Ends a body that is taken as {@link BodyForm#CONTENT} and whose end came without a byte of content. */
    void end(@Nullable Trailers trailers);

    void flush();

    /** Whether the endpoint takes bytes at the pace they come. */
    boolean isWritable();

    /** Whether bytes of the answer are wanted from now on; some may still come after a no. */
    void wantAnswer(boolean on);

    /** Whether the connection carried a request before: the endpoint may have closed it while it was idle. */
    boolean mayBeStale();

    /** Whether no byte of an answer has come: then the endpoint may not have seen the request, or not have acted on it yet. */
    boolean isSilent();

    /**
     * Looks for a reset that nobody told. When it is certain the call fails as after any reset.
     *
     * @return whether there is reason for another look, soon
     */
    boolean probe();

    /**
     * The answer is complete and nothing more is asked of this call.
     *
     * @param reusable whether the exchange leaves the connection in order: the whole request was sent
     */
    void done(boolean reusable);

    /** Ends the call before its answer is complete. Nothing of it is told any more. */
    void cancel();

    /** Since when the endpoint takes connections, as far as this event loop knows; exact to a sweep. */
    long endpointSinceNanos();

    /** Name of the upstream and address of the endpoint, for logs. */
    String endpoint();
}
