package io.crossfade.exchange;

import io.crossfade.http.Refusal;
import io.crossfade.http.RequestHead;
import io.crossfade.http.RequestWriter;
import io.crossfade.outcome.Outcome;
import io.crossfade.snapshot.Snapshot;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way through the rooms, in this order: http (head) - route - assign - admit - upstream - http
 * (answer) - observe.
 *
 * <p>It stands between two doors and speaks no protocol: the client's end is a {@link ClientStream}, the upstream's a {@link Try}
 * of a call. Whatever happens, an exchange that {@linkplain #begin began} ends exactly once, in {@link #end}, with one
 * {@link Outcome}. Lent by its event loop, which owns it, for one request: an idle connection has none.
 */
public final class Exchange extends Timed implements Try.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private enum State {
        /** No request. */
        IDLE,
        /** In the rooms before the upstream: nothing waits for anything yet. */
        BEGUN,
        /** Waiting for a call to the upstream. */
        CONNECTING,
        /** The request is on its way; no final head of the answer yet. */
        AWAITING,
        /** The answer is on its way to the client. */
        ANSWERING
    }

    private final EdgeLoop loop;
    private final Consumer<Exchange> ended;
    private final Assignment assignment;
    private final Permit permit = new Permit();
    private final Patience patience = new Patience();
    private final Try attempt;
    private final Testimony testimony;
    private State state = State.IDLE;

    // facts of the request, valid until it ends
    private @Nullable ClientStream door;
    private long startNanos;

    /** Whether the request may be asked of both variants: a safe method without a body, on a route that allows it. */
    private boolean mayAskBoth;

    /** Whether the client keeps its body back until the upstream says 100; then the upstream has to say something. */
    private boolean awaitsContinue;

    /** Whether {@link #begin} is under way: it has read the clock just now. */
    private boolean beginning;

    /** Whether something was written to the upstream and not flushed. */
    private boolean unflushed;

    /** {@code ended} gets it at the end of each request. */
    Exchange(EdgeLoop loop, Consumer<Exchange> ended) {
        super(loop.clock());
        this.loop = loop;
        this.ended = ended;
        this.assignment = new Assignment(loop);
        this.attempt = new Try(loop.clock(), this);
        this.testimony = new Testimony(loop, assignment);
    }

    // ---- the way there: what the client's door tells

    /**
     * Takes a request from its head to the upstream; the head is valid during this call only.
     *
     * @param client where the request comes from and its answer goes; {@link ClientStream#over} takes it out again
     * @param snapshot in force when the head was read; the exchange keeps to it
     */
    public void begin(ClientStream client, RequestHead head, Snapshot snapshot) {
        door = client;
        startNanos = loop.clock().tick();
        state = State.BEGUN;
        deadlineIn(NEVER);
        loop.deadlines().add(this);
        patience.begin(startNanos);
        attempt.begin(client, null, false, null);
        awaitsContinue = head.expectContinue();
        unflushed = false;
        loop.counters().begun();
        if (head.underscoresDropped() > 0) {
            loop.counters().fieldsDropped(head.underscoresDropped());
        }
        switch (assignment.find(head, snapshot, client.peer())) {
            case ADMITTED -> send(client, head);
            case NO_ROUTE -> fail(Outcome.NO_ROUTE, "no route matches this host and path");
            case AMBIGUOUS_PATH -> refuse(Refusal.AMBIGUOUS_PATH);
            case BODY_TOO_LARGE -> refuse(Refusal.BODY_TOO_LARGE);
            case BREAKER_OPEN ->
                fail(Outcome.BREAKER_OPEN, "the circuit breaker of " + assignment.breaker() + " is open");
        }
    }

    private void send(ClientStream client, RequestHead head) {
        permit.take(assignment.gate());
        testimony.begin(startNanos, head.isHead());
        ByteBuf bytes = RequestWriter.write(head, client.peer(), client.alloc());
        boolean withoutBody = head.framing() == RequestHead.Framing.NONE;
        attempt.begin(client, bytes, withoutBody && head.isIdempotent(), assignment.mintedCookie());
        mayAskBoth = withoutBody && head.isSafe() && assignment.recallsWhatWasSent();
        state = State.CONNECTING;
        deadlineIn(upstream().connectTimeoutNanos());
        beginning = true;
        attempt.borrow(assignment.pool());
        beginning = false;
    }

    /** Bytes of request body that may come, Long.MAX_VALUE for all. */
    public long maxBody() {
        return assignment.maxBody();
    }

    /** Whether the door may hand over the body now; if not it is told by {@link ClientStream#wantRequest}. */
    public boolean takesBody() {
        return state != State.CONNECTING;
    }

    /**
     * Passes a part of the request body on and takes the buffer over.
     *
     * @param last whether the request ends with it
     */
    public void requestBody(ByteBuf part, boolean last) {
        if (state == State.IDLE) {
            part.release(); // an answer that came early has ended it
            return;
        }
        attempt.sendBody(part, last);
        unflushed = true;
        awaitsContinue = false;
        loop.clock().tick();
        deadlineIn(
                last && state == State.AWAITING
                        ? upstream().responseTimeoutNanos()
                        : upstream().idleTimeoutNanos());
    }

    /** The client has nothing more for now. */
    public void flushRequest() {
        if (unflushed) {
            unflushed = false;
            if (!attempt.flush() && state != State.IDLE && !client().requestComplete()) {
                client().wantRequest(false);
            }
        }
    }

    /** The client takes bytes again. */
    public void clientWritable() {
        if (state == State.ANSWERING) {
            attempt.wantAnswer();
            probeSoon();
            deadlineIn(upstream().idleTimeoutNanos());
        }
    }

    /** The body of the request breaks a rule: the upstream must not take what it got for a whole request. */
    public void requestBroken(Refusal refusal) {
        if (state == State.IDLE) {
            return;
        }
        client().refused(refusal);
        attempt.drop();
        if (attempt.answered()) {
            end(Outcome.REJECTED, attempt.status()).over(ClientStream.After.CUT);
        } else {
            own(Outcome.REJECTED, OwnAnswer.of(refusal));
        }
    }

    /** The client's end is gone. */
    public void clientGone() {
        if (state != State.IDLE) {
            attempt.drop();
            end(Outcome.CLIENT_ABORT, attempt.status());
        }
    }

    /** Our own fault; the client's end is closed by the caller. */
    public void bug(Throwable cause) {
        LOG.error("internal error in an exchange, state {}", state, cause);
        if (state != State.IDLE) {
            try {
                attempt.drop();
            } finally {
                end(Outcome.INTERNAL, 500);
            }
        }
    }

    // ---- the way back: what the try tells

    @Override
    public void connected() {
        state = State.AWAITING;
        unflushed = true;
        if (!beginning) {
            loop.clock().tick();
        }
        boolean complete = client().requestComplete();
        deadlineIn(
                complete || awaitsContinue
                        ? upstream().responseTimeoutNanos()
                        : upstream().idleTimeoutNanos());
        if (complete) {
            flushRequest();
        } else {
            client().wantRequest(true); // the first bytes of the body are in the same read, most often
        }
    }

    @Override
    public void unavailable(Outcome why, String detail, SecondTry second) {
        switch (second) {
            case OTHER_ENDPOINT -> attempt.elsewhere(assignment.pool());
            case NONE, SAME, BASELINE -> upstreamFault(why, detail);
        }
    }

    @Override
    public void interim() {
        if (awaitsContinue) {
            awaitsContinue = false;
            moved();
        }
    }

    @Override
    public void answering() {
        if (state == State.AWAITING) {
            state = State.ANSWERING;
            permit.settle(assignment.outcome(attempt.status()));
            testimony.answering(attempt.isEventStream() || assignment.streams());
            moved();
        }
    }

    @Override
    public void moved() {
        if (state != State.IDLE) {
            deadlineIn(upstream().idleTimeoutNanos());
        }
    }

    @Override
    public void readComplete() {
        probe(); // a reset right behind a part of an answer is the one that gets lost
    }

    @Override
    public void failed(Outcome why, @Nullable Refusal refusal, String endpoint, SecondTry second) {
        if (refusal != null) {
            loop.refusals().add(refusal, endpoint);
            upstreamFault(why, "the upstream's answer was refused: " + refusal.word());
        } else if (second == SecondTry.SAME) {
            state = State.CONNECTING;
            deadlineIn(upstream().connectTimeoutNanos());
            attempt.again(assignment.pool());
        } else {
            upstreamFault(
                    why,
                    why == Outcome.INTERNAL
                            ? "internal error"
                            : "the upstream closed the connection before the answer was complete");
        }
    }

    // ---- time

    /**
     * The canary was rolled back: a request that waits for it goes to the baseline, if the baseline has room. One that was not
     * sent yet may always go; one that was must be safe (RFC 9110 section 9.2.1), without a body and without a byte of an answer.
     */
    @Override
    protected void recall(int rollout) {
        if (!awaitsEndpoint()
                || SecondTry.onRecall(attempt.sent(), mayAskBoth) != SecondTry.BASELINE
                || !assignment.recall(rollout)) {
            return;
        }
        toBaseline();
    }

    /** The assignment has moved to the baseline, whose breaker has said yes. */
    private void toBaseline() {
        permit.settle(Outcome.CLIENT_ABORT); // nothing is known of what the canary would have answered
        permit.take(assignment.gate());
        state = State.CONNECTING;
        deadlineIn(upstream().connectTimeoutNanos());
        testimony.moved(loop.clock().exact());
        attempt.move(assignment.pool());
    }

    @Override
    protected void expired() {
        switch (state) {
            case IDLE, BEGUN -> {}
            case CONNECTING -> upstreamFault(Outcome.CONNECT_TIMEOUT, "no connection in time");
            case AWAITING -> expired(Patience.awaiting(owesBody()));
            case ANSWERING -> expired(Patience.answering(owesBody(), client()));
        }
    }

    private void expired(Late late) {
        switch (late) {
            case CLIENT_SENDING -> requestBroken(Refusal.BODY_TIMEOUT);
            case CLIENT_TAKING -> {
                attempt.drop();
                end(Outcome.CLIENT_ABORT, attempt.status()).over(ClientStream.After.RESET);
            }
            case UPSTREAM -> {
                if (attempt.answered()) {
                    upstreamFault(Outcome.TRUNCATED, "the answer stopped");
                } else {
                    upstreamFault(
                            Outcome.RESPONSE_TIMEOUT,
                            "no answer within " + upstream().responseTimeoutNanos() / 1_000_000 + " ms");
                }
            }
            case NOBODY -> moved();
        }
    }

    /** Whether it is the client for whose bytes the exchange stands still. */
    private boolean owesBody() {
        return !client().requestComplete() && !awaitsContinue && attempt.isWritable();
    }

    @Override
    protected boolean isPressing() {
        return true;
    }

    @Override
    protected boolean awaitsCanary() {
        return state == State.AWAITING && assignment.isCanary();
    }

    @Override
    protected boolean isUnjudged() {
        return assignment.isUnjudged();
    }

    /** Whether it is the endpoint for whom the exchange waits, and nothing of an answer has come. */
    private boolean awaitsEndpoint() {
        return state == State.CONNECTING || state == State.AWAITING;
    }

    /**
     * Looks whether it is overdue, and at both ends for a reset that nobody told, when it has stood still for a while. What is
     * overdue at the canary goes to the baseline if it may; if it may not yet, the next look asks again.
     */
    @Override
    protected void probe(long now) {
        if (awaitsEndpoint()
                && !owesBody()
                && testimony.isOverdue(attempt, now)
                && assignment.isCanary()
                && SecondTry.onOverdue(attempt.sent(), mayAskBoth) == SecondTry.BASELINE
                && assignment.recallOverdue(now)) {
            toBaseline();
            return;
        }
        if (state == State.ANSWERING && client().isWritable() && !owesBody()) {
            testimony.silent(attempt, upstream().idleTimeoutNanos() + late(now), now);
        }
        if (patience.probeIsDue(now) && !client().endsIfLost()) {
            probe();
        }
    }

    @Override
    protected long probeInNanos(long now) {
        return patience.probeInNanos(now);
    }

    private void probe() {
        if (attempt.probe()) {
            probeSoon();
        }
    }

    private void probeSoon() {
        patience.probeSoon(loop.clock().exact());
        loop.deadlines().sweepIn(Patience.NEXT_PROBE_NANOS);
    }

    /** A sweep could not serve it: the client's end is closed, and it with that. */
    @Override
    protected void broken(Throwable cause) {
        ClientStream client = client();
        bug(cause);
        client.over(ClientStream.After.RESET);
    }

    // ---- endings

    @Override
    public void complete() {
        if (state == State.IDLE) {
            return; // it ended while the last part was written
        }
        client().flush();
        attempt.done();
        int status = attempt.status();
        boolean inOneRead = state == State.AWAITING;
        long now = inOneRead ? attempt.headNanos() : loop.clock().exact();
        end(assignment.outcome(status), status, now).over(ClientStream.After.KEEP);
    }

    /** The upstream did not do its part: a whole answer of ours if nothing of its own went out, else a visible break. */
    private void upstreamFault(Outcome why, String detail) {
        attempt.drop();
        if (attempt.answered()) {
            ClientStream client = end(why, attempt.status());
            client.flush();
            client.over(ClientStream.After.CUT);
        } else {
            fail(why, detail);
        }
    }

    private void fail(Outcome why, String detail) {
        own(why, OwnAnswer.of(why, detail));
    }

    private void refuse(Refusal refusal) {
        client().refused(refusal);
        own(Outcome.REJECTED, OwnAnswer.of(refusal));
    }

    private void own(Outcome why, OwnAnswer answer) {
        client().own(answer);
        end(why, answer.status()).over(ClientStream.After.KEEP);
    }

    private ClientStream end(Outcome outcome, int status) {
        return end(outcome, status, loop.clock().exact());
    }

    /**
     * Every exchange ends here, once: the permit is given back, what happened is counted, and the next request may have this object.
     *
     * @return the client's end, which is to be told when it is still there
     */
    private ClientStream end(Outcome outcome, int status, long now) {
        ClientStream client = client();
        door = null;
        state = State.IDLE;
        loop.deadlines().remove(this);
        loop.counters().ended();
        loop.counters().finished(assignment.series(), outcome, status, now - startNanos);
        if (assignment.isAdmitted()) {
            permit.end(outcome, assignment.fails(attempt.status()));
            testimony.ended(outcome, attempt, now);
        }
        permit.clear();
        assignment.clear();
        attempt.clear();
        unflushed = false;
        ended.accept(this);
        return client;
    }

    private ClientStream client() {
        ClientStream client = door;
        if (client == null) {
            throw new IllegalStateException("an exchange without a request: it ended, or begin was not called");
        }
        return client;
    }

    private Snapshot.Upstream upstream() {
        return assignment.upstream();
    }
}
