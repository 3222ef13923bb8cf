package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.ControlSettings;
import io.crossfade.control.Operation.Receipt;
import io.crossfade.control.Operation.Result;
import io.crossfade.observe.Feed;
import io.crossfade.observe.RolloutFeed.Observed;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of moves on a disk that stalls at its syncs: what acts, what waits, what the journal says afterwards. */
final class PendingTest {
    private static final Plan ORDERS = Bench.steps(10_000, 60_000, 50_000, 60_000, 100_000, 60_000);
    private static final Plan SEARCH = Bench.steps("search", 5_000, 60_000, 100_000, 60_000);

    @TempDir
    Path folder;

    @TempDir
    Path copies;

    private WatchedStorage disk;
    private Bench bench;

    @BeforeEach
    void open() {
        disk = new WatchedStorage(Bench.disk(folder));
        bench = new Bench(disk, 16 << 20, ORDERS, SEARCH);
        bench.feed.settle();
    }

    @AfterEach
    void close() {
        disk.release();
        bench.close();
    }

    // ---- each order

    @Test
    void aClimbActsWhenItIsDurableAndTimeDecidesNothingMeanwhile() {
        climbPending();
        bench.pass(900);
        assertThat(bench.weightOf(0)).isEqualTo(10_000);
        assertThat(bench.status().next())
                .isEqualTo("journal pending: phase baking -> baking, weight 10.0% -> 50.0% acts when it is on disk");
        disk.release();
        bench.feed.settle();
        assertThat(bench.weightOf(0)).isEqualTo(50_000);
        assertThat(types()).endsWith("stepEntered", "stepEntered");
        sameAfterRestart();
    }

    @Test
    void aFailureOvertakesAPendingClimbWhichNeverActs() {
        climbPending();
        int before = bench.weights.size();
        bench.feed.fail(0, true, 12);
        bench.feed.settle();
        assertThat(bench.weightOf(0)).isZero();
        assertThat(bench.recalled).isTrue();
        assertThat(bench.status().phase()).isEqualTo("rolledBack");
        assertThat(bench.control.health().journalPending()).isEqualTo(2);
        disk.release();
        bench.feed.settle();
        assertThat(bench.weights.subList(before, bench.weights.size())).containsExactly(0);
        assertThat(types()).endsWith("stepEntered", "rolledBack");
        assertThat(bench.control.health().journalPending()).isZero();
        sameAfterRestart();
    }

    /** Its number is in the journal before the evidence is, and it happens after it. */
    @Test
    void whatIsSeenWhileAMoveIsPendingBelongsToTheStepBefore() {
        climbPending();
        Bench.done(bench.control.submit("search", Bench.operation(Verb.HOLD)));
        bench.feed.succeed(0, 900, 100);
        bench.feed.fail(0, true, 2);
        bench.pass(100);
        disk.release();
        bench.feed.settle();
        assertThat(bench.weightOf(0)).isEqualTo(50_000);
        sameAfterRestart();
    }

    @Test
    void anOperatorIsToldThatHisMoveWasOvertaken() {
        disk.stall();
        CompletableFuture<Receipt> start = bench.control.submit("orders", Bench.operation(Verb.START));
        bench.feed.settle();
        assertThat(start).isNotDone();
        Receipt back = bench.ask(Verb.ROLLBACK);
        assertThat(back.result()).isEqualTo(Result.ACCEPTED);
        assertThat(Bench.done(start).result()).isEqualTo(Result.STALE);
        assertThat(Bench.done(start).detail()).contains("overtaken", "another move acted first");
        disk.release();
        bench.feed.settle();
        assertThat(bench.weights).containsOnly(0);
        assertThat(bench.status().phase()).isEqualTo("rolledBack");
        sameAfterRestart();
    }

