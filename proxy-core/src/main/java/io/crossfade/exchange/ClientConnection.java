package io.crossfade.exchange;

import io.crossfade.http.BodyFramer;
import io.crossfade.http.Refusal;
import io.crossfade.http.RequestHead;
import io.crossfade.http.RequestScanner;
import io.crossfade.http.RequestWriter;
import io.crossfade.http.ResponseWriter;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.upstream.PacedHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: cuts its bytes into requests and hands each to the {@link ProxyExchange}, one at a time.
 *
 * <p>A request whose framing is in doubt is refused and the connection closed, so that the bytes behind it are never
 * taken for another request. Owned by its event loop.
 */
public final class ClientConnection extends PacedHandler {
    /** Some clients send one behind a body; the time of the next head begins with its first byte. */
    private static final int EMPTY_LINE = 2;

    private static final byte[] HTTP = "http".getBytes(StandardCharsets.US_ASCII);

    private enum State {
        /** Before or inside a request head. */
        HEAD,
        /** A request is being served and its body is not complete. */
        BODY,
        /** A request is being served and has been read to its end. */
        SERVING,
        /** The last answer has been written: what still arrives is thrown away. */
        LINGERING
    }

    private final EdgeLoop loop;
    private final ListenerFacts listener;
    private final ProxyExchange exchange;
    private State state = State.HEAD;

    /** Made for the first request that has a body: most connections have none, and many are idle. */
    private @Nullable BodyFramer framer;

    private @Nullable ByteBuf held;
    private boolean processing;
    private boolean headStarted;
    private int served;
    private int lingered;
    private long untaken;
    private long openedNanos;
    long deadlineNanos;

    @Nullable
    ClientConnection previous;

    @Nullable
    ClientConnection next;

    @SuppressWarnings("NullAway.Init") // set by channelActive, before any read
    private RequestWriter.Peer peer;

    public ClientConnection(EdgeLoop loop, ListenerFacts listener) {
        this.loop = loop;
        this.listener = listener;
        this.exchange = new ProxyExchange(loop, this);
    }

    // ---- what the exchange may ask

    RequestWriter.Peer peer() {
        return peer;
    }

    /** Counts and logs a refusal of this client's request. */
    void refused(Refusal why) {
        loop.refusals.add(why, new String(peer.address(), StandardCharsets.US_ASCII));
    }

    ByteBufAllocator alloc() {
        return ctx().alloc();
    }

    boolean requestComplete() {
        return state == State.SERVING;
    }

    /** Whether this connection must end with the current answer, whatever the client and the upstream wish. */
    boolean mustClose() {
        return state != State.SERVING
                || served >= loop.limits.maxRequests()
                || loop.draining()
                || loop.nowNanos - openedNanos > loop.limits.maxAge().toNanos();
    }

    boolean isWritable() {
        return ctx().channel().isWritable();
    }

    /** Whether bytes wait for the client and it has taken some since the last time this was asked. */
    boolean takesSlowly() {
        long before = untaken;
        untaken = unsent();
        return untaken > 0 && untaken != before;
    }

    /** Bytes that the socket has not taken yet. */
    private long unsent() {
        ChannelOutboundBuffer out = ctx().channel().unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
    }

    /** Takes the buffer over. */
    void write(ByteBuf out) {
        ctx().write(out, ctx().voidPromise());
    }

    void flush() {
        ctx().flush();
    }

    void deadlineIn(long nanos) {
        deadlineNanos = loop.nowNanos + nanos;
    }

    /** The exchange is over and everything it wrote is flushed. */
    void exchangeDone(boolean keepAlive) {
        boolean idleWhileDraining = loop.draining() && held == null && !processing;
        if (!keepAlive || state == State.BODY || idleWhileDraining) {
            linger();
            return;
        }
        state = State.HEAD;
        headStarted = false;
        deadlineNanos = loop.nowNanos + loop.limits.idleTimeout().toNanos();
        setReading(true);
        ByteBuf in = held;
        if (in != null && !processing) {
            held = null;
            processHeld(in);
        }
    }

