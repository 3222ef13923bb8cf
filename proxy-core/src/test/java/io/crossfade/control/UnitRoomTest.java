package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.ControlSettings;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.analysis.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All tables of units together stay within their bound, and a restart knows who gave way. */
final class UnitRoomTest {
    private static final Plan[] PLANS = {Bench.manual("orders", 10_000), Bench.manual("search", 10_000)};

    @TempDir
    Path folder;

    private final FakeFeed feed = new FakeFeed();
    private final AtomicLong nanos = new AtomicLong();
    private final Queue<Runnable> answers = new ConcurrentLinkedQueue<>();

    @Test
    void theFullestBeginsAnewAndSoItDoesAfterARestart() {
        List<Finding> orders;
        List<Finding> search;
        try (Ledger ledger = ledger()) {
            Watches watches = watches(ledger);
            ledger.begin(answers::add);
            Awaitility.await().until(() -> {
                watches.all().forEach(watch -> watch.look(0, false)); // by hand each begins by itself
                settle();
                return watches.all().stream().allMatch(watch -> watch.state().watched() && !watch.pending());
            });
            UnitRoom room = new UnitRoom(5L << 20); // of which 4 MiB are kept free
            seen(watches, 0, 30_000);
            seen(watches, 1, 1_000);
            assertThat(UnitRoom.taken(watches.all())).isGreaterThan(1L << 20);
            long before = watch(watches, 1).unitBytes();
            room.keep(watches.known(), 0);
            assertThat(UnitRoom.taken(watches.all())).isLessThan(1L << 20);
            assertThat(watch(watches, 1).unitBytes()).isEqualTo(before);
            assertThat(watch(watches, 0).unitBytes()).isLessThan(20_000);
            seen(watches, 0, 10);
            orders = watch(watches, 0).rollout().evidence().findings();
            search = watch(watches, 1).rollout().evidence().findings();
            assertThat(watch(watches, 0).rollout().standing())
                    .anySatisfy(line -> assertThat(line).contains("30,010"));
        }
        try (Ledger ledger = ledger()) {
            Watches again = watches(ledger);
            assertThat(watch(again, 0).rollout().evidence().findings()).isEqualTo(orders);
            assertThat(watch(again, 1).rollout().evidence().findings()).isEqualTo(search);
        }
    }

    private Ledger ledger() {
        return DiskLedger.open(Bench.disk(folder), ControlSettings::defaults, Bench.KEPT);
    }

    private Watches watches(Ledger ledger) {
        Timeline timeline = new Timeline(nanos::get, () -> Bench.WALL, 0);
        StatusBoard board = new StatusBoard(() -> ledger, feed);
        WeightSink sink = (rollout, weight, recall) -> {};
        Means means =
                new Means(feed, sink, () -> ledger, timeline, new RecentEvents(), new RecentReports(() -> 10), board);
        Watches watches = new Watches(means, ledger.recovery());
        watches.configure(Bench.numbered(PLANS));
        return watches;
    }

    private static Watch watch(Watches watches, int number) {
        return Objects.requireNonNull(watches.numbered(number));
    }

    private void settle() {
        for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
            answer.run();
        }
    }

    /** Failures of the baseline, each of another unit. */
    private void seen(Watches watches, int rollout, int failures) {
        Watch watch = watch(watches, rollout);
        feed.fail(rollout, false, failures);
        feed.drain((number, unit, flags, slot, baselineOk, canaryOk) ->
                watch.batches().observed(unit, flags, slot, baselineOk, canaryOk));
        do {
            watch.look(0, false);
        } while (watch.behind());
    }
}