    @Test
    void aPauseKeepsTheWeightInForceAndTakesThePendingStepBack() {
        climbPending();
        assertThat(bench.ask(Verb.PAUSE).detail()).isEqualTo("phase baking -> paused, weight 10.0% -> 10.0%");
        assertThat(bench.weightOf(0)).isEqualTo(10_000);
        disk.release();
        bench.feed.settle();
        assertThat(bench.weights).doesNotContain(50_000);
        assertThat(bench.status().step()).isZero();
        assertThat(types()).endsWith("stepEntered", "requested", "steppedBack", "paused");
        sameAfterRestart();
    }

    @Test
    void aMoveThatHasActedWaitsAndARequestTowardsTheCanaryIsPersistedBehindIt() {
        started();
        disk.stall();
        bench.feed.fail(0, true, 12);
        bench.feed.settle();
        assertThat(bench.weightOf(0)).isZero();
        CompletableFuture<Receipt> retry = bench.control.submit("orders", Bench.operation(Verb.RETRY));
        bench.feed.settle();
        assertThat(retry).isNotDone();
        assertThat(bench.weightOf(0)).isZero();
        disk.release();
        assertThat(Bench.done(retry).result()).isEqualTo(Result.ACCEPTED);
        assertThat(bench.weightOf(0)).isEqualTo(10_000);
        assertThat(types()).endsWith("rolledBack", "requested", "attemptBegun", "stepEntered");
        bench.feed.settle();
        sameAfterRestart();
    }

    @Test
    void aRequestTowardsTheCanaryWaitsForThePendingMoveAndIsAskedAnew() {
        disk.stall();
        CompletableFuture<Receipt> start = bench.control.submit("orders", Bench.operation(Verb.START));
        CompletableFuture<Receipt> again = bench.control.submit("orders", Bench.operation(Verb.START));
        CompletableFuture<Receipt> promote = bench.control.submit("orders", Bench.operation(Verb.PROMOTE));
        CompletableFuture<Receipt> pause = bench.control.submit("orders", Bench.operation(Verb.PAUSE));
        bench.feed.settle();
        assertThat(List.of(start, again, promote, pause)).noneMatch(CompletableFuture::isDone);
        disk.release();
        assertThat(Bench.done(start).result()).isEqualTo(Result.ACCEPTED);
        assertThat(Bench.done(again).result()).isEqualTo(Result.ILLEGAL);
        assertThat(Bench.done(promote).detail()).isEqualTo("phase baking -> baking, weight 10.0% -> 50.0%");
        assertThat(Bench.done(pause).result()).isEqualTo(Result.ACCEPTED);
        bench.feed.settle();
        sameAfterRestart();
    }

    @Test
    void movesOfTwoRolloutsWaitTogetherAndAreWrittenWithOneSync() {
        CompletableFuture<Receipt> third = pendingStarts();
        int before = disk.syncs.get();
        disk.release();
        assertThat(Bench.done(third).result()).isEqualTo(Result.ACCEPTED);
        bench.feed.settle();
        assertThat(bench.weightOf(0)).isEqualTo(10_000);
        assertThat(bench.weightOf(1)).isEqualTo(5_000);
        assertThat(disk.syncs.get() - before).isEqualTo(2); // the one that stalled, then all the rest
        sameAfterRestart();
    }

    /** One is in the sync that stalls, two wait behind it. */
    private CompletableFuture<Receipt> pendingStarts() {
        disk.stall();
        CompletableFuture<Receipt> first = bench.control.submit("orders", Bench.operation(Verb.START));
        bench.feed.settle();
        Awaitility.await().until(() -> disk.inSync);
        Bench.done(bench.control.submit("search", Bench.operation(Verb.HOLD)));
        CompletableFuture<Receipt> second = bench.control.submit("search", Bench.operation(Verb.START));
        bench.feed.settle();
        assertThat(List.of(first, second)).noneMatch(CompletableFuture::isDone);
        return second;
    }

    // ---- errors

