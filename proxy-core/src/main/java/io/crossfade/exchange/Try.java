package io.crossfade.exchange;

import io.crossfade.exchange.SecondTry.Sent;
import io.crossfade.http.BodyForm;
import io.crossfade.http.Refusal;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.Trailers;
import io.crossfade.outcome.Outcome;
import io.crossfade.upstream.UpstreamCall;
import io.crossfade.upstream.UpstreamPool;
import io.crossfade.upstream.UpstreamReceiver;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request at one upstream, from the wish for a call to its end: sends the head, passes the answer to the client, keeps the head
 * as long as it may be sent again. One per exchange, reused for the second try too; event loop only.
 */
final class Try implements UpstreamReceiver {
    /** What the exchange must know of its try. */
    interface Owner {
        /** The call is there, and the head is written to it. */
        void connected();

        /** No call can be had. */
        void unavailable(Outcome why, String detail, SecondTry second);

        /** An interim answer went to the client. */
        void interim();

        /** The final head went to the client, and more follows. */
        void answering();

        /** Bytes went on, one way or the other. */
        void moved();

        /** The answer is complete. */
        void complete();

        /** Every byte that was there is read. */
        void readComplete();

        /**
         * The call is gone.
         *
         * @param endpoint for logs
         */
        void failed(Outcome why, @Nullable Refusal refusal, String endpoint, SecondTry second);
    }

    private final LoopClock clock;
    private final Owner owner;

    private @Nullable ClientStream door;

    private @Nullable UpstreamPool pool;
    private @Nullable UpstreamCall call;
    private @Nullable ByteBuf head;
    private @Nullable ByteBuf replay;
    private byte @Nullable [] extraFields;
    private int connects;
    private boolean answered;
    private int status;
    private long headNanos;

    /** Whether the answer is a stream of events. */
    private boolean eventStream;

    /** Whether the answer had a byte of content. */
    private boolean content;

    private long endpointSinceNanos;

    Try(LoopClock clock, Owner owner) {
        this.clock = clock;
        this.owner = owner;
    }

    /**
     * Forgets the request before.
     *
     * @param client gets the answer
     * @param request its head; taken over, or null when the request goes nowhere
     * @param repeatable whether it may be sent again: an idempotent method without a body
     * @param extra field lines that the answer gets
     */
    void begin(ClientStream client, @Nullable ByteBuf request, boolean repeatable, byte @Nullable [] extra) {
        door = client;
        head = request;
        replay = repeatable && request != null ? request.retain() : null;
        extraFields = extra;
        connects = 0;
        answered = false;
        status = 0;
        headNanos = 0;
        content = false;
        endpointSinceNanos = clock.now() - Timed.NEVER;
    }

    // ---- the way there

    void borrow(UpstreamPool from) {
        pool = from;
        from.borrow(this);
    }

    /** Asks the next endpoint; only while {@link Owner#unavailable} is told. */
    void elsewhere(UpstreamPool from) {
        pool = from;
        from.borrowElsewhere(this);
    }

    /** Sends the request again over a connection that is fresh. */
    void again(UpstreamPool from) {
        headAgain();
        pool = from;
        from.borrowFresh(this);
    }

    /** Leaves the call or the wait for one, and asks another upstream. */
    void move(UpstreamPool to) {
        boolean sent = call != null;
        leave();
        if (sent) {
            headAgain();
        }
        connects = 0;
        pool = to;
        to.borrow(this);
    }

    /** The indices of the bytes that were sent belong to their channel. */
    private void headAgain() {
        ByteBuf kept = replay;
        if (kept == null) {
            throw new IllegalStateException("a request that was not kept cannot be sent again");
        }
        head = kept.retainedDuplicate().readerIndex(0);
    }

    void sendBody(ByteBuf part, boolean last) {
        UpstreamCall to = call;
        if (to == null) {
            part.release();
            throw new IllegalStateException("a part of a body for a call that is not there: ask takesBody first");
        }
        to.body(part, last);
    }

    /** @return whether the endpoint takes more */
    boolean flush() {
        UpstreamCall to = call;
        if (to == null) {
            return true;
        }
        to.flush();
        return to.isWritable();
    }

    /** Whether the endpoint takes bytes of a body at the pace they come. */
    boolean isWritable() {
        UpstreamCall to = call;
        return to != null && to.isWritable();
    }

    void wantAnswer() {
        UpstreamCall from = call;
        if (from != null) {
            from.wantAnswer(true);
        }
    }

    /** @return whether there is reason for another look, soon */
    boolean probe() {
        UpstreamCall from = call;
        return from != null && from.probe();
    }

