package io.crossfade.admin.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Collects a bounded request body; a larger one is answered 413, and for a while what still comes of it is thrown away. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails here closes its channel, and that is seen
final class BodyLimit extends HttpObjectAggregator {
    private final Duration lingerTimeout;
    private final Visit visit;

    BodyLimit(int maxBody, Duration lingerTimeout, Visit visit) {
        super(maxBody);
        this.lingerTimeout = lingerTimeout;
        this.visit = visit;
    }

    /** Closing at once would reset the connection, and the client would not see the answer (RFC 9112 section 9.6). */
    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
        Answer answer = Answer.problem(ProblemType.BODY_TOO_LARGE, "at most " + maxContentLength() + " bytes");
        ctx.channel().config().setAutoRead(true);
        visit.answered(true);
        Connection.write(ctx, answer.with("Connection", "close"), true, false);
        ctx.executor().schedule(() -> ctx.close(), lingerTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