    @Test
    void anErrorGivesAPendingMoveUp() {
        for (String words : List.of("No space left on device", "Input/output error")) {
            disk.stall();
            CompletableFuture<Receipt> start = bench.control.submit("orders", Bench.operation(Verb.START));
            bench.feed.settle();
            disk.fail(words);
            disk.release();
            assertThat(Bench.done(start).result()).isEqualTo(Result.JOURNAL_UNAVAILABLE);
            assertThat(Bench.done(start).detail()).contains("journal.jsonl cannot be written: " + words);
            bench.feed.settle();
            assertThat(bench.control.health().journalWritable()).isFalse();
            assertThat(bench.weights).containsOnly(0);
            assertThat(bench.status().phase()).isEqualTo("draft");
            disk.fail("");
            bench.pass(1_000);
            assertThat(bench.control.health().journalWritable()).isTrue();
        }
        assertThat(journal()).isEmpty();
        bench.ask(Verb.START);
        assertThat(numbers()).containsExactly(1L, 2L, 3L);
        sameAfterRestart();
    }

    @Test
    void anErrorKeepsWhatHasActedAndWhatItOvertook() {
        climbPending();
        bench.feed.fail(0, true, 12);
        bench.feed.settle();
        RolloutStatus acted = bench.status();
        disk.fail("Input/output error");
        disk.release();
        bench.feed.settle();
        assertThat(bench.status()).isEqualTo(acted);
        assertThat(bench.control.health().problem()).contains("Input/output error; 2 events wait");
        disk.fail("");
        bench.pass(1_000);
        assertThat(bench.control.health().journalPending()).isZero();
        assertThat(types()).endsWith("stepEntered", "stepEntered", "rolledBack");
        sameAfterRestart();
    }

    /** The number of a refused move is free, unless a later one is in use. */
    @Test
    void aRefusedMoveMayLeaveAGapInTheNumbers() {
        started();
        disk.stall();
        CompletableFuture<Receipt> start = bench.control.submit("search", Bench.operation(Verb.START));
        bench.feed.settle();
        bench.ask(Verb.ROLLBACK);
        disk.fail("Input/output error");
        disk.release();
        assertThat(Bench.done(start).result()).isEqualTo(Result.JOURNAL_UNAVAILABLE);
        disk.fail("");
        bench.pass(1_000);
        assertThat(numbers()).containsExactly(1L, 2L, 3L, 7L, 8L);
        sameAfterRestart();
        assertThat(bench.ask(Verb.RETRY).version()).isEqualTo(11);
    }

    @Test
    void aClimbThatWasRefusedIsTriedAgainOnceASecond() {
        started();
        disk.fail("No space left on device");
        bench.feed.succeed(0, 9_000, 1_000);
        bench.pass(60_000);
        assertThat(bench.weightOf(0)).isEqualTo(10_000);
        disk.fail("");
        bench.pass(500);
        assertThat(bench.weightOf(0)).isEqualTo(10_000);
        bench.pass(500);
        assertThat(bench.weightOf(0)).isEqualTo(50_000);
        sameAfterRestart();
    }

    // ---- a disk that never answers

    @Test
    void aSilentDiskIsToldPreciselyAndWhatGoesTowardsTheBaselineStillActs() {
        climbPending();
        bench.pass(2_300);
        ControlApi.Health health = bench.control.health();
        assertThat(health.journalReadable()).isTrue();
        assertThat(health.journalWritable()).isFalse();
        assertThat(health.problem())
                .isEqualTo("the disk has not answered for 2.3 s; 1 events wait, no rollout moves towards its canary");
        Receipt promote = bench.ask(Verb.PROMOTE);
        assertThat(promote.result()).isEqualTo(Result.JOURNAL_UNAVAILABLE);
        assertThat(promote.detail()).startsWith("journal pending: phase baking -> baking, weight 10.0% -> 50.0%");
        assertThat(bench.ask(Bench.setWeight(4_000)).result()).isEqualTo(Result.ACCEPTED);
        assertThat(bench.weightOf(0)).isEqualTo(4_000);
        assertThat(bench.ask(Verb.HOLD).result()).isEqualTo(Result.ACCEPTED);
        assertThat(bench.ask(Verb.ABORT).result()).isEqualTo(Result.ACCEPTED);
        assertThat(bench.weightOf(0)).isZero();
    }

