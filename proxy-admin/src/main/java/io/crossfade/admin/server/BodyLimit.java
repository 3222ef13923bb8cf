package io.crossfade.admin.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.util.concurrent.TimeUnit;

/** Collects a request body of at most 1 MiB; a larger one is answered 413, and what still comes of it is thrown away. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails here closes its channel, and that is seen
final class BodyLimit extends HttpObjectAggregator {
    static final int MAX_BODY = 1 << 20;
    private static final int LINGER_SECONDS = 2;

    BodyLimit() {
        super(MAX_BODY);
    }

    /** Closing at once would reset the connection, and the client would not see the answer (RFC 9112 section 9.6). */
    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
        Answer answer = Answer.problem(ProblemType.BODY_TOO_LARGE, "at most " + MAX_BODY + " bytes");
        ctx.channel().config().setAutoRead(true);
        Connection.write(ctx, answer.with("Connection", "close"), true, false);
        ctx.executor().schedule(() -> ctx.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }
}
