package io.crossfade.admin.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last handler of an admin connection: one request in, one reply out, then the next is read. Requests that came in the
 * same read wait for their turn. Stands behind {@link BodyLimit}; the channel does not read by itself.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails here closes its channel, and that is seen
final class Connection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Api api;
    private final EventStreams streams;
    private final Visit visit;
    private final int maxPipelined;
    private final ArrayDeque<FullHttpRequest> waiting = new ArrayDeque<>();
    private boolean answering;
    private boolean flooded;
    private boolean streaming;

    /** @param maxPipelined requests that may wait for the answers before them */
    Connection(Api api, EventStreams streams, Visit visit, int maxPipelined) {
        this.api = api;
        this.streams = streams;
        this.visit = visit;
        this.maxPipelined = maxPipelined;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (!answering) {
            answer(ctx, request);
        } else if (!streaming && waiting.size() < maxPipelined) {
            waiting.add(request.retain());
        } else {
            flooded = true; // behind a stream of events, which has no end, nobody would answer it
        }
    }

    private void answer(ChannelHandlerContext ctx, FullHttpRequest request) {
        answering = true;
        visit.answering();
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        boolean head = request.method().name().equals("HEAD");
        if (request.decoderResult().isFailure()) {
            answered(ctx, Answer.problem(ProblemType.BAD_REQUEST, "not HTTP/1.1 as RFC 9112 has it"), false, head);
            return;
        }
        Call call;
        try {
            call = Call.of(request, address(ctx.channel()));
        } catch (IllegalArgumentException e) {
            answered(ctx, Answer.problem(ProblemType.BAD_REQUEST, String.valueOf(e.getMessage())), false, head);
            return;
        }
        api.answer(call).thenAcceptAsync(reply -> reply(ctx, reply, keepAlive, head), ctx.executor());
    }

    private void reply(ChannelHandlerContext ctx, Reply reply, boolean keepAlive, boolean head) {
        if (reply instanceof Answer answer) {
            answered(ctx, answer, keepAlive, head);
        } else if (reply instanceof Reply.Events events) {
            if (head || streams.full()) {
                answered(ctx, eventsWithoutStream(head), keepAlive, head);
                return;
            }
            streaming = true;
            letGo();
            streams.open(ctx.channel(), events.after());
            ctx.read(); // to notice when the client leaves
        }
    }

    private void answered(ChannelHandlerContext ctx, Answer answer, boolean keepAlive, boolean head) {
        write(ctx, answer, keepAlive, head);
        visit.answered(!keepAlive);
        if (!keepAlive) {
            return;
        }
        answering = false;
        FullHttpRequest next = waiting.poll();
        if (next != null) {
            try {
                answer(ctx, next);
            } finally {
                next.release();
            }
        } else if (flooded) {
            String detail = "more than " + maxPipelined + " requests sent without waiting for an answer";
            answered(ctx, Answer.problem(ProblemType.BAD_REQUEST, detail), false, false);
        } else {
            ctx.read();
        }
    }

    private void letGo() {
        for (FullHttpRequest left = waiting.poll(); left != null; left = waiting.poll()) {
            left.release();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        letGo();
    }

    private Answer eventsWithoutStream(boolean head) {
        return head
                ? new Answer(200, "text/event-stream", new byte[0], Map.of())
                : Answer.problem(
                        ProblemType.OVERLOADED, streams.maxClients() + " clients read events; close one of them");
    }

    static void write(ChannelHandlerContext ctx, Answer answer, boolean keepAlive, boolean head) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("X-Content-Type-Options", "nosniff");
        answer.fields().forEach(response.headers()::set);
        if (keepAlive) {
            ctx.writeAndFlush(response);
        } else {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        streams.writable(ctx.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("admin connection of {} closed", ctx.channel().remoteAddress(), cause);
        }
        ctx.close();
    }

    static String address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "local";
    }
}