    @Test
    void whoWaitsIsToldAndAMoveThatComesLateBakesFromThenOn() {
        disk.stall();
        CompletableFuture<Receipt> start = bench.control.submit("orders", Bench.operation(Verb.START));
        bench.feed.settle();
        CompletableFuture<Receipt> promote = bench.control.submit("orders", Bench.operation(Verb.PROMOTE));
        bench.feed.settle();
        assertThat(promote).isNotDone();
        bench.pass(1_000);
        assertThat(Bench.done(promote).result()).isEqualTo(Result.JOURNAL_UNAVAILABLE);
        bench.pass(Desk.ANSWER_MILLIS);
        assertThat(Bench.done(start).result()).isEqualTo(Result.JOURNAL_UNAVAILABLE);
        assertThat(Bench.done(start).detail()).contains("it is not given up", "has not answered for 6.0 s");
        assertThat(bench.weightOf(0)).isZero();
        disk.release();
        bench.feed.settle();
        assertThat(bench.weightOf(0)).isEqualTo(10_000);
        assertThat(bench.status().next()).startsWith("bakes 1m more");
        sameAfterRestart();
    }

    @Test
    void evidenceThatWaitsIsBoundedAndNothingOfItIsLost() {
        started();
        disk.stall();
        bench.ask(Verb.PAUSE);
        for (int i = 0; i < 40; i++) {
            bench.feed.succeed(0, 9_000, 1_000);
            bench.feed.fail(0, false, 2_000);
            bench.pass(20);
        }
        assertThat(bench.control.health().problem()).isEmpty();
        bench.pass(1_000);
        assertThat(bench.control.health().problem()).contains("the disk has not answered");
        disk.release();
        bench.pass(1_000);
        bench.pass(1_000);
        assertThat(bench.control.health().problem()).isEmpty();
        sameAfterRestart();
    }

    /** A disk that stalls at each sync is as good as a good one to those who are to leave a failing canary. */
    @Test
    void aFailingCanaryIsGoneInTheSamePassAsOnAGoodDisk() {
        started();
        disk.stall();
        bench.ask(Verb.PAUSE);
        bench.feed.fail(0, true, 12);
        bench.feed.pass(); // which calls witnesses
        bench.feed.pass();
        assertThat(bench.weightOf(0)).isZero();
        assertThat(bench.control.health().journalPending()).isEqualTo(3);
    }

