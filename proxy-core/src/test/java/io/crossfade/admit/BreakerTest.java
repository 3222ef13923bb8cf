package io.crossfade.admit;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BreakerTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(10);
    private static final int TRIALS = 3;

    private final SteppingClock clock = new SteppingClock();
    private final Breaker breaker = new Breaker("next", 0.5, 20, 10, OPEN_FOR, TRIALS, clock);
    private final Breaker.Gate gate = breaker.gate();
    private final Breaker.Gate other = breaker.gate();

    @Test
    void opensForEveryGateWithinTheCallThatTripsIt() {
        succeed(gate, 5);
        for (int i = 0; i < 4; i++) {
            failOnce(gate);
        }
        assertThat(other.tryAcquire()).isTrue();
        other.failure();
        assertThat(gate.tryAcquire()).isFalse();
        assertThat(other.tryAcquire()).isFalse();
        assertThat(breaker.state()).isEqualTo("open");
        assertThat(breaker.notPermitted()).isEqualTo(2);
    }

    @Test
    void successesOfAllGatesAreSetAgainstTheFailuresOfOne() {
        for (int i = 0; i < 40; i++) {
            succeed(other, 2);
            failOnce(gate);
        }
        assertThat(breaker.state()).isEqualTo("closed");
        assertThat(breaker.failureRate()).isBetween(30f, 35f);
        succeed(other, 20);
        assertThat(breaker.failureRate()).as("the window is full of successes").isZero();
    }

    @Test
    void tooFewCallsDecideNothing() {
        for (int i = 0; i < 9; i++) {
            failOnce(gate);
        }
        assertThat(breaker.state()).isEqualTo("closed");
        assertThat(breaker.failureRate()).isEqualTo(-1f);
        failOnce(gate);
        assertThat(breaker.state()).isEqualTo("open");
        assertThat(breaker.failureRate()).isEqualTo(100f);
    }

    @Test
    void lateSuccessesOfAClosedBreakerAreAsGoodAsPromptOnes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            CircuitBreaker prompt = reference();
            Breaker late = new Breaker("late", 0.5, 20, 10, OPEN_FOR, TRIALS, clock);
            List<Breaker.Gate> gates = List.of(late.gate(), late.gate(), late.gate());
            for (int i = 0; i < 10; i++) { // beyond the minimum a success alone opens nothing
                prompt.onSuccess(0, NANOSECONDS);
                gates.get(i % 3).success();
            }
            double failing = random.nextDouble();
            for (int call = 0; call < 200; call++) {
                Breaker.Gate any = gates.get(random.nextInt(3));
                if (random.nextDouble() < failing) {
                    prompt.onError(0, NANOSECONDS, new IllegalStateException());
                    any.failure();
                } else {
                    prompt.onSuccess(0, NANOSECONDS);
                    any.success();
                }
                if (!late.state().equalsIgnoreCase(prompt.getState().name())) {
                    fail("%s instead of %s, seed %d, round %d, call %d"
                            .formatted(late.state(), prompt.getState(), seed, round, call));
                }
            }
        }
    }

    @Test
    void letsTrialsThroughAfterItsTimeAndClosesWhenTheySucceed() {
        trip();
        clock.forward(OPEN_FOR.plusMillis(1));
        for (int i = 0; i < TRIALS; i++) {
            assertThat(gate.tryAcquire()).isTrue();
        }
        assertThat(gate.tryAcquire()).isFalse();
        assertThat(other.tryAcquire()).isFalse();
        assertThat(breaker.state()).isEqualTo("half_open");
        for (int i = 0; i < TRIALS; i++) {
            gate.success();
        }
        assertThat(breaker.state()).isEqualTo("closed");
        assertThat(other.tryAcquire()).isTrue();
        failOnce(gate);
        assertThat(breaker.state()).as("its window starts anew").isEqualTo("closed");
    }

    @Test
    void opensAgainWhenTrialsFail() {
        trip();
        clock.forward(OPEN_FOR.plusMillis(1));
        for (int i = 0; i < TRIALS; i++) {
            failOnce(gate);
        }
        assertThat(breaker.state()).isEqualTo("open");
        assertThat(gate.tryAcquire()).isFalse();
    }

    @Test
    void aTrialThatIsNotMadeGivesItsPermissionBack() {
        trip();
        clock.forward(OPEN_FOR.plusMillis(1));
        for (int i = 0; i < TRIALS; i++) {
            assertThat(gate.tryAcquire()).isTrue();
        }
        gate.cancel();
        assertThat(other.tryAcquire()).isTrue();
        assertThat(other.tryAcquire()).isFalse();
    }

    @Test
    void whatBeganBeforeNeitherJudgesTheTrialsNorGivesTheirPermissionsBack() {
        for (int i = 0; i < 30; i++) {
            assertThat(other.tryAcquire()).isTrue();
        }
        trip();
        clock.forward(OPEN_FOR.plusMillis(1));
        assertThat(gate.tryAcquire()).isTrue();
        for (int i = 0; i < 10; i++) {
            other.cancel();
            other.success();
            other.failure();
        }
        assertThat(breaker.state()).isEqualTo("half_open");
        assertThat(permissions(gate)).isEqualTo(TRIALS - 1);
    }

    @Test
    void aTrialOfAnEarlierPeriodSaysNothingInTheNext() {
        trip();
        clock.forward(OPEN_FOR.plusMillis(1));
        assertThat(other.tryAcquire()).isTrue(); // never answered in this period
        assertThat(gate.tryAcquire()).isTrue();
        assertThat(gate.tryAcquire()).isTrue();
        other.failure();
        gate.failure();
        gate.failure();
        assertThat(breaker.state()).isEqualTo("open");

        clock.forward(OPEN_FOR.plusMillis(1));
        assertThat(gate.tryAcquire()).isTrue();
        other.cancel();
        assertThat(permissions(gate)).isEqualTo(TRIALS - 1);
    }

    /** Whatever four loops do at once, also with answers that come in another state, no permission is lost or doubled. */
    @Test
    @Timeout(60)
    void survivesRaces() throws Exception {
        long seed = System.nanoTime();
        ExecutorService loops = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 20; round++) {
                long roundSeed = seed + round;
                List<Callable<Integer>> work = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    Breaker.Gate own = breaker.gate();
                    Random random = new Random(roundSeed * 31 + i);
                    work.add(() -> traffic(own, random));
                }
                int calls = 0;
                for (Future<Integer> own : loops.invokeAll(work)) {
                    calls += own.get();
                }
                assertThat(calls).as("seed %d", roundSeed).isPositive();
                recover();
                trip();
                clock.forward(OPEN_FOR.plusMillis(1));
                assertThat(permissions(gate)).as("seed %d", roundSeed).isEqualTo(TRIALS);
                for (int i = 0; i < TRIALS; i++) {
                    gate.success();
                }
            }
        } finally {
            loops.shutdownNow();
        }
    }

    @Test
    void aRateOutsideItsRangeIsRefused() {
        assertThatThrownBy(() -> new Breaker("b", 0, 20, 10, OPEN_FOR, 1)).hasMessageContaining("failureRate: 0.0");
        assertThatThrownBy(() -> new Breaker("b", 50, 20, 10, OPEN_FOR, 1)).hasMessageContaining("failureRate: 50.0");
    }

    private int traffic(Breaker.Gate own, Random random) {
        int underWay = 0;
        int calls = 0;
        for (int i = 0; i < 5_000; i++) {
            if (random.nextInt(100) == 0) {
                clock.forward(OPEN_FOR);
            }
            if (underWay < 8 && own.tryAcquire()) {
                underWay++;
                calls++;
            } else if (underWay > 0) {
                underWay--;
                end(own, random.nextInt(3));
            }
        }
        for (; underWay > 0; underWay--) {
            end(own, random.nextInt(3));
        }
        return calls;
    }

    private static void end(Breaker.Gate own, int how) {
        switch (how) {
            case 0 -> own.success();
            case 1 -> own.failure();
            default -> own.cancel();
        }
    }

    private void recover() {
        for (int i = 0; i < 10 && !breaker.state().equals("closed"); i++) {
            clock.forward(OPEN_FOR.plusMillis(1));
            for (int permitted = permissions(gate); permitted > 0; permitted--) {
                gate.success();
            }
        }
        assertThat(breaker.state()).isEqualTo("closed");
    }

    private void trip() {
        for (int i = 0; i < 20; i++) {
            gate.failure();
        }
        assertThat(breaker.state()).isEqualTo("open");
    }

    private static int permissions(Breaker.Gate gate) {
        int permitted = 0;
        while (permitted < 100 && gate.tryAcquire()) {
            permitted++;
        }
        return permitted;
    }

    private static void succeed(Breaker.Gate gate, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(gate.tryAcquire()).isTrue();
            gate.success();
        }
    }

    private static void failOnce(Breaker.Gate gate) {
        assertThat(gate.tryAcquire()).isTrue();
        gate.failure();
    }

    private static CircuitBreaker reference() {
        return CircuitBreaker.of(
                "prompt",
                CircuitBreakerConfig.custom()
                        .failureRateThreshold(50)
                        .slidingWindow(20, 10, SlidingWindowType.COUNT_BASED)
                        .build());
    }

    private static final class SteppingClock extends Clock {
        private final AtomicLong millis = new AtomicLong();

        void forward(Duration by) {
            millis.addAndGet(by.toMillis());
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("the breaker asks for instants only");
        }
    }

    /** The minimum is 10, so that it is the successes that complete it; handed over late, they must not open it late. */
    @Test
    void failuresOfLongAgoDoNotOpenItWithTheFirstOfToday() {
        for (int successes : List.of(5, 19, 20, 1_000)) {
            Breaker old = new Breaker("old", 0.5, 20, 10, OPEN_FOR, TRIALS, clock);
            Breaker.Gate one = old.gate();
            for (int i = 0; i < 8; i++) {
                failOnce(one);
            }
            succeed(one, successes);
            failOnce(one);
            assertThat(one.tryAcquire()).as("after %s successes", successes).isTrue();
            assertThat(old.state()).isEqualTo("closed");
        }
    }

    @Test
    void whoReadsTheRateOpensNothing() {
        for (int i = 0; i < 8; i++) {
            failOnce(gate);
        }
        succeed(other, 4);
        assertThat(breaker.failureRate()).isLessThan(50f);
        assertThat(breaker.state()).isEqualTo("closed");
        for (int i = 0; i < 10; i++) {
            assertThat(gate.tryAcquire()).isTrue();
            gate.failure();
        }
        assertThat(breaker.state()).isEqualTo("open");
    }
}
