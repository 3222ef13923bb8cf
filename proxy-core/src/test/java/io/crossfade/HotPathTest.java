package io.crossfade;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.crossfade.admit.Breaker;
import io.crossfade.admit.RecallRefused;
import io.crossfade.admit.Recalls;
import io.crossfade.assign.Split;
import io.crossfade.http.BodyFramer;
import io.crossfade.http.HttpLimits;
import io.crossfade.http.Peer;
import io.crossfade.http.RequestHead;
import io.crossfade.http.RequestScanner;
import io.crossfade.http.RequestWriter;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.ResponseScanner;
import io.crossfade.http.ResponseWriter;
import io.crossfade.observe.Counters;
import io.crossfade.observe.Feed;
import io.crossfade.observe.RolloutFeed;
import io.crossfade.outcome.Outcome;
import io.crossfade.route.Facts;
import io.crossfade.route.RouteTable;
import io.crossfade.route.Rule;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is done for every request allocates nothing. */
class HotPathTest {
    private static final int REQUESTS = 20_000;

    private final RouteTable routes = new RouteTable(List.of(
            new Rule("rest", null, "/", Set.of(), Map.of()),
            new Rule("orders", "shop.example", "/api/orders", Set.of("GET"), Map.of("x-beta", "1"))));
    private final Head head = new Head();
    private final Split split = new Split("orders", 5_000);
    private final Breaker.Gate gate = new Breaker("next", 0.5, 100, 10, Duration.ofSeconds(10), 5).gate();
    private final Counters counters = new Counters(1, List.of(), List.of(), List.of());
    private final int series = counters.series("orders", "canary");
    private final Feed feed = new Feed(1, 1);
    private final Recalls recalls = new Recalls(0.2, 2);

    @Test
    void aRequestAllocatesNothing() {
        for (int i = 0; i < 1_000; i++) {
            feed.loop(0).gap(0, 0);
        }
        feed.callNewUnits(0, true);
        feed.slowThresholds(0, new long[] {1_000_000, 2_000_000}, 2_000_000, 2);
        assertThat(bytesPerRequest(this::requests)).as("bytes").isZero();
        assertThat(counters.requests(series)).isEqualTo(2L * REQUESTS);
    }

    /** On a thread that has a cache of buffers, as an event loop has, and without the records of the leak detector. */
    @Test
    void headsAndBodiesAllocateNothing() throws Exception {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        try {
            FutureTask<Long> measured = new FutureTask<>(() -> bytesPerRequest(new Messages()));
            new FastThreadLocalThread(measured).start();
            assertThat(measured.get(1, TimeUnit.MINUTES)).as("bytes").isZero();
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
    }

    private static long bytesPerRequest(Runnable requests) {
        requests.run(); // links and warms
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        requests.run();
        return (threads.getCurrentThreadAllocatedBytes() - before) / REQUESTS;
    }

    /** What http does for a request with a cookie and a chunked answer. */
    private static final class Messages implements Runnable {
        private static final byte[] COOKIE = "uid".getBytes(US_ASCII);
        private static final byte[] SET_COOKIE = "Set-Cookie: uid=1\r\n".getBytes(US_ASCII);

        private final ByteBufAllocator allocator = new PooledByteBufAllocator(true);
        private final ByteBuf request = direct("GET /api/orders/1?all HTTP/1.1\r\nHost: shop.example\r\n"
                + "User-Agent: Mozilla/5.0\r\nAccept: */*\r\nConnection: keep-alive\r\n"
                + "Cookie: theme=light; uid=somebody\r\n\r\n");
        private final ByteBuf answer = direct("HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                + "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
        private final ByteBuf body = direct("4\r\ngood\r\n0\r\n\r\n");
        private final HttpLimits limits = HttpLimits.defaults();
        private final RequestScanner requests = new RequestScanner(limits);
        private final RequestHead requestHead = new RequestHead();
        private final ResponseScanner answers = new ResponseScanner(limits);
        private final ResponseHead answerHead = new ResponseHead();
        private final BodyFramer framer = new BodyFramer(limits);
        private final Peer peer = new Peer("127.0.0.1".getBytes(US_ASCII), "http".getBytes(US_ASCII), false);

        @Override
        public void run() {
            for (int i = 0; i < REQUESTS; i++) {
                boolean scanned = requests.scan(request, requestHead, RequestScanner.UnderscoreNames.DROP)
                                == request.readableBytes()
                        && requestHead.cookie(COOKIE) >= 0
                        && answers.scan(answer, answerHead, false) == answer.readableBytes();
                framer.chunked();
                if (!scanned || framer.scan(body) != body.readableBytes() || !framer.done()) {
                    throw new AssertionError("not scanned to the end");
                }
                RequestWriter.write(requestHead, peer, allocator).release();
                ResponseWriter.write(answerHead, true, false, SET_COOKIE, allocator)
                        .release();
            }
        }

        private static ByteBuf direct(String text) {
            byte[] bytes = text.getBytes(US_ASCII);
            return Unpooled.wrappedBuffer(
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
        }
    }

    private void requests() {
        for (int i = 0; i < REQUESTS; i++) {
            counters.loop(0).begun();
            if (routes.match(head) != 1 || !gate.tryAcquire()) {
                throw new AssertionError("neither routed nor admitted");
            }
            long unit = split.unit(head.bytes(), 4 + i % 8, 32);
            feed.loop(0).assigned(0, split.canary(unit), split.weight(), unit + i, i * 1_000_000L);
            gate.success();
            counters.loop(0).finished(series, Outcome.OK, 200, i * 100L);
            long now = i * 1_000_000L;
            recalls.asked(0, now);
            if (i % 10 == 0) {
                recalls.baselineOverdue(0, now);
            } else {
                recalls.baselineAnswered(0, now);
            }
            if (recalls.isBudgetLeft(0, now) && recalls.isBaselineOverdue(now)) {
                recalls.recalled(0, now);
                counters.loop(0).recallRefused(0, RecallRefused.POOL);
            }
            boolean trial = feed.loop(0).trial(0, unit, now);
            int who = RolloutFeed.Observed.who(split.canary(unit), true, split.weight());
            if (feed.loop(0).isOverdue(0, split.canary(unit), i * 100L, i * 100L)) {
                feed.loop(0).overdue(0, who, unit, i * 100L, now);
            }
            if (feed.loop(0).isStalled(0, split.canary(unit), i * 100_000L, i * 100_000L)) {
                feed.loop(0).stalled(0, who, unit, now);
            }
            feed.loop(0).gap(0, i * 100_000L);
            feed.loop(0).succeeded(0, who, trial, unit, i * 100L, now);
            feed.loop(0).gaveUp(0, who, trial, unit, i * 100L, now);
            feed.loop(0).answered(0, who, i % 4, true, unit, now);
            counters.loop(0).ended();
        }
    }

    private static final class Head implements Facts {
        private final byte[] bytes = "GET /api/orders/1 Shop.example uid=somebody".getBytes(US_ASCII);

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public int hostStart() {
            return 18;
        }

        @Override
        public int hostEnd() {
            return 30;
        }

        @Override
        public byte[] pathBytes() {
            return bytes;
        }

        @Override
        public int pathStart() {
            return 4;
        }

        @Override
        public int pathEnd() {
            return 17;
        }

        @Override
        public int methodStart() {
            return 0;
        }

        @Override
        public int methodEnd() {
            return 3;
        }

        @Override
        public boolean headerEquals(byte[] lowerCaseName, byte[] value) {
            return value.length == 1;
        }
    }
}
