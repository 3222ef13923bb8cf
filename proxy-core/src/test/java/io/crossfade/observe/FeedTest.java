package io.crossfade.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossfade.observe.RolloutFeed.Observed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FeedTest {
    private static final long A_DAY = TimeUnit.DAYS.toNanos(1);
    private static final long NOW = System.nanoTime();
    private static final int ORDERS = 1;

    private final Feed feed = new Feed(2, 2);

    /** What was under way when the witnesses were called says nothing of what happens since. */
    @Test
    void witnessesBeganAfterTheCall() {
        Feed two = new Feed(2, 2);
        long before = System.nanoTime();
        two.loop(0).witness(1, before);
        assertThat(two.witnesses(1)).isZero();
        two.callWitnesses(1);
        two.loop(0).witness(1, before);
        assertThat(two.witnesses(1)).isZero();
        two.loop(0).witness(1, System.nanoTime() + 1);
        two.loop(1).witness(1, System.nanoTime() + 1);
        two.loop(1).witness(0, System.nanoTime() + 1);
        assertThat(two.witnesses(1)).isEqualTo(2);
        assertThat(two.witnesses(0)).isZero();
        two.callWitnesses(1);
        assertThat(two.witnesses(1)).isZero();
        two.loop(1).witness(1, System.nanoTime() + 1);
        assertThat(two.witnesses(1)).isEqualTo(1);
    }

    @Test
    void aFailureTellsTheSuccessesBeforeIt() {
        Feed.Loop loop = feed.loop(0);
        ok(loop, false, 3);
        ok(loop, true, 2);
        fail(loop, true, 77);
        ok(loop, false, 1);
        fail(loop, false, 78);
        ok(loop, true, 4);
        assertThat(drain()).containsExactly("1 unit 77 flags 7 ok 3/2", "1 unit 78 flags 6 ok 1/0");
        assertThat(feed.successes(ORDERS)).containsExactly(0, 4);
        assertThat(feed.successes(ORDERS)).containsExactly(0, 0);
        assertThat(feed.successes(0)).containsExactly(0, 0);
    }

    @Test
    void nothingIsLostWhenTheCapacityChanges() {
        Feed small = new Feed(1, 2, 2);
        Feed.Loop loop = small.loop(0);
        fail(loop, true, 1);
        fail(loop, true, 2);
        fail(loop, true, 3); // finds no place
        loop.capacity(4);
        for (int unit = 4; unit < 8; unit++) {
            fail(loop, true, unit);
        }
        loop.capacity(2);
        fail(loop, true, 8);
        List<Long> units = new ArrayList<>();
        small.drain((rollout, unit, flags, slot, baselineOk, canaryOk) -> units.add(unit));
        assertThat(units).containsExactly(1L, 2L, 4L, 5L, 6L, 7L, 8L);
        assertThat(small.dropped()).isEqualTo(1);
    }

    @Test
    void successesTakenAheadOfAnObservationAreNotToldAgainWithIt() {
        Feed.Loop loop = feed.loop(0);
        ok(loop, true, 5);
        fail(loop, true, 77);
        ok(loop, true, 2);
        assertThat(feed.successes(ORDERS)).containsExactly(0, 7);
        ok(loop, true, 1);
        fail(loop, true, 78);
        assertThat(drain()).containsExactly("1 unit 77 flags 7 ok 0/0", "1 unit 78 flags 7 ok 0/1");
    }

    @Test
    void loopsAreTakenOneAfterTheOtherEachWithItsOwnSuccesses() {
        ok(feed.loop(0), false, 1);
        ok(feed.loop(1), false, 9);
        fail(feed.loop(1), false, 2);
        fail(feed.loop(0), false, 1);
        assertThat(drain()).containsExactly("1 unit 1 flags 6 ok 1/0", "1 unit 2 flags 6 ok 9/0");
    }

    @Test
    void twoFailuresOfTheCanaryInARowWaitForTheirJudgement() {
        Feed.Loop one = feed.loop(0);
        Feed.Loop other = feed.loop(1);
        fail(one, true, 1);
        fail(one, false, 2);
        fail(one, false, 3);
        assertThat(feed.brake(ORDERS).holds()).isFalse();
        fail(other, true, 4);
        assertThat(feed.brake(ORDERS).holds()).isTrue();
        assertThat(feed.brake(0).holds()).isFalse();
        drain();
        assertThat(feed.brake(ORDERS).holds()).isTrue();
        fail(one, true, 5); // after the look, so it waits for the next
        feed.judged(ORDERS);
        assertThat(feed.brake(ORDERS).holds()).isFalse();
        fail(one, true, 6);
        assertThat(feed.brake(ORDERS).holds()).isTrue();
    }

    @Test
    void afterFourInARowEachWaitsForItsJudgement() {
        Feed.Loop loop = feed.loop(0);
        for (int unit = 1; unit <= 4; unit++) {
            fail(loop, true, unit);
            assertThat(feed.brake(ORDERS).holds()).as("failure %d", unit).isFalse();
            drain();
            feed.judged(ORDERS);
        }
        fail(loop, true, 5);
        assertThat(feed.brake(ORDERS).holds()).isTrue();
        drain();
        feed.judged(ORDERS);
        assertThat(feed.brake(ORDERS).holds()).isFalse();
        ok(loop, true, 1);
        fail(loop, true, 6);
        assertThat(feed.brake(ORDERS).holds()).isFalse();
    }

    @Test
    void aSuccessOfTheCanaryEndsTheRow() {
        Feed.Loop loop = feed.loop(0);
        fail(loop, true, 1);
        ok(feed.loop(1), true, 1);
        fail(loop, true, 2);
        ok(loop, false, 1);
        assertThat(feed.brake(ORDERS).holds()).isFalse();
        fail(loop, true, 3);
        assertThat(feed.brake(ORDERS).holds()).isTrue();
        ok(loop, true, 1);
        assertThat(feed.brake(ORDERS).holds()).isFalse();
        drain();
        feed.judged(ORDERS);
        fail(loop, true, 4);
        assertThat(feed.brake(ORDERS).holds()).isFalse();
    }

    @Test
    void aPlacedUnitIsMarkedByTheMissingBit() {
        record(feed.loop(0), ORDERS, true, false, true, 5, 1, NOW);
        assertThat(drain()).containsExactly("1 unit 5 flags 3 ok 0/0");
    }

    @Test
    void slowIsAboveTauForTheBaselineAndAboveMarginTimesTauForTheCanary() {
        Feed.Loop loop = feed.loop(0);
        feed.slowThresholds(ORDERS, new long[] {100, 200, 301}, 301, 1.5);
        succeedIn(loop, false, 100);
        succeedIn(loop, false, 101);
        succeedIn(loop, false, 302);
        succeedIn(loop, true, 150);
        succeedIn(loop, true, 151);
        succeedIn(loop, true, 451); // 1.5 x 301 = 451.5
        succeedIn(loop, true, 452);
        int slow = Observed.RANDOMISED | Observed.SLOW_0;
        int all = slow | Observed.SLOW_0 << 1 | Observed.SLOW_0 << 2;
        assertThat(drain())
                .containsExactly(
                        "1 unit 9 flags " + slow + " ok 2/0",
                        "1 unit 9 flags " + all + " ok 1/0",
                        "1 unit 9 flags " + (slow | Observed.CANARY) + " ok 0/2",
                        "1 unit 9 flags " + (slow | Observed.CANARY | Observed.SLOW_0 << 1) + " ok 0/1",
                        "1 unit 9 flags " + (all | Observed.CANARY) + " ok 0/1");
    }

    @Test
    void failuresAndPlacedUnitsAreNeverSlow() {
        feed.slowThresholds(ORDERS, new long[] {100}, 100, 2);
        record(feed.loop(0), ORDERS, true, true, true, 9, A_DAY, NOW);
        record(feed.loop(0), ORDERS, true, false, false, 9, A_DAY, NOW);
        assertThat(drain()).containsExactly("1 unit 9 flags 7 ok 0/0");
    }

    @Test
    void withoutThresholdsNothingIsSlow() {
        succeedIn(feed.loop(0), true, A_DAY);
        feed.slowThresholds(ORDERS, new long[] {100}, 100, 2);
        feed.slowThresholds(ORDERS, new long[0], 100, 2);
        succeedIn(feed.loop(0), true, A_DAY);
        assertThat(drain()).isEmpty();
    }

    @Test
    void baselineLatenciesAreThoseSinceTheLastCallOfAllLoops() {
        succeedIn(feed.loop(0), false, 1_000_000);
        succeedIn(feed.loop(1), false, 1_000_000);
        succeedIn(feed.loop(1), true, 9_000_000);
        record(feed.loop(0), ORDERS, false, true, true, 1, 5_000_000, NOW);
        record(feed.loop(0), ORDERS, false, false, false, 1, 5_000_000, NOW);
        long[] first = feed.baselineLatencies(ORDERS);
        assertThat(Arrays.stream(first).sum()).isEqualTo(2);
        assertThat(first[LatencyBuckets.of(1_000_000)]).isEqualTo(2);
        succeedIn(feed.loop(0), false, 3_000_000);
        long[] second = feed.baselineLatencies(ORDERS);
        assertThat(Arrays.stream(second).sum()).isEqualTo(1);
        assertThat(second[LatencyBuckets.of(3_000_000)]).isEqualTo(1);
        assertThat(feed.bucketUpperNanos(LatencyBuckets.of(3_000_000))).isGreaterThan(3_000_000);
    }

    @Test
    void aFullRingDropsObservationsButNoSuccess() {
        Feed small = new Feed(1, 1, 2);
        Feed.Loop loop = small.loop(0);
        for (int i = 0; i < 5; i++) {
            record(loop, 0, true, true, false, i, 1, NOW);
            record(loop, 0, true, true, true, i, 1, NOW);
        }
        assertThat(small.dropped()).isEqualTo(3);
        List<Integer> told = new ArrayList<>();
        assertThat(small.drain((rollout, unit, flags, slot, baselineOk, canaryOk) -> told.add(canaryOk)))
                .isEqualTo(2);
        assertThat(told).containsExactly(1, 1);
        assertThat(small.successes(0)).containsExactly(0, 3);
    }

    @Test
    @Timeout(10)
    void aFailureThatCameBeforeEndsTheWaitAtOnce() {
        fail(feed.loop(0), true, 1);
        feed.await(A_DAY);
        assertThat(drain()).hasSize(1);
    }

    @Test
    @Timeout(10)
    void aFailureEndsTheWaitAndSoDoesWake() throws Exception {
        for (Runnable end : List.<Runnable>of(() -> fail(feed.loop(1), true, 1), feed::wake)) {
            Thread control = new Thread(() -> feed.await(A_DAY));
            control.start();
            while (control.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            end.run();
            control.join();
        }
    }

    @Test
    @Timeout(10)
    void theWaitEndsWithItsTimeAndWithAnInterrupt() {
        feed.await(1_000);
        Thread.currentThread().interrupt();
        feed.await(A_DAY);
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }

    @Test
    @Timeout(10)
    void aSlowOneAloneWakesNobodyUntilHalfTheRingIsFull() {
        Feed small = new Feed(1, 1, 8);
        small.slowThresholds(0, new long[] {1}, 100, 1);
        for (int i = 0; i < 3; i++) {
            record(small.loop(0), 0, false, true, false, i, 5, NOW);
        }
        long before = System.nanoTime();
        small.await(2_000_000);
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(2_000_000);
        record(small.loop(0), 0, false, true, false, 3, 5, NOW);
        small.await(A_DAY);
    }

    @Test
    void moreThresholdsThanBitsAreRefused() {
        assertThatThrownBy(() -> feed.slowThresholds(0, new long[9], 100, 1)).hasMessageContaining("thresholds: 9");
    }

    @Test
    void aRolloutThatComesLaterIsToldAndTheOthersGoOn() {
        Feed.Loop loop = feed.loop(0);
        ok(loop, true, 2);
        fail(loop, true, 77);
        feed.grow(4);
        record(loop, 3, true, true, true, 78, 1_000, NOW);
        assertThat(drain()).containsExactly("1 unit 77 flags 7 ok 0/2", "3 unit 78 flags 7 ok 0/0");
        record(loop, 3, true, true, true, 79, 1_000, NOW);
        record(loop, 3, true, true, true, 80, 1_000, NOW);
        assertThat(feed.brake(3).holds()).isTrue();
        assertThat(feed.brake(ORDERS).holds()).isFalse();
        feed.grow(2);
        assertThat(feed.brake(3).holds()).isTrue();
    }

    @Test
    void moreRolloutsThanAnObservationTellsApartAreRefused() {
        assertThatThrownBy(() -> feed.grow(65_537)).hasMessageContaining("rollouts: 65537");
    }

    /**
     * Two loops against the control thread, while rollouts come: each success and each failure is told once, and no wake-up is lost.
     */
    @Test
    @Timeout(60)
    void underLoadEverythingIsToldOnce() {
        long seed = System.nanoTime();
        int perLoop = 200_000;
        CompletableFuture<int[]> first = CompletableFuture.supplyAsync(() -> load(feed.loop(0), seed, perLoop));
        CompletableFuture<int[]> second = CompletableFuture.supplyAsync(() -> load(feed.loop(1), seed + 1, perLoop));
        CompletableFuture<Void> both = CompletableFuture.allOf(first, second);
        CompletableFuture<Void> woken = both.thenRun(feed::wake);
        long[] told = new long[3];
        int rollouts = 2;
        boolean over;
        do {
            over = both.isDone();
            feed.grow(Math.min(++rollouts, 500));
            if (!over) {
                feed.await(A_DAY);
            }
            feed.drain((rollout, unit, flags, slot, baselineOk, canaryOk) -> {
                assertThat(baselineOk).isNotNegative();
                assertThat(canaryOk).isNotNegative();
                told[0] += baselineOk;
                told[1] += canaryOk;
                told[2]++;
            });
            long[] rest = feed.successes(ORDERS);
            told[0] += rest[0];
            told[1] += rest[1];
        } while (!over);
        woken.join();
        int[] a = first.join();
        int[] b = second.join();
        assertThat(told[0]).as("seed %d", seed).isEqualTo(a[0] + b[0]);
        assertThat(told[1]).as("seed %d", seed).isEqualTo(a[1] + b[1]);
        assertThat(told[2] + feed.dropped()).as("seed %d", seed).isEqualTo(a[2] + b[2]);
    }

    private static int[] load(Feed.Loop loop, long seed, int times) {
        Random random = new Random(seed);
        int[] done = new int[3];
        for (int i = 0; i < times; i++) {
            boolean canary = random.nextInt(10) == 0;
            boolean failed = random.nextInt(20) == 0;
            record(loop, ORDERS, canary, true, failed, i, 1, NOW);
            done[failed ? 2 : canary ? 1 : 0]++;
        }
        return done;
    }

    /** Whatever becomes of its request; on each loop, as these share nothing. */
    @Test
    void aLoopTellsOfEachUnitOnceBetweenTwoCalls() {
        Feed.Loop loop = feed.loop(0);
        loop.assigned(ORDERS, true, 10_000, 77, NOW);
        assertThat(drain()).as("nobody has asked").isEmpty();
        feed.callNewUnits(ORDERS, true);
        for (int i = 0; i < 2; i++) {
            loop.assigned(ORDERS, true, 10_000, 77, NOW);
            loop.assigned(ORDERS, false, 10_000, 78, NOW);
            loop.assigned(0, true, 10_000, 77, NOW);
            feed.loop(1).assigned(ORDERS, true, 20_000, 77, NOW);
        }
        assertThat(drain())
                .containsExactly(
                        "1 unit 77 flags " + newUnit(true, 10_000) + " ok 0/0",
                        "1 unit 78 flags " + newUnit(false, 10_000) + " ok 0/0",
                        "1 unit 77 flags " + newUnit(true, 20_000) + " ok 0/0");
        feed.callNewUnits(ORDERS, true);
        loop.assigned(ORDERS, true, 30_000, 77, NOW);
        assertThat(drain()).containsExactly("1 unit 77 flags " + newUnit(true, 30_000) + " ok 0/0");
        feed.callNewUnits(ORDERS, false);
        loop.assigned(ORDERS, true, 30_000, 79, NOW);
        assertThat(drain()).isEmpty();
    }

    @Test
    void whereOneVariantHasNobodyNoUnitIsTold() {
        feed.callNewUnits(ORDERS, true);
        feed.loop(0).assigned(ORDERS, false, 0, 77, NOW);
        feed.loop(0).assigned(ORDERS, true, 100_000, 78, NOW);
        assertThat(drain()).isEmpty();
        feed.loop(0).assigned(ORDERS, true, 99_999, 77, NOW);
        assertThat(drain()).hasSize(1);
    }

    /** Units that share a place are taken for one, so a loop never tells of more than there are places. */
    @Test
    void aLoopTellsOfAsManyUnitsAsItsMapHasBits() {
        Feed large = new Feed(1, 1, 1 << 17);
        large.callNewUnits(0, true);
        for (long unit = 0; unit < 1_000_000; unit++) {
            large.loop(0).assigned(0, false, 10_000, unit, NOW);
        }
        assertThat(large.drain((rollout, unit, flags, slot, baselineOk, canaryOk) -> {}))
                .isBetween(65_500, NewUnits.BITS);
        assertThat(large.dropped()).isZero();
    }

    /** A crowd of new users never takes the room of a failure; who finds none is told of with a later request. */
    @Test
    void newUnitsLeaveHalfOfTheRingToFailures() {
        Feed small = new Feed(1, 1, 8);
        small.callNewUnits(0, true);
        for (long unit = 0; unit < 100; unit++) {
            small.loop(0).assigned(0, false, 10_000, unit, NOW);
        }
        for (int i = 0; i < 4; i++) {
            record(small.loop(0), 0, true, true, true, 1_000 + i, 1, NOW);
        }
        assertThat(small.dropped()).isZero();
        assertThat(small.drain((rollout, unit, flags, slot, baselineOk, canaryOk) -> {}))
                .isEqualTo(8);
        small.loop(0).assigned(0, false, 10_000, 99, NOW);
        assertThat(small.drain((rollout, unit, flags, slot, baselineOk, canaryOk) ->
                        assertThat(unit).isEqualTo(99)))
                .isEqualTo(1);
    }

    private static int newUnit(boolean canary, int weight) {
        return Observed.who(canary, true, weight) | Observed.NEW_UNIT;
    }

    private List<String> drain() {
        List<String> seen = new ArrayList<>();
        int drained = feed.drain((rollout, unit, flags, slot, baselineOk, canaryOk) ->
                seen.add(rollout + " unit " + unit + " flags " + flags + " ok " + baselineOk + "/" + canaryOk));
        assertThat(drained).isEqualTo(seen.size());
        return seen;
    }

    private static void ok(Feed.Loop loop, boolean canary, int times) {
        for (int i = 0; i < times; i++) {
            succeedIn(loop, canary, 1_000);
        }
    }

    private static void succeedIn(Feed.Loop loop, boolean canary, long nanos) {
        record(loop, ORDERS, canary, true, false, 9, nanos, NOW);
    }

    private static void record(
            Feed.Loop loop,
            int rollout,
            boolean canary,
            boolean randomised,
            boolean failed,
            long unit,
            long nanos,
            long now) {
        int who = Observed.who(canary, randomised, 0);
        if (failed) {
            loop.failed(rollout, who, unit, now);
        } else {
            loop.succeeded(rollout, who, true, unit, nanos, now);
        }
    }

    private static void fail(Feed.Loop loop, boolean canary, long unit) {
        record(loop, ORDERS, canary, true, true, unit, 1_000, NOW);
    }
}
