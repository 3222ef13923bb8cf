package io.crossfade.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Limits;
import io.crossfade.http.HttpLimits;
import io.crossfade.http.Peer;
import io.crossfade.http.RequestHead;
import io.crossfade.observe.Counters;
import io.crossfade.observe.Feed;
import io.crossfade.route.RouteTable;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.snapshot.Snapshots;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExchangesTest {
    private static final int KEPT = 1024;

    private final Snapshot nothing =
            new Snapshot(new RouteTable(List.of()), List.of(), Limits.defaults(), HttpLimits.of(Limits.defaults()));
    private final Counters counters = new Counters(1, List.of(), List.of(), List.of());
    private final EdgeLoop loop = new EdgeLoop(
            0,
            Runnable::run,
            System::nanoTime,
            new Deadlines.Wakeup() {
                @Override
                public void in(long nanos) {}

                @Override
                public void cancel() {}
            },
            new Snapshots(nothing),
            counters.loop(0),
            new Refusals(counters.loop(0), new RefusalLog(System::nanoTime)),
            new Feed(1, 0).loop(0),
            new SplittableRandom(1));
    private final Exchanges exchanges = new Exchanges(loop);
    private final List<Object> told = new ArrayList<>();

    @Test
    void oneThatEndedServesTheNextRequestWhoeverAsks() {
        Exchange first = exchanges.lend();
        assertThat(exchanges.lend()).as("while the first is lent").isNotSameAs(first);
        first.begin(client("one"), new RequestHead(), nothing);
        assertThat(told).as("no route: answered and over").containsExactly("one own", "one over");

        Exchange second = exchanges.lend();
        assertThat(second).isSameAs(first);
        told.clear();
        second.begin(client("two"), new RequestHead(), nothing);
        assertThat(told).as("nothing of it reaches the client before").containsExactly("two own", "two over");
    }

    @Test
    void whatWasKeptAfterARushIsBounded() {
        List<Exchange> rush = new ArrayList<>();
        for (int i = 0; i < 3 * KEPT; i++) {
            rush.add(exchanges.lend());
        }
        rush.forEach(exchange -> exchange.begin(client("some"), new RequestHead(), nothing));
        Set<Exchange> before = Collections.newSetFromMap(new IdentityHashMap<>());
        before.addAll(rush);
        int again = 0;
        for (int i = 0; i < 3 * KEPT; i++) {
            again += before.contains(exchanges.lend()) ? 1 : 0;
        }
        assertThat(again).isEqualTo(KEPT);
    }

    private ClientStream client(String name) {
        return (ClientStream) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ClientStream.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("peer")) {
                        return new Peer(new byte[0], new byte[0], false);
                    }
                    told.add(name + " " + method.getName());
                    return null;
                });
    }
}
