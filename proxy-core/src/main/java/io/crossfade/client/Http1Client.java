package io.crossfade.client;

import io.crossfade.exchange.ClientStream;
import io.crossfade.exchange.EdgeLoop;
import io.crossfade.exchange.Exchange;
import io.crossfade.exchange.OwnAnswer;
import io.crossfade.exchange.Timed;
import io.crossfade.http.BodyForm;
import io.crossfade.http.Peer;
import io.crossfade.http.Refusal;
import io.crossfade.http.RequestHead;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.Trailers;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.socket.SocketEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1 connection of a client: its life from the accept to the last byte. It serves one exchange after the other and is the
 * client's end of each.
 *
 * <p>Whether the connection goes on after an answer is decided here alone. Owned by its event loop.
 */
public final class Http1Client extends SocketEnd implements ClientStream, Http1Requests.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Client.class);

    private static final byte[] HTTP = "http".getBytes(StandardCharsets.US_ASCII);

    private final EdgeLoop loop;
    private final Clients clients;
    private final ListenerFacts listener;
    private final Http1Requests requests;
    private final Http1Answer answer = new Http1Answer(this);
    private final Waiting waiting;

    /** That of the request which is being served, or null. */
    private @Nullable Exchange exchange;

    private boolean listed;
    private int served;
    private int lingered;
    private long untaken;
    private long openedNanos;

    @SuppressWarnings("NullAway.Init") // set by channelActive, before any read
    private Peer peer;

    public Http1Client(Clients clients, ListenerFacts listener) {
        this.loop = clients.loop();
        this.clients = clients;
        this.listener = listener;
        this.requests = new Http1Requests(loop, listener.underscoreNames(), this);
        this.waiting = new Waiting();
    }

    // ---- what the exchange asks

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public void refused(Refusal why) {
        loop.refusals().add(why, new String(peer.address(), StandardCharsets.US_ASCII));
    }

    @Override
    public boolean requestComplete() {
        return requests.isComplete();
    }

    @Override
    public void wantRequest(boolean on) {
        setReading(on);
        if (on) {
            resume();
        }
    }

    @Override
    public BodyForm takes(ResponseHead head) {
        return answer.form();
    }

    @Override
    public void interim(ResponseHead head, ByteBuf raw, int headLength) {
        answer.interim(head, raw, headLength);
    }

    @Override
    public void answer(ResponseHead head, ByteBuf raw, int headLength, boolean last, byte @Nullable [] extraFields) {
        answer.head(head, raw, headLength, mustClose(), extraFields);
    }

    @Override
    public void body(ByteBuf part, boolean last) {
        write(part);
    }

    /** The client sees the end by itself: of the length, of the chunks or of the connection. */
    @Override
    public void end(@Nullable Trailers trailers) {}

    @Override
    public void own(OwnAnswer own) {
        answer.own(own, mustClose());
    }

    /** Whether this connection must end with the current answer, whatever the client and the upstream wish. */
    private boolean mustClose() {
        return !requests.isComplete()
                || served >= loop.limits().maxRequests()
                || loop.isDraining()
                || listener.isEnding()
                || loop.clock().now() - openedNanos > loop.limits().maxAge().toNanos();
    }

    @Override
    public boolean takesSlowly() {
        long before = untaken;
        untaken = unsent();
        return untaken > 0 && untaken != before;
    }

    @Override
    public boolean endsIfLost() {
        boolean lost = isLost();
        if (lost) {
            close();
        }
        return lost;
    }

    @Override
    public void over(After after) {
        exchange = null;
        switch (after) {
            case KEEP -> goOn();
            case CUT -> {
                requests.stop();
                if (answer.endsSilently()) {
                    cut();
                } else {
                    closeSocket();
                }
            }
            case RESET -> {
                requests.stop();
                cut();
            }
        }
    }

    /** The answer is whole and flushed. */
    private void goOn() {
        boolean idleWhileDraining = loop.isDraining() && requests.isDry();
        if (answer.closes() || !requests.isComplete() || idleWhileDraining) {
            linger();
            return;
        }
        requests.next();
        waiting.deadlineIn(loop.limits().idleTimeout().toNanos());
        setReading(true);
        if (!requests.isDry()) {
            resume();
        }
    }

    /** Runs inside a call of the upstream's side, most often, which must not pay for what goes wrong here. */
    private void resume() {
        if (requests.isProcessing()) {
            return; // what goes on there comes to its end, and the flush with it
        }
        try {
            requests.resume();
            flushRequest();
        } catch (RuntimeException | Error e) {
            exceptionCaught(e);
        }
    }

    // ---- what its requests tell

    @Override
    public void headStarted() {
        waiting.deadlineIn(loop.limits().headTimeout().toNanos());
    }

    @Override
    public void begin(RequestHead head, Snapshot snapshot) {
        served++;
        waiting.deadlineIn(Timed.NEVER); // the exchange has its own
        answer.begin(head.isHead(), head.version() == 10, head.keepAlive());
        Exchange begun = clients.exchanges().lend();
        exchange = begun;
        begun.begin(this, head, snapshot);
    }

    @Override
    public @Nullable Exchange exchange() {
        return exchange;
    }

    @Override
    public void refuse(Refusal refusal) {
        refused(refusal);
        answer.begin(false, false, false);
        answer.own(OwnAnswer.of(refusal), true);
        linger();
    }

    @Override
    public void throwAway(ByteBuf in) {
        lingered += in.readableBytes();
        in.skipBytes(in.readableBytes());
        if (lingered > loop.limits().lingerBytes()) {
            setReading(false);
            if (unsent() == 0) {
                close();
            }
        }
    }

    // ---- what the loop asks

    /** This connection among those of its loop, with the deadlines between two exchanges and after the last. */
    private final class Waiting extends Clients.Member {
        Waiting() {
            super(loop.clock());
        }

        @Override
        boolean cameBy(ListenerFacts facts) {
            return listener.equals(facts);
        }

        @Override
        void closeIfIdle() {
            if (requests.isIdle()) {
                endSlowly();
            }
        }

        @Override
        void abort() {
            close();
        }

        @Override
        void fail(Throwable cause) {
            exceptionCaught(cause);
        }

        @Override
        protected void expired() {
            if (requests.isInHead()) {
                refuse(Refusal.HEAD_TIMEOUT);
            } else if (requests.isIdle()) {
                endSlowly();
            } else if (requests.isOver()) {
                endUnlessTaken();
            }
        }
    }

    // ---- the end

    /** Ends an idle connection, but not before its last answer has left: a close would drop what is queued. */
    private void endSlowly() {
        if (unsent() > 0) {
            linger();
        } else {
            close();
        }
    }

    /** A client that still takes what is queued for it gets more time. */
    private void endUnlessTaken() {
        if (takesSlowly()) {
            waiting.deadlineIn(loop.limits().idleTimeout().toNanos());
        } else {
            close();
        }
    }

    /** The channel may tell of its end later, and bytes that were read already still come: they belong to no request. */
    private void close() {
        requests.stop();
        closeSocket();
    }

    /**
     * Ends the connection with the last answer. It is only half closed at first: a close with bytes unread would reset the
     * connection, and the client could lose the answer (RFC 9112 section 9.6).
     */
    private void linger() {
        if (requests.isOver()) {
            return;
        }
        requests.stop();
        waiting.deadlineIn(loop.limits().idleTimeout().toNanos());
        untaken = unsent();
        setReading(true);
        halfClose(() -> waiting.deadlineIn(loop.limits().lingerTimeout().toNanos()));
    }

    // ---- what the channel tells

    @Override
    public void channelActive(ChannelHandlerContext context) {
        InetSocketAddress remote = (InetSocketAddress) context.channel().remoteAddress();
        if (remote == null || !listener.admit()) { // gone already, or one too many
            context.close();
            return;
        }
        peer = new Peer(
                remote.getAddress().getHostAddress().getBytes(StandardCharsets.US_ASCII),
                HTTP,
                listener.trusts(remote.getAddress()));
        openedNanos = loop.clock().tick();
        waiting.deadlineIn(loop.limits().idleTimeout().toNanos());
        listed = true;
        clients.add(waiting);
        super.channelActive(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!listed) {
            return;
        }
        listed = false;
        listener.release();
        clients.remove(waiting);
        Exchange left = exchange;
        exchange = null;
        if (left != null) {
            left.clientGone();
        }
        requests.stop();
    }

    @Override
    protected void received(ByteBuf in) {
        requests.received(in);
    }

    @Override
    protected void readComplete() {
        flushRequest();
    }

    private void flushRequest() {
        Exchange under = exchange;
        if (under != null) {
            under.flushRequest();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (isWritable()) {
            Exchange under = exchange;
            if (under != null) {
                under.clientWritable();
            }
            if (requests.isBetween() && !requests.isDry()) {
                setReading(true);
                resume();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        exceptionCaught(cause);
    }

    private void exceptionCaught(Throwable cause) {
        try {
            if (!(cause instanceof IOException)) {
                bug(cause);
            }
        } finally {
            close();
        }
    }

    private void bug(Throwable cause) {
        Exchange under = exchange;
        exchange = null;
        if (under != null) {
            under.bug(cause);
        } else {
            LOG.error("internal error in a client connection, between two requests", cause);
        }
    }
}