    /** As in life: real time, the event loops' own feed, two seconds a sync. */
    @Test
    void twoSecondsASyncCostNobodyAnything() throws InterruptedException {
        WatchedStorage slow = new WatchedStorage(Bench.disk(copies.resolve("slow")));
        ControlSettings settings = ControlSettings.defaults();
        Feed feed = new Feed(1, 1);
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        WeightSink sink = (rollout, weight, recall) -> ControlTest.countDown(weight, begun, gone);
        Surroundings around = new Surroundings(feed, sink, System::nanoTime, System::currentTimeMillis);
        List<Numbered> orders = Bench.numbered(Bench.manual("orders", 10_000));
        try (Control control =
                Control.start(DiskLedger.open(slow, () -> settings, Bench.KEPT), () -> settings, orders, around)) {
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            slow.stallEach(2_000);
            assertThat(Bench.done(control.submit("orders", Bench.operation(Verb.PAUSE)))
                            .result())
                    .isEqualTo(Result.ACCEPTED);
            long began = System.nanoTime();
            for (long user = 1; user <= 8_000; user++) {
                int who = Observed.who(user % 1_000 == 0, true, 50_000);
                if (user % 1_000 == 0) {
                    feed.loop(0).failed(0, who, user, System.nanoTime());
                } else {
                    feed.loop(0).succeeded(0, who, true, user, 1_000_000, System.nanoTime());
                }
            }
            ControlTest.answerUntil(gone, feed);
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.MILLISECONDS.toNanos(1_000));
            Awaitility.await().until(() -> control.health().journalPending() > 0);
            slow.stallEach(0);
        }
        try (Bench again = new Bench(copies.resolve("slow"), Bench.manual("orders", 10_000))) {
            assertThat(again.status().phase()).isEqualTo("rolledBack");
        }
    }

    // ---- ends

    @Test
    void aKillBetweenActAndDurableGoesBackToWhatWasOnDisk() {
        started();
        disk.stall();
        bench.ask(Verb.ROLLBACK);
        assertThat(bench.weightOf(0)).isZero();
        Path killed = Bench.copy(folder, copies.resolve("killed"));
        try (Bench again = new Bench(killed, ORDERS, SEARCH)) {
            assertThat(again.weightOf(0)).isIn(0, 10_000); // the write may have come before the sync
            assertThat(again.control.health().journalReadable()).isTrue();
        }
    }

    @Test
    void aStopWritesWhatWaitsAndAnswersWhoWaits() {
        disk.stall();
        CompletableFuture<Receipt> start = bench.control.submit("orders", Bench.operation(Verb.START));
        CompletableFuture<Receipt> promote = bench.control.submit("orders", Bench.operation(Verb.PROMOTE));
        bench.feed.settle();
        Thread closing = new Thread(bench::close);
        closing.start();
        disk.release();
        assertThat(Bench.done(start).result()).isIn(Result.ACCEPTED, Result.OVERLOADED);
        assertThat(Bench.done(promote).result()).isNotEqualTo(Result.INVALID);
        join(closing);
        assertThat(types()).startsWith("requested", "attemptBegun", "stepEntered");
        try (Bench again = new Bench(folder, ORDERS, SEARCH)) {
            assertThat(again.status().attempt()).isEqualTo(1);
        }
    }

    // ---- a configuration

    @Test
    void anotherPlanKeepsWhatIsPendingWhereItDoesNotChangeAndOvertakesItWhereItDoes() {
        climbPending();
        bench.configure(Bench.numbered(ORDERS, Bench.steps("search", 5_000, 1_000, 100_000, 60_000)));
        assertThat(bench.status().next()).startsWith("journal pending");
        bench.configure(Bench.numbered(Bench.steps(10_000, 60_000, 20_000, 60_000, 100_000, 60_000), SEARCH));
        bench.feed.settle();
        disk.release();
        bench.feed.settle();
        assertThat(bench.weights).doesNotContain(50_000);
        assertThat(types()).endsWith("stepEntered", "steppedBack", "planChanged");
        assertThat(bench.status().step()).isZero();
    }

    @Test
    void aRolloutThatDisappearsWithItsStartPendingNeverStarts() {
        disk.stall();
        CompletableFuture<Receipt> start = bench.control.submit("orders", Bench.operation(Verb.START));
        bench.feed.settle();
        bench.configure(List.of(new Numbered(1, SEARCH)));
        assertThat(Bench.done(start).result()).isEqualTo(Result.STALE);
        disk.release();
        bench.feed.settle();
        assertThat(bench.weights).containsOnly(0);
        assertThat(types()).endsWith("stepEntered", "rolledBack", "removed");
    }

    /** Whatever overtakes whatever: no weight above the one in force, and replay gives what memory has. */
    @Test
    void everyOvertakingLeavesTheWeightOrLowersIt() {
        List<Operation> towards = Stream.of(
                        Stream.of(Verb.START, Verb.PROMOTE, Verb.PROMOTE_FULL, Verb.RESUME, Verb.RETRY)
                                .map(Bench::operation),
                        Stream.of(Bench.setWeight(70_000)))
                .flatMap(operations -> operations)
                .toList();
        List<Operation> back = Stream.of(
                        Stream.of(Verb.ROLLBACK, Verb.ABORT, Verb.PAUSE, Verb.HOLD, Verb.STEP_BACK)
                                .map(Bench::operation),
                        Stream.of(Bench.setWeight(1_000)))
                .flatMap(operations -> operations)
                .toList();
        int overtaken = 0;
        for (List<Verb> way : List.of(
                List.<Verb>of(),
                List.of(Verb.START),
                List.of(Verb.START, Verb.PROMOTE),
                List.of(Verb.START, Verb.PROMOTE, Verb.PAUSE),
                List.of(Verb.START, Verb.HOLD),
                List.of(Verb.START, Verb.PROMOTE_FULL),
                List.of(Verb.START, Verb.ROLLBACK))) {
            for (Operation up : towards) {
                for (Operation down : back) {
                    overtaken += overtakes(way, up, down) ? 1 : 0;
                }
            }
        }
        assertThat(overtaken).isGreaterThan(60);
    }

    private boolean overtakes(List<Verb> way, Operation up, Operation down) {
        Path data = copies.resolve("each" + System.nanoTime());
        WatchedStorage slow = new WatchedStorage(Bench.disk(data));
        RolloutStatus after;
        boolean both;
        try (Bench one = new Bench(slow, 16 << 20, ORDERS)) {
            way.forEach(one::ask);
            int inForce = one.weightOf(0);
            slow.stall();
            CompletableFuture<Receipt> pending = one.control.submit("orders", up);
            one.feed.pass();
            both = !pending.isDone();
            CompletableFuture<Receipt> overtaking = one.control.submit("orders", down);
            one.feed.pass();
            both &= overtaking.isDone() && Bench.done(overtaking).result() == Result.ACCEPTED;
            if (both) {
                assertThat(one.weightOf(0)).as("%s %s %s", way, up, down).isLessThanOrEqualTo(inForce);
            }
            int seen = one.weights.size();
            slow.release();
            one.feed.settle();
            if (both) {
                assertThat(one.weights.subList(seen, one.weights.size())).isEmpty();
            }
            after = one.status();
        }
        try (Bench again = new Bench(data, ORDERS)) {
            assertThat(again.status()).as("%s %s %s", way, up, down).isEqualTo(after);
        }
        return both;
    }

    // ---- words for all of these

    private void started() {
        assertThat(bench.ask(Verb.START).result()).isEqualTo(Result.ACCEPTED);
        bench.feed.settle();
    }

    /** At 10%, with the step to 50% decided and in a sync that does not return. */
    private void climbPending() {
        started();
        disk.stall();
        bench.feed.succeed(0, 9_000, 1_000);
        bench.pass(60_000);
        assertThat(bench.weightOf(0)).isEqualTo(10_000);
    }

    private void sameAfterRestart() {
        bench.pass(1_000); // which notes the time
        Path copy = Bench.copy(folder, copies.resolve("again" + System.nanoTime()));
        try (Bench again = new Bench(copy, ORDERS, SEARCH)) {
            assertThat(again.control.statuses()).isEqualTo(bench.control.statuses());
            assertThat(again.weightOf(0)).isEqualTo(bench.weightOf(0));
            assertThat(evidence(again, copy)).isEqualTo(evidence(bench, folder));
        }
    }

    /** Every bit of it, saved as each configuration has it saved; when that was does not matter. */
    private static List<Object> evidence(Bench of, Path folder) {
        of.configure(Bench.numbered(ORDERS, SEARCH));
        of.feed.settle();
        List<Object> all = new ArrayList<>();
        for (String rollout : List.of("orders", "search")) {
            Path file = folder.resolve(CheckpointFile.name(rollout));
            try {
                byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
                CheckpointFile.read(rollout, bytes)
                        .map(CheckpointFile::checkpoint)
                        .ifPresent(saved -> {
                            all.add(saved.sequence());
                            all.add(saved.memory());
                        });
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return all;
    }

    private List<String> journal() {
        try {
            return Files.readAllLines(folder.resolve(Journal.FILE));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> types() {
        List<String> types = new ArrayList<>();
        journal()
                .forEach(
                        line -> types.add(line.replaceFirst(".*\"type\":\"", "").replaceFirst("\".*", "")));
        return types;
    }

    private List<Long> numbers() {
        List<Long> numbers = new ArrayList<>();
        journal()
                .forEach(line -> numbers.add(
                        Long.parseLong(line.replaceFirst("^\\{\"seq\":", "").replaceFirst(",.*", ""))));
        return numbers;
    }

    private static void join(Thread thread) {
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(Objects.requireNonNull(thread).isAlive()).isFalse();
    }
}
