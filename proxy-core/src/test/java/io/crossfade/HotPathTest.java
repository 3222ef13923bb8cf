package io.crossfade;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.crossfade.admit.Breaker;
import io.crossfade.assign.Split;
import io.crossfade.observe.Counters;
import io.crossfade.observe.Feed;
import io.crossfade.outcome.Outcome;
import io.crossfade.route.Facts;
import io.crossfade.route.RouteTable;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is done for every request allocates nothing. */
class HotPathTest {
    private static final int REQUESTS = 20_000;

    private final RouteTable routes = new RouteTable(List.of(
            new RouteTable.Rule("rest", null, "/", Set.of(), Map.of()),
            new RouteTable.Rule("orders", "shop.example", "/api/orders", Set.of("GET"), Map.of("x-beta", "1"))));
    private final Head head = new Head();
    private final Split split = new Split("orders", 5_000);
    private final Breaker.Gate gate = new Breaker("next", 0.5, 100, 10, Duration.ofSeconds(10), 5).gate();
    private final Counters counters = new Counters(1, List.of(), List.of(), List.of());
    private final int slot = counters.slot("orders", "canary");
    private final Feed feed = new Feed(1, 1);

    @Test
    void aRequestAllocatesNothing() {
        feed.slowThresholds(0, new long[] {1_000_000, 2_000_000}, 2);
        requests(); // links and warms
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        requests();
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / REQUESTS)
                .as("bytes per request")
                .isZero();
        assertThat(counters.requests(slot)).isEqualTo(2L * REQUESTS);
    }

    private void requests() {
        for (int i = 0; i < REQUESTS; i++) {
            counters.loop(0).begun();
            if (routes.match(head) != 1 || !gate.tryAcquire()) {
                throw new AssertionError("neither routed nor admitted");
            }
            long unit = split.unit(head.bytes(), 4 + i % 8, 32);
            gate.success();
            counters.loop(0).finished(slot, Outcome.OK, 200, i * 100L);
            feed.loop(0).record(0, split.canary(unit), true, false, unit, i * 100L, i * 1_000L);
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