    /** The answer is complete. */
    void done() {
        UpstreamCall from = call;
        call = null;
        if (from != null) {
            from.done(client().requestComplete());
        }
    }

    /** Lets go of the call, whatever state the way to it is in; nobody will use its connection again. */
    void drop() {
        leave();
        ByteBuf unsent = head;
        if (unsent != null) {
            head = null;
            unsent.release();
        }
        dropReplay();
    }

    private void leave() {
        UpstreamCall to = call;
        UpstreamPool waitingAt = pool;
        call = null;
        pool = null;
        if (to != null) {
            to.cancel();
        } else if (waitingAt != null) {
            waitingAt.cancel(this);
        }
    }

    private void dropReplay() {
        ByteBuf kept = replay;
        if (kept != null) {
            replay = null;
            kept.release();
        }
    }

    // ---- what became of it

    Sent sent() {
        if (call == null) {
            return Sent.NOTHING;
        }
        return isRepeatable(call) ? Sent.REPEATABLE : Sent.FINAL;
    }

    private boolean isRepeatable(UpstreamCall of) {
        return replay != null && of.isSilent();
    }

    /** Whether the final head went to the client(). */
    boolean answered() {
        return answered;
    }

    /** Of the final head, or 0. */
    int status() {
        return status;
    }

    /** When the final head had arrived; only when it was answered. */
    long headNanos() {
        return headNanos;
    }

    /** Whether a byte of content has come. */
    boolean hadContent() {
        return content;
    }

    /** Whether the answer is a stream of events, which come when they happen. */
    boolean isEventStream() {
        return eventStream;
    }

    /** Since when the endpoint that was asked last takes connections; long ago when none was. */
    long endpointSinceNanos() {
        return endpointSinceNanos;
    }

    /** The exchange is over. */
    void clear() {
        door = null;
        extraFields = null;
    }

    private ClientStream client() {
        ClientStream client = door;
        if (client == null) {
            throw new IllegalStateException("the upstream tells of a request that is over");
        }
        return client;
    }

    // ---- what the upstream tells

    @Override
    public void connected(UpstreamCall lent) {
        pool = null;
        call = lent;
        endpointSinceNanos = lent.endpointSinceNanos();
        ByteBuf request = head;
        if (request != null) {
            head = null;
            lent.send(request);
        }
        owner.connected();
    }

    @Override
    public void unavailable(Outcome why, String detail) {
        UpstreamPool asked = pool;
        pool = null;
        connects++;
        boolean endpointsLeft = asked != null && connects < asked.endpoints();
        owner.unavailable(why, detail, SecondTry.after(why, Sent.NOTHING, false, endpointsLeft));
    }

    @Override
    public BodyForm takes(ResponseHead of) {
        return client().takes(of);
    }

    @Override
    public void interim(ResponseHead interim, ByteBuf raw, int headLength) {
        dropReplay();
        client().interim(interim, raw, headLength);
        owner.interim();
    }

    @Override
    public void head(ResponseHead of, ByteBuf raw, int headLength, boolean last) {
        dropReplay();
        headNanos = clock.exact();
        status = of.status();
        answered = true;
        content = raw.readableBytes() > headLength;
        eventStream = !last && EventStream.is(of);
        client().answer(of, raw, headLength, last, extraFields);
        if (last) {
            owner.complete();
        } else {
            owner.answering();
        }
    }

    @Override
    public void body(ByteBuf part, boolean last) {
        content |= part.isReadable();
        client().body(part, last);
        if (last) {
            owner.complete();
        } else {
            owner.moved();
        }
    }

    @Override
    public void end(@Nullable Trailers trailers) {
        client().end(trailers);
        owner.complete();
    }

    @Override
    public void readComplete() {
        UpstreamCall from = call;
        if (answered && from != null) {
            client().flush();
            if (!client().isWritable()) {
                from.wantAnswer(false);
            }
        }
        owner.readComplete();
    }

    @Override
    public void writable() {
        if (!client().requestComplete()) {
            client().wantRequest(true);
            owner.moved();
        }
    }

    @Override
    public void failed(Outcome why, @Nullable Refusal refusal) {
        UpstreamCall gone = call;
        call = null;
        if (gone == null) {
            throw new IllegalStateException("a call fails that was not made");
        }
        Sent sent = isRepeatable(gone) ? Sent.REPEATABLE : Sent.FINAL;
        SecondTry second = SecondTry.after(why, sent, gone.mayBeStale(), false);
        owner.failed(why, refusal, gone.endpoint(), second);
    }
}
