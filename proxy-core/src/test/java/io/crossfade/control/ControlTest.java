package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossfade.config.ControlSettings;
import io.crossfade.control.Operation.Result;
import io.crossfade.observe.Feed;
import io.crossfade.observe.RolloutFeed;
import io.crossfade.observe.RolloutFeed.Observed;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control thread as its neighbours see it: a real thread and real files, a feed and a clock in the test's hands. */
final class ControlTest {
    @TempDir
    Path folder;

    @Test
    void climbsWithTimeAndEvidence() {
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 60_000, 100_000, 60_000))) {
            assertThat(bench.ask(Verb.START).result()).isEqualTo(Result.ACCEPTED);
            assertThat(bench.weight()).isEqualTo(10_000);
            bench.feed.succeed(0, 9_000, 1_000);
            bench.pass(59_000);
            assertThat(bench.status().phase()).isEqualTo("baking");
            bench.pass(1_000);
            assertThat(bench.weight()).isEqualTo(100_000);
            bench.feed.succeed(0, 0, 1_000);
            bench.pass(60_000);
            assertThat(bench.status().phase()).isEqualTo("completed");
            assertThat(bench.weights).containsExactly(0, 0, 10_000, 100_000, 100_000);
        }
    }

    @Test
    void movesTowardsTheCanaryArePersistedFirstAndMovesTowardsTheBaselineActFirst() {
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 60_000))) {
            List<Boolean> onDisk = new CopyOnWriteArrayList<>();
            bench.onWeight(() -> onDisk.add(
                    journal().contains(bench.weight() > 0 ? "\"type\":\"stepEntered\"" : "\"type\":\"rolledBack\"")));
            bench.ask(Verb.START);
            bench.ask(Verb.ROLLBACK);
            bench.feed.settle();
            assertThat(onDisk).containsExactly(true, false);
            assertThat(journal()).contains("\"type\":\"rolledBack\"");
        }
    }

    /** A slow disk must not keep anybody on the canary, nor an operator from seeing that nobody is. */
    @Test
    void aRollbackIsInForceAndShownBeforeTheDiskIsAsked() {
        WatchedStorage storage = new WatchedStorage(Bench.disk(folder));
        try (Bench bench = new Bench(storage, 16 << 20, Bench.manual("orders", 10_000))) {
            bench.feed.settle();
            List<Integer> inForce = new CopyOnWriteArrayList<>();
            List<Integer> shown = new CopyOnWriteArrayList<>();
            storage.onChange(() -> {
                inForce.add(bench.weight());
                shown.add(bench.status().weight());
            });
            bench.ask(Verb.ROLLBACK);
            bench.feed.settle();
            assertThat(inForce).isNotEmpty().containsOnly(0);
            assertThat(shown).containsOnly(0);
        }
    }

    @Test
    void aBrokenCanaryIsGoneAtOnceAfterEightUsers() throws InterruptedException {
        try (Bench bench = new Bench(folder, Bench.manual("orders", 10_000))) {
            bench.feed.succeed(0, 9_000, 1_000);
            bench.pass(1_000);
            CountDownLatch gone = new CountDownLatch(1);
            bench.onWeight(gone::countDown);
            long began = System.nanoTime();
            bench.feed.fail(0, true, 8);
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            assertThat(millis).isLessThan(500);
            assertThat(bench.weight()).isZero();
            assertThat(bench.recalled).isTrue();
            bench.feed.settle();
            RolloutStatus.Decision decision = bench.decision();
            assertThat(decision.reason()).isEqualTo("errors-limit");
            assertThat(decision.lines()).hasSize(4);
            assertThat(decision.numbers()).containsEntry("canaryFailures", 8.0);
        }
    }

    /** With the event loops' own feed, parked and woken as in life. */
    @Test
    void aFailureOnAnEventLoopWakesTheControlThread() throws Exception {
        Feed feed = new Feed(1, 1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        Control control = Control.start(
                DiskLedger.open(folder, ControlSettings::defaults, Bench.KEPT),
                ControlSettings::defaults,
                Bench.numbered(Bench.manual("orders", 10_000)),
                new Surroundings(
                        feed,
                        (rollout, weight, recall) -> countDown(weight, begun, gone),
                        System::nanoTime,
                        System::currentTimeMillis));
        try (control) {
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            for (long user = 1; user <= 8_000; user++) {
                int who = Observed.who(user % 1_000 == 0, true, 50_000);
                if (user % 1_000 == 0) {
                    feed.loop(0).failed(0, who, user, System.nanoTime());
                } else {
                    feed.loop(0).succeeded(0, who, true, user, 1_000_000, System.nanoTime());
                }
            }
            answerUntil(gone, feed);
        }
    }

    /** Everybody is gone when nobody is on a canary that had users. */
    static void countDown(int weight, CountDownLatch begun, CountDownLatch gone) {
        if (weight > 0) {
            begun.countDown();
        } else if (begun.getCount() == 0) {
            gone.countDown();
        }
    }

    /** The baseline goes on to answer. */
    static void answerUntil(CountDownLatch gone, Feed feed) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!gone.await(1, TimeUnit.MILLISECONDS)) {
            feed.loop(0).witness(0, System.nanoTime());
            assertThat(System.nanoTime()).as("gone in time").isLessThan(deadline);
        }
    }

    @Test
    void aSlowCanaryIsTakenBackAndWindowsSetTheThresholds() {
        try (Bench bench = new Bench(folder, Bench.manual("orders", 10_000))) {
            bench.feed.latencies = new long[] {50, 40, 9, 1};
            bench.pass(1_000);
            assertThat(bench.feed.tau).containsExactly(1_000, 2_000, 3_000, 4_000);
            for (int i = 0; i < 40 && bench.weight() > 0; i++) {
                bench.feed.slow(0, false, 4);
                bench.feed.slow(0, true, RolloutFeed.SLOW_CANARIES_PER_WAKE);
                bench.pass(250);
            }
            assertThat(bench.weight()).isZero();
            assertThat(bench.decision().mode()).isEqualTo("graceful");
            assertThat(bench.recalled).isFalse();
        }
    }

    @Test
    void refusalsAreAnswersAndChangeNothing() {
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 60_000, 100_000, 60_000))) {
            Operation stale = new Operation(Verb.START, "ann", "", null, null, null, 17L, false);
            Operation dry = new Operation(Verb.START, "ann", "", null, null, null, 0L, true);
            Operation long_ = new Operation(Verb.START, "ann", "x".repeat(5_000), null, null, null, null, false);
            assertThat(bench.ask(Verb.PROMOTE).result()).isEqualTo(Result.ILLEGAL);
            assertThat(bench.ask(stale).result()).isEqualTo(Result.STALE);
            assertThat(bench.ask(long_).result()).isEqualTo(Result.INVALID);
            assertThat(Bench.done(bench.control.submit("nobody", stale)).result())
                    .isEqualTo(Result.UNKNOWN_ROLLOUT);
            assertThat(bench.ask(dry).result()).isEqualTo(Result.ACCEPTED);
            assertThat(bench.ask(dry).detail()).isEqualTo("would be: phase draft -> baking, weight 0.0% -> 10.0%");
            assertThat(bench.status().phase()).isEqualTo("draft");
            assertThat(journal()).isEmpty();
            assertThat(bench.ask(Verb.START).version()).isEqualTo(3);
            Operation outOfRange = Bench.setWeight(100_001);
            assertThat(bench.ask(outOfRange).result()).isEqualTo(Result.INVALID);
            assertThat(bench.status().version()).isEqualTo(3);
        }
    }

    @Test
    void operationsAreBounded() throws InterruptedException {
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 60_000))) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch leave = new CountDownLatch(1);
            bench.onWeight(() -> {
                inside.countDown();
                await(leave);
            });
            CompletableFuture<Operation.Receipt> first = bench.control.submit("orders", Bench.operation(Verb.START));
            assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
            List<CompletableFuture<Operation.Receipt>> more = Stream.generate(
                            () -> bench.control.submit("orders", Bench.operation(Verb.PAUSE)))
                    .limit(5)
                    .toList();
            assertThat(more.get(4)).isCompletedWithValueMatching(receipt -> receipt.result() == Result.OVERLOADED);
            leave.countDown();
            assertThat(Bench.done(first).result()).isEqualTo(Result.ACCEPTED);
            assertThat(Bench.done(more.get(3)).result()).isEqualTo(Result.ACCEPTED);
        }
    }

    @Test
    void eventsAreToldInOrderAndRemembered() throws Exception {
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 60_000))) {
            List<ControlApi.JournaledEvent> told = new CopyOnWriteArrayList<>();
            try (AutoCloseable subscription = bench.control.subscribe(told::add)) {
                assertThat(subscription).isNotNull();
                bench.ask(Verb.START);
            }
            bench.ask(Verb.PAUSE);
            bench.feed.settle();
            assertThat(told)
                    .extracting(ControlApi.JournaledEvent::type)
                    .containsExactly("requested", "attemptBegun", "stepEntered");
            List<ControlApi.JournaledEvent> all = bench.control.eventsAfter(0, 100);
            assertThat(all).extracting(ControlApi.JournaledEvent::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(bench.control.eventsAfter(3, 1)).containsExactly(all.get(3));
            assertThat(journal().lines().map(line -> line.replaceFirst(",\"hash\":\"[0-9a-f]{64}\"}$", "}")))
                    .isEqualTo(all.stream().map(ControlApi.JournaledEvent::json).toList());
        }
    }

    @Test
    void aRolloutThatCannotBeJudgedHasNoUsers() {
        try (Bench bench = new Bench(folder, Bench.manual("orders", 10_000))) {
            bench.feed.breakDown();
            bench.pass(1_000);
            assertThat(bench.weight()).isZero();
            assertThat(journal()).contains("\"reason\":\"internal-error\"");
        }
    }

    @Test
    void aControlThreadThatDiesLeavesEverybodyOnTheBaseline() {
        Bench bench = new Bench(folder, Bench.manual("orders", 10_000));
        try (bench) {
            AtomicBoolean first = new AtomicBoolean(true);
            bench.onWeight(() -> {
                if (first.getAndSet(false)) {
                    throw new IllegalStateException("sink is broken");
                }
            });
            assertThat(bench.ask(Bench.setWeight(5_000)).result()).isEqualTo(Result.OVERLOADED);
            Operation.Receipt later = bench.ask(Verb.HOLD);
            assertThat(later.result()).isEqualTo(Result.OVERLOADED);
            assertThat(later.detail()).contains("ended by a bug", "sink is broken");
        }
        assertThat(bench.weight()).isZero();
        assertThat(bench.control.health().problem()).contains("sink is broken");
    }

    @Test
    void rolloutsAreNumberedInTheOrderOfTheirPlans() {
        List<String> seen = new ArrayList<>();
        FakeFeed feed = new FakeFeed();
        try (Control control = Control.start(
                DiskLedger.open(folder, ControlSettings::defaults, Bench.KEPT),
                ControlSettings::defaults,
                Bench.numbered(Bench.manual("a", 0), Bench.manual("b", 20_000)),
                new Surroundings(
                        feed,
                        (rollout, weight, recall) -> seen.add(rollout + "=" + weight),
                        System::nanoTime,
                        System::currentTimeMillis))) {
            assertThat(control.statuses()).extracting(RolloutStatus::name).containsExactly("a", "b");
            assertThat(control.statuses()).extracting(RolloutStatus::weight).containsExactly(0, 20_000);
        } catch (FolderInUseException e) {
            throw new AssertionError(e);
        }
        assertThat(seen).startsWith("0=0", "0=0", "1=0", "1=0", "1=20000");
    }

    @Test
    void theFolderBelongsToOneServer() {
        try (Bench bench = new Bench(folder, Bench.manual("orders", 10_000))) {
            assertThat(bench.weight()).isEqualTo(10_000);
            assertThatThrownBy(() -> Disk.open(folder))
                    .isInstanceOf(FolderInUseException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("its own data folder");
        }
        try (Bench again = new Bench(folder, Bench.manual("orders", 10_000))) {
            assertThat(again.weight()).isEqualTo(10_000);
        }
    }

    @Test
    void afterCloseOperationsAreRefused() {
        Bench bench = new Bench(folder, Bench.manual("orders", 10_000));
        bench.close();
        Operation.Receipt late = bench.ask(Verb.ROLLBACK);
        assertThat(late.result()).isEqualTo(Result.OVERLOADED);
        assertThat(late.detail()).isEqualTo("the server is stopping");
    }

    private String journal() {
        try {
            return Files.readString(folder.resolve(Journal.FILE));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
