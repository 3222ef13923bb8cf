package io.crossfade.exchange;

import io.crossfade.admit.Breaker;
import io.crossfade.assign.Reason;
import io.crossfade.http.Refusal;
import io.crossfade.http.RequestHead;
import io.crossfade.http.RequestWriter;
import io.crossfade.http.ResponseWriter;
import io.crossfade.outcome.Outcome;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.upstream.UpstreamConnection;
import io.crossfade.upstream.UpstreamPool;
import io.crossfade.upstream.UpstreamReceiver;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way through the rooms, in this order: http (head) - route - assign - admit - upstream - http
 * (answer) - observe.
 *
 * <p>This is the only class that knows the rooms; none of them calls another. Whatever happens, an exchange that
 * {@linkplain #begin began} ends exactly once, in {@link #end}, with one {@link Outcome}. One per client connection,
 * reused for each of its requests; owned by its event loop.
 */
final class ProxyExchange implements UpstreamReceiver {
    /** How long an exchange may take before it is looked at for a reset that nobody told, and again after that. */
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** From a look that finds a reset to the next. */
    private static final long NEXT_PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(ProxyExchange.class);

    private enum State {
        /** No request. */
        IDLE,
        /** In the rooms before the upstream: nothing waits for anything yet. */
        BEGUN,
        /** Waiting for a connection to the upstream. */
        CONNECTING,
        /** The request is on its way; no final head of the answer yet. */
        AWAITING,
        /** The answer is on its way to the client. */
        ANSWERING
    }

    private final EdgeLoop loop;
    private final ClientConnection client;
    private final Answer answer;
    private State state = State.IDLE;

    // facts of the request, valid until it ends
    private long startNanos;
    private long probeAtNanos;
    private boolean probeSoon;
    private boolean isHead;
    private boolean keepAlive;

    /** Whether the client keeps its body back until the upstream says 100; then the upstream has to say something. */
    private boolean awaitsContinue;

    private long maxBody;
    private Snapshot.@Nullable Route route;
    private Snapshot.@Nullable Target target;
    private boolean settled;
    private int series;
    private boolean canary;
    private boolean safe;
    private Reason reason = Reason.HASH;
    private long unit;
    private byte @Nullable [] mintedCookie;

    // the way to the upstream
    private @Nullable ByteBuf requestHead;
    private @Nullable ByteBuf replay;
    private @Nullable ArrayDeque<ByteBuf> queuedBody;
    private @Nullable UpstreamConnection connection;
    private boolean beginning;
    private boolean unflushed;

    ProxyExchange(EdgeLoop loop, ClientConnection client) {
        this.loop = loop;
        this.client = client;
        this.answer = new Answer(loop, client);
    }

    // ---- the way there: what the client connection tells

    /** Takes a request from its head to the upstream; the head is valid during this call only. */
    void begin(RequestHead head, Snapshot snapshot) {
        startNanos = System.nanoTime();
        loop.nowNanos = startNanos;
        probeAtNanos = startNanos + PROBE_NANOS;
        probeSoon = false;
        isHead = head.isHead();
        keepAlive = head.keepAlive();
        awaitsContinue = head.expectContinue();
        mintedCookie = null;
        maxBody = Long.MAX_VALUE;
        series = EdgeLoop.UNROUTED_SERIES;
        state = State.BEGUN;
        loop.counters.begun();
        if (head.underscoresDropped() > 0) {
            loop.counters.fieldsDropped(head.underscoresDropped());
        }

        Snapshot.Route matched = route(head, snapshot);
        if (matched == null) {
            return;
        }
        route = matched;
        maxBody = matched.maxBody();
        if (head.contentLength() > maxBody) {
            refuse(Refusal.BODY_TOO_LARGE);
            return;
        }
        Snapshot.Target assigned = assign(matched, head);
        Snapshot.Target admitted = admit(matched, assigned);
        Snapshot.Shift shift = matched.shift();
        if (shift != null) {
            loop.assigned(shift.number(), reason);
        }
        target = admitted;
        settled = false;
        series = (admitted == null ? assigned : admitted).series();
        if (admitted == null) {
            fail(
                    Outcome.BREAKER_OPEN,
                    "the circuit breaker of " + assigned.breaker().name() + " is open");
            return;
        }
        answer.begin(isHead, head.version() == 10, keepAlive, mintedCookie);
        requestHead = RequestWriter.write(head, client.peer(), client.alloc());
        if (head.framing() == RequestHead.Framing.NONE && head.isIdempotent()) {
            replay = requestHead.retain();
        }
        safe = canary && head.isSafe();
        state = State.CONNECTING;
        client.deadlineIn(upstream().connectTimeoutNanos());
        beginning = true;
        pool().borrow(this);
        beginning = false;
    }

    /** A target whose raw and normal forms select different routes is refused: no bypass, no surprise. */
    private Snapshot.@Nullable Route route(RequestHead head, Snapshot snapshot) {
        Snapshot.Route matched = snapshot.match(loop.facts.raw());
        if (head.pathNeedsNormalizing() && !Objects.equals(snapshot.match(loop.facts.normalized()), matched)) {
            refuse(Refusal.AMBIGUOUS_PATH);
            return null;
        }
        if (matched == null) {
            fail(Outcome.NO_ROUTE, "no route matches this host and path");
        }
        return matched;
    }

    private Snapshot.Target assign(Snapshot.Route matched, RequestHead head) {
        canary = false;
        Snapshot.Shift shift = matched.shift();
        Snapshot.Target canaryTarget = matched.canary();
        if (shift == null || canaryTarget == null) {
            return matched.baseline();
        }
        int source = UnitLookup.source(shift.keys(), head);
        if (source >= 0) {
            reason = Reason.HASH;
            unit = UnitLookup.unit(shift, source, head, client.peer());
        } else {
            UnitLookup.Minted minted = UnitLookup.mint(shift, loop.random);
            unit = minted.unit();
            mintedCookie = minted.setCookie();
            reason = mintedCookie == null ? Reason.PER_REQUEST : Reason.MINTED;
        }
        canary = shift.split().canary(unit);
        return canary ? canaryTarget : matched.baseline();
    }

    /** While the canary's breaker is open, or its last failures are not judged yet, its users are answered by the baseline. */
    private Snapshot.@Nullable Target admit(Snapshot.Route matched, Snapshot.Target assigned) {
        boolean unjudged = canary && unjudged(matched);
        if (!unjudged && gate(assigned).tryAcquire()) {
            return assigned;
        }
        if (canary && gate(matched.baseline()).tryAcquire()) {
            canary = false;
            reason = unjudged ? Reason.UNJUDGED : Reason.BREAKER;
            return matched.baseline();
        }
        return unjudged && gate(assigned).tryAcquire() ? assigned : null;
    }

    long maxBody() {
        return maxBody;
    }

    /**
     * Passes a part of the request body on and takes the buffer over.
     *
     * @param last whether the request ends with it
     */
    void requestBody(ByteBuf part, boolean last) {
        UpstreamConnection to = connection;
        if (state == State.IDLE) {
            part.release();
        } else if (to == null) {
            if (queuedBody == null) {
                queuedBody = new ArrayDeque<>(2);
            }
            queuedBody.addLast(part);
            client.setReading(false);
        } else {
            to.write(part);
            unflushed = true;
            awaitsContinue = false;
            loop.nowNanos = System.nanoTime();
            client.deadlineIn(
                    last && state == State.AWAITING
                            ? upstream().responseTimeoutNanos()
                            : upstream().idleTimeoutNanos());
        }
    }

    /** The client has nothing more for now. */
    void flushRequest() {
        UpstreamConnection to = connection;
        if (unflushed && to != null) {
            unflushed = false;
            to.flush();
            if (!to.isWritable() && !client.requestComplete()) {
                client.setReading(false);
            }
        }
    }

    void clientWritable() {
        UpstreamConnection from = connection;
        if (state == State.ANSWERING && from != null) {
            from.setReading(true);
            probeSoon();
            client.deadlineIn(upstream().idleTimeoutNanos());
        }
    }

    /** The body of the request breaks a rule: the upstream must not take what it got for a whole request. */
    void requestBroken(Refusal refusal) {
        if (state == State.IDLE) {
            return;
        }
        client.refused(refusal);
        if (answer.headSent()) {
            dropUpstream();
            end(Outcome.REJECTED, answer.status());
            client.cut(answer.endsSilently());
        } else {
            dropUpstream();
            keepAlive = false;
            ownAnswer(Outcome.REJECTED, refusal.status(), refusal.word(), refusal.detail());
        }
    }

    void clientGone() {
        if (state != State.IDLE) {
            dropUpstream();
            end(Outcome.CLIENT_ABORT, answer.status());
        }
    }

    /**
     * The canary was rolled back: a request that waits for it goes to the baseline, if the baseline has room. One that was not
     * sent yet may always go; one that was must be safe (RFC 9110 section 9.2.1), without a body and without a byte of an answer.
     */
    void recall(int rollout) {
        Snapshot.Route from = route;
        boolean sent = state == State.AWAITING;
        boolean mayGo = sent ? safe && replay != null : state == State.CONNECTING;
        if (!canary
                || !mayGo
                || from == null
                || from.shift() == null
                || from.shift().number() != rollout) {
            return;
        }
        Snapshot.Target baseline = from.baseline();
        UpstreamPool pool = baseline.upstream().pool(loop.number);
        if (!pool.hasRoom() || !gate(baseline).tryAcquire()) {
            return;
        }
        ByteBuf again = replay;
        if (sent && again != null) {
            requestHead = again.retainedDuplicate().readerIndex(0); // the indices of the other belong to its channel
        }
        leaveUpstream();
        settle(Outcome.CLIENT_ABORT); // nothing is known of what the canary would have answered
        canary = false;
        reason = Reason.RECALLED;
        loop.assigned(rollout, reason);
        target = baseline;
        settled = false;
        series = baseline.series();
        state = State.CONNECTING;
        client.deadlineIn(upstream().connectTimeoutNanos());
        pool.borrow(this);
    }

    /** Whether this exchange is old enough to look for a lost reset again. */
    boolean probeIsDue(long now) {
        if (state == State.IDLE || now - probeAtNanos < 0) {
            return false;
        }
        probeAtNanos = now + PROBE_NANOS;
        probeSoon = false;
        return true;
    }

    boolean awaitsCanary() {
        return canary && state == State.AWAITING;
    }

    /** Whether the canary's last failures are not judged yet. */
    boolean unjudged() {
        Snapshot.Route r = route;
        return r != null && unjudged(r);
    }

    private boolean unjudged(Snapshot.Route matched) {
        Snapshot.Shift shift = matched.shift();
        return shift != null && loop.feed.unjudged(shift.number());
    }

    private void probeSoon() {
        probeSoon = true;
        probeAtNanos = System.nanoTime() + NEXT_PROBE_NANOS;
        loop.sweepIn(NEXT_PROBE_NANOS);
    }

    /** Nanoseconds until something must be looked at, beside the deadline; a long time when nothing presses. */
    long presses(long now) {
        return probeSoon ? probeAtNanos - now : Long.MAX_VALUE;
    }

    void probe() {
        UpstreamConnection from = connection;
        if (from != null && from.closeIfLost()) {
            probeSoon();
        }
    }

    /** The deadline of the current state has passed. */
    void expired() {
        switch (state) {
            case IDLE, BEGUN -> {}
            case CONNECTING -> upstreamFault(Outcome.CONNECT_TIMEOUT, "no connection in time");
            case AWAITING -> {
                if (owesBody()) {
                    requestBroken(Refusal.BODY_TIMEOUT);
                } else {
                    upstreamFault(
                            Outcome.RESPONSE_TIMEOUT,
                            "no answer within " + upstream().responseTimeoutNanos() / 1_000_000 + " ms");
                }
            }
            case ANSWERING -> {
                if (client.isWritable() && owesBody()) {
                    requestBroken(Refusal.BODY_TIMEOUT);
                } else if (client.isWritable()) {
                    upstreamFault(Outcome.TRUNCATED, "the answer stopped");
                } else if (client.takesSlowly()) {
                    client.deadlineIn(upstream().idleTimeoutNanos());
                } else {
                    dropUpstream();
                    end(Outcome.CLIENT_ABORT, answer.status());
                    client.cut(true);
                }
            }
        }
    }

    /** Whether it is the client for whose bytes the exchange stands still. */
    private boolean owesBody() {
        UpstreamConnection to = connection;
        return !client.requestComplete() && !awaitsContinue && to != null && to.isWritable();
    }

    /** Our own fault; the client connection is closed by the caller. */
    void bug(Throwable cause) {
        LOG.error("internal error in an exchange, state {}", state, cause);
        if (state != State.IDLE) {
            try {
                dropUpstream();
            } finally {
                end(Outcome.INTERNAL, 500);
            }
        }
    }

    // ---- the way back: what the upstream tells

    @Override
    public void upstreamConnected(UpstreamConnection lent) {
        connection = lent;
        state = State.AWAITING;
        ByteBuf head = requestHead;
        if (head != null) {
            requestHead = null;
            lent.write(head);
        }
        boolean waiting = queuedBody != null;
        for (ByteBuf part = nextOfBody(); part != null; part = nextOfBody()) {
            lent.write(part);
        }
        if (!beginning) {
            loop.nowNanos = System.nanoTime();
        }
        client.deadlineIn(
                client.requestComplete() || awaitsContinue
                        ? upstream().responseTimeoutNanos()
                        : upstream().idleTimeoutNanos());
        if (beginning && !client.requestComplete()) {
            unflushed = true; // the first bytes of the body are in the same read, most often
        } else {
            lent.flush();
        }
        if (waiting) {
            client.setReading(true);
        }
    }

    @Override
    public void upstreamUnavailable(Outcome why, String detail) {
        upstreamFault(why, detail);
    }

    @Override
    public void upstreamRead(ByteBuf in) {
        dropReplay();
        switch (answer.read(in)) {
            case MORE -> {
                if (answer.headSent()) {
                    if (state != State.ANSWERING) {
                        state = State.ANSWERING;
                        settle(answer.status() >= 500 ? Outcome.FAILED_STATUS : Outcome.OK);
                    }
                    client.deadlineIn(upstream().idleTimeoutNanos());
                } else if (awaitsContinue && answer.hadInterim()) {
                    awaitsContinue = false;
                    client.deadlineIn(upstream().idleTimeoutNanos());
                }
            }
            case COMPLETE -> complete();
            case BROKEN -> {
                UpstreamConnection from = connection;
                loop.refusals.add(answer.refusal(), from == null ? "an upstream" : from.endpoint());
                upstreamFault(
                        Outcome.BAD_RESPONSE,
                        "the upstream's answer was refused: " + answer.refusal().word());
            }
        }
    }

    @Override
    public void upstreamReadComplete() {
        UpstreamConnection from = connection;
        if (state == State.ANSWERING && from != null) {
            client.flush();
            if (!client.isWritable()) {
                from.setReading(false);
            }
        }
        probe(); // a reset right behind a part of an answer is the one that gets lost
    }

    @Override
    public void upstreamWritable() {
        if (!client.requestComplete()) {
            client.setReading(true);
            client.deadlineIn(upstream().idleTimeoutNanos());
        }
    }

    @Override
    public void upstreamClosed(@Nullable Throwable cause) {
        UpstreamConnection gone = connection;
        connection = null;
        ByteBuf again = replay;
        if (cause != null && !(cause instanceof IOException)) {
            LOG.error("internal error in an exchange, state {}", state, cause);
            upstreamFault(Outcome.INTERNAL, "internal error");
        } else if (again != null && gone != null && gone.isReused()) {
            replay = null;
            requestHead = again.readerIndex(0);
            state = State.CONNECTING;
            client.deadlineIn(upstream().connectTimeoutNanos());
            pool().borrowFresh(this);
        } else if (cause == null && answer.endsWithConnection()) {
            complete();
        } else {
            upstreamFault(
                    answer.headSent() ? Outcome.TRUNCATED : Outcome.RESET,
                    "the upstream closed the connection before the answer was complete");
        }
    }

    // ---- endings

    private void complete() {
        client.flush();
        UpstreamConnection from = connection;
        if (from != null) {
            connection = null;
            if (answer.surplus()) {
                loop.refusals.add(Refusal.UPSTREAM_SURPLUS, from.endpoint());
            }
            from.giveBack(answer.upstreamReusable() && client.requestComplete());
        }
        int status = answer.status();
        Outcome outcome = status >= 500 ? Outcome.FAILED_STATUS : status == 429 ? Outcome.RATE_LIMITED_429 : Outcome.OK;
        boolean inOneRead = state == State.AWAITING;
        end(outcome, status, inOneRead ? answer.headNanos() : System.nanoTime());
        client.exchangeDone(!answer.closes());
    }

    /** The upstream did not do its part: a whole answer of ours if nothing of its own went out, else a visible break. */
    private void upstreamFault(Outcome why, String detail) {
        dropUpstream();
        if (answer.headSent()) {
            end(why, answer.status());
            client.flush();
            client.cut(answer.endsSilently());
        } else {
            fail(why, detail);
        }
    }

    private void fail(Outcome why, String detail) {
        ownAnswer(why, EndingStatus.of(why), EndingStatus.reason(why), detail);
    }

    private void refuse(Refusal refusal) {
        client.refused(refusal);
        keepAlive = false;
        ownAnswer(Outcome.REJECTED, refusal.status(), refusal.word(), refusal.detail());
    }

    private void ownAnswer(Outcome why, int status, String reason, String detail) {
        boolean close = !keepAlive || client.mustClose();
        client.write(ResponseWriter.own(
                status, reason, detail, close, isHead, EndingStatus.extraFields(why), client.alloc()));
        client.flush();
        end(why, status);
        client.exchangeDone(!close);
    }

    /** Every exchange ends here, once: the permit is given back and what happened is counted. */
    private void end(Outcome outcome, int status) {
        end(outcome, status, System.nanoTime());
    }

    private void end(Outcome outcome, int status, long now) {
        state = State.IDLE;
        Snapshot.Route r = route;
        Snapshot.Target t = target;
        route = null;
        target = null;
        loop.counters.ended();
        loop.counters.finished(series, outcome, status, now - startNanos);
        if (t == null || r == null) {
            return;
        }
        if (!settled || (outcome.failure() && answer.status() < 500)) {
            settle(t, outcome);
        }
        Snapshot.Shift shift = r.shift();
        if (shift != null && (outcome.failure() || outcome == Outcome.OK)) {
            long latency = (answer.headSent() ? answer.headNanos() : now) - startNanos;
            loop.feed.record(shift.number(), canary, reason.randomised(), outcome.failure(), unit, latency, now);
        }
    }

    /**
     * Gives the permit back at the head of a longer answer: a download must not keep a half-open breaker waiting. An answer that
     * began well and breaks off is counted as a failure besides.
     */
    private void settle(Outcome soFar) {
        Snapshot.Target t = target;
        if (t != null) {
            settled = true;
            settle(t, soFar);
        }
    }

    private void settle(Snapshot.Target t, Outcome outcome) {
        Breaker.Gate gate = gate(t);
        if (outcome.failure()) {
            gate.failure();
        } else if (outcome == Outcome.OK || outcome == Outcome.RATE_LIMITED_429) {
            gate.success();
        } else {
            gate.cancel();
        }
    }

    /** Lets go of the upstream, whatever state the way to it is in; nobody will use that connection again. */
    private void dropUpstream() {
        leaveUpstream();
        ByteBuf head = requestHead;
        if (head != null) {
            requestHead = null;
            head.release();
        }
        dropReplay();
        for (ByteBuf part = nextOfBody(); part != null; part = nextOfBody()) {
            part.release();
        }
        unflushed = false;
        answer.abandon();
    }

    /** What was queued of the body while there was no connection, part by part. */
    private @Nullable ByteBuf nextOfBody() {
        ArrayDeque<ByteBuf> queue = queuedBody;
        if (queue == null) {
            return null;
        }
        ByteBuf part = queue.pollFirst();
        if (part == null) {
            queuedBody = null;
        }
        return part;
    }

    private void leaveUpstream() {
        UpstreamConnection to = connection;
        if (to != null) {
            connection = null;
            to.giveBack(false);
        } else if (state == State.CONNECTING) {
            pool().cancel(this);
        }
    }

    private void dropReplay() {
        ByteBuf kept = replay;
        if (kept != null) {
            replay = null;
            kept.release();
        }
    }

    private Breaker.Gate gate(Snapshot.Target of) {
        return of.gates()[loop.number];
    }

    private UpstreamPool pool() {
        return upstream().pool(loop.number);
    }

    private Snapshot.Upstream upstream() {
        Snapshot.Target t = target;
        if (t == null) {
            throw new IllegalStateException("no upstream before admission");
        }
        return t.upstream();
    }
}
