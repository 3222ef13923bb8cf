package io.crossfade.admin.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Duration;

/** How long one admin connection has kept the server waiting, and for what: a head, a body, or a next request. Admin loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails here closes its channel, and that is seen
final class Visit {
    private enum State {
        /** Between two requests. */
        IDLE,
        /** A part of a head has come. */
        HEAD,
        /** A head has come, and not all of its body. */
        BODY,
        /** A request is being answered: it is the server that keeps the client waiting. */
        ANSWERED,
        /** The last answer was written: what still comes is no request. */
        OVER
    }

    private final Visitors visitors;
    private final Channel channel;
    private final String address;
    private State state = State.IDLE;
    private long since;
    private long unsent;
    private boolean left;

    Visit(Visitors visitors, Channel channel) {
        this.visitors = visitors;
        this.channel = channel;
        this.address = Connection.address(channel);
    }

    /** Of the client, without a port. */
    String address() {
        return address;
    }

    /** Once, when it was admitted. */
    void begin() {
        enter(State.IDLE);
        channel.closeFuture().addListener(closed -> leave());
    }

    /** In front of the codec: any byte may begin a head. */
    ChannelHandler bytes() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (state == State.IDLE) {
                    enter(State.HEAD);
                }
                ctx.fireChannelRead(message);
            }
        };
    }

    /** Behind the codec: a head is whole. */
    ChannelHandler heads() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof HttpRequest && state == State.HEAD) {
                    enter(State.BODY);
                }
                ctx.fireChannelRead(message);
            }
        };
    }

    void answering() {
        state = State.ANSWERED;
        visitors.isAnswered(this);
    }

    /**
     * The answer was written, and the client takes it.
     *
     * @param last whether the connection ends with it
     */
    void answered(boolean last) {
        enter(last ? State.OVER : State.IDLE);
    }

    private void enter(State next) {
        state = next;
        since = visitors.now();
        unsent = unsent();
        if (!left) {
            visitors.waits(this);
        }
    }

    private void leave() {
        left = true;
        visitors.left(this);
    }

    /** Ends it at once for one that comes. */
    void giveWay() {
        end("the server needs the place for others");
        leave();
    }

    /** Ends it when its time is over. */
    void expire() {
        if (visitors.now() - since < patience().toNanos()) {
            return;
        }
        long before = unsent;
        unsent = unsent();
        if (unsent > 0 && unsent != before) {
            since = visitors.now(); // it still takes its answer
        } else {
            if (state == State.HEAD || state == State.BODY) {
                visitors.timedOut();
            }
            end("within " + patience().toMillis() + " ms");
        }
    }

    private Duration patience() {
        return switch (state) {
            case HEAD -> visitors.bounds().headTimeout();
            case BODY -> visitors.bounds().bodyTimeout();
            case IDLE, ANSWERED, OVER -> visitors.bounds().idleTimeout();
        };
    }

    private void end(String why) {
        if (state == State.HEAD || state == State.BODY) {
            String missing = state == State.HEAD ? "head" : "body";
            answered(true);
            Answer answer = Answer.problem(ProblemType.REQUEST_TIMEOUT, "no whole " + missing + ": " + why);
            Connection.write(channel.pipeline().lastContext(), answer, false, false);
        } else {
            channel.close();
        }
    }

    void cut() {
        channel.close();
    }

    private long unsent() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