    /** Runs inside a call of the upstream's side, which must not pay for what goes wrong here. */
    private void processHeld(ByteBuf in) {
        try {
            process(in);
            exchange.flushRequest();
        } catch (RuntimeException | Error e) {
            exceptionCaught(ctx(), e);
        }
    }

    /**
     * Ends the connection at once.
     *
     * @param visibly with a reset, because a plain end could be taken for the end of the answer
     */
    void cut(boolean visibly) {
        if (visibly && ctx().channel().isActive()) {
            ctx().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        close();
    }

    /** The channel may tell of its end later, and bytes that were read already still come: they belong to no request. */
    private void close() {
        state = State.LINGERING;
        ctx().close();
    }

    // ---- what the loop asks

    void closeIfIdle() {
        if (state == State.HEAD && !headStarted) {
            endSlowly();
        }
    }

    void abort() {
        close();
    }

    private boolean inExchange() {
        return state == State.BODY || state == State.SERVING;
    }

    /** Nanoseconds until its exchange must be looked at; a long time when there is none. */
    long presses(long now) {
        return inExchange() ? Math.min(deadlineNanos - now, exchange.presses(now)) : Long.MAX_VALUE;
    }

    boolean awaitsCanary() {
        return inExchange() && exchange.awaitsCanary();
    }

    boolean unjudged() {
        return exchange.unjudged();
    }

    /** Looks after an exchange that stands still; called at every sweep. */
    void probe(long now) {
        if (inExchange() && exchange.probeIsDue(now)) {
            if (isLost()) {
                close();
            } else {
                exchange.probe();
            }
        }
    }

    void recall(int rollout) {
        if (inExchange()) {
            exchange.recall(rollout);
        }
    }

    /** Something of ours went wrong with this connection: it is counted, logged and closed. */
    void broken(Throwable cause) {
        exceptionCaught(ctx(), cause);
    }

    /** The deadline has passed. */
    void expired() {
        switch (state) {
            case HEAD -> {
                if (headStarted) {
                    refuse(Refusal.HEAD_TIMEOUT);
                } else {
                    endSlowly();
                }
            }
            case BODY, SERVING -> exchange.expired();
            case LINGERING -> {
                if (takesSlowly()) {
                    deadlineNanos = loop.nowNanos + loop.limits.idleTimeout().toNanos();
                } else {
                    close();
                }
            }
        }
    }

    /** Ends an idle connection, but not before its last answer has left: a close would drop what is queued. */
    private void endSlowly() {
        if (unsent() > 0) {
            linger();
        } else {
            close();
        }
    }

    // ---- what the channel tells

    @Override
    public void channelActive(ChannelHandlerContext context) {
        InetSocketAddress remote = (InetSocketAddress) context.channel().remoteAddress();
        if (remote == null || !listener.admit()) { // gone already, or one too many
            context.close();
            return;
        }
        peer = new RequestWriter.Peer(
                remote.getAddress().getHostAddress().getBytes(StandardCharsets.US_ASCII),
                HTTP,
                listener.trusts(remote.getAddress()));
        openedNanos = System.nanoTime();
        deadlineNanos = openedNanos + loop.limits.idleTimeout().toNanos();
        loop.add(this);
        super.channelActive(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (peer == null) {
            return;
        }
        listener.release();
        loop.remove(this);
        exchange.clientGone();
        state = State.LINGERING;
        ByteBuf in = held;
        if (in != null) {
            held = null;
            in.release();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = held;
        if (before != null) {
            held = null;
            boolean headMayBeComplete = state != State.HEAD
                    || before.readableBytes() + in.readableBytes() > loop.httpLimits.requestLine()
                    || in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n') >= 0;
            in = join(before, in);
            if (!headMayBeComplete) {
                held = in;
                return;
            }
        }
        process(in);
    }

    @Override
    protected void readComplete() {
        exchange.flushRequest();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            exchange.clientWritable();
            ByteBuf in = held;
            if (in != null && state == State.HEAD && !processing) {
                held = null;
                setReading(true);
                processHeld(in);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        try {
            if (!(cause instanceof java.io.IOException)) {
                exchange.bug(cause);
            }
        } finally {
            close();
        }
    }

    // ---- bytes to requests

    private void process(ByteBuf first) {
        ByteBuf in = first;
        processing = true;
        try {
            while (in != null && in.isReadable()) {
                in = switch (state) {
                    case HEAD -> isWritable() ? head(in) : holdBack(in);
                    case BODY -> body(in);
                    case SERVING -> holdBack(in);
                    case LINGERING -> throwAway(in);
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
        RequestHead head = loop.requestHead;
        int length = loop.requestScanner.scan(in, head, listener.underscoreNames());
        if (length == RequestScanner.INCOMPLETE) {
            if (!headStarted && in.readableBytes() > EMPTY_LINE) {
                headStarted = true;
                deadlineNanos = loop.nowNanos + loop.limits.headTimeout().toNanos();
            }
            held = in;
            return null;
        }
        if (length == RequestScanner.REFUSED) {
            refuse(head.refusal());
            return in;
        }
        in.skipBytes(length);
        served++;
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
        exchange.begin(head, snapshot);
        return in;
    }

    private BodyFramer framer() {
        BodyFramer made = framer;
        if (made == null) {
            made = new BodyFramer(loop.httpLimits);
            framer = made;
        }
        return made;
    }

    private @Nullable ByteBuf body(ByteBuf in) {
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
        ByteBuf ending = done ? body.ending(ctx().alloc()) : null;
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
            loop.counters.fieldsDropped(body.trailersDropped());
            exchange.requestBody(ending, true);
        }
        return rest;
    }

    /** A pipelined request waits until the one before it is answered and the client takes answers; reading stops meanwhile. */
    private @Nullable ByteBuf holdBack(ByteBuf in) {
        held = in;
        setReading(false);
        return null;
    }

    private ByteBuf throwAway(ByteBuf in) {
        lingered += in.readableBytes();
        in.skipBytes(in.readableBytes());
        if (lingered > loop.limits.lingerBytes()) {
            setReading(false);
            if (unsent() == 0) {
                close();
            }
        }
        return in;
    }

    /**
     * Puts the second buffer behind what is left of the first; both are taken over. A slice of the first may still wait to
     * be written, in the kernel's hands even: then its memory must neither move nor be given back, so the rest moves out.
     */
    static ByteBuf join(ByteBuf before, ByteBuf in) {
        try {
            if (before.refCnt() == 1 && before.maxCapacity() - before.readableBytes() >= in.readableBytes()) {
                return before.discardReadBytes().writeBytes(in);
            }
            ByteBuf joined = before.alloc().ioBuffer(before.readableBytes() + in.readableBytes());
            joined.writeBytes(before).writeBytes(in);
            before.release();
            return joined;
        } finally {
            in.release();
        }
    }

    /** Answers a request that was never begun and ends the connection. */
    private void refuse(Refusal refusal) {
        refused(refusal);
        write(ResponseWriter.own(refusal.status(), refusal.word(), refusal.detail(), true, false, null, ctx().alloc()));
        linger();
    }

    private void linger() {
        if (state == State.LINGERING) {
            return;
        }
        state = State.LINGERING;
        deadlineNanos = loop.nowNanos + loop.limits.idleTimeout().toNanos();
        untaken = unsent();
        ByteBuf in = held;
        if (in != null) {
            held = null;
            in.release();
        }
        setReading(true);
        ctx().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) flushed -> {
            if (flushed.isSuccess()) {
                deadlineNanos = loop.nowNanos + loop.limits.lingerTimeout().toNanos();
                ((DuplexChannel) flushed.channel()).shutdownOutput();
            } else {
                flushed.channel().close();
            }
        });
    }
}
