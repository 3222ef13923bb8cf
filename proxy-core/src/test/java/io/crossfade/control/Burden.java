package io.crossfade.control;

import io.crossfade.config.ControlSettings;
import io.crossfade.observe.RolloutFeed.Observed;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the looks of the control thread cost with a hundred rollouts whose tables of units are as full as they may be; a program, so that its
 * heap is that of the launcher.
 */
final class Burden {
    static final int ROLLOUTS = 100;

    /** So many of them fill all that there is room for. */
    private static final int LARGE = 10;

    private static final int ROUNDS = 3;

    /** Where others use the machine, more rounds show what the code costs. */
    private static final int MOST_ROUNDS = 8;

    /** CPU time of a look with a hundred rollouts and full tables, a compiler that has seen the code before. */
    static final long MOST_MICROS = 5_000;

    private static final int TICK_MILLIS = 20;

    private final MeasuredFeed feed = new MeasuredFeed(ROLLOUTS);
    private final AtomicLong nanos = new AtomicLong();
    private final Map<String, Long> best = new HashMap<>();
    private final Plan[] plans = new Plan[ROLLOUTS];
    private final Control control;

    /** Writes a line for each kind of work in each round: its name and the longest look in microseconds of CPU. */
    public static void main(String[] words) throws Exception {
        new Burden(Path.of(words[0])).run();
        System.exit(0);
    }

    private Burden(Path folder) throws Exception {
        for (int i = 0; i < ROLLOUTS; i++) {
            plans[i] = Bench.manual("r" + i, 10_000);
        }
        ControlSettings settings = ControlSettings.defaults();
        Ledger ledger = DiskLedger.open(folder, () -> settings, () -> Duration.ofDays(90));
        Surroundings around = new Surroundings(feed, (rollout, weight, recall) -> {}, nanos::get, () -> Bench.WALL);
        control = Control.start(ledger, () -> settings, Bench.numbered(plans), around);
    }

    private void run() throws Exception {
        fill(LARGE); // and warms the compiler up
        seconds(20);
        for (int round = 0; round < ROUNDS || (round < MOST_ROUNDS && someAreLong()); round++) {
            measured("little happens", () -> seconds(5));
            measured("all fail", () -> allFail(20));
            measured("crowds", () -> crowds(4));
            measured("everybody is new", () -> everybodyIsNew(4));
            measured("tables grow", () -> fill(1));
            measured("all are saved", () -> {
                control.configure(Bench.numbered(plans));
                seconds(4);
            });
            measured("all decide", this::allDecide);
            System.out.println("left the canary: " + (ROLLOUTS - underWay()));
            retryAll();
            int weight = 11_000 + round;
            measured("all have other plans", () -> {
                for (int i = 0; i < ROLLOUTS; i++) {
                    plans[i] = Bench.manual("r" + i, weight);
                }
                control.configure(Bench.numbered(plans));
                seconds(1);
            });
        }
        System.gc();
        Runtime heap = Runtime.getRuntime();
        System.out.println("heap: " + ((heap.totalMemory() - heap.freeMemory()) >> 20) + " MiB");
        System.out.println("under way: " + underWay());
    }

    private long underWay() {
        return control.statuses().stream().filter(status -> status.weight() > 0).count();
    }

    private boolean someAreLong() {
        return best.values().stream().anyMatch(micros -> micros >= MOST_MICROS);
    }

    private void measured(String what, Runnable work) {
        feed.measure();
        work.run();
        best.merge(what, feed.longestNanos() / 1_000, Math::min);
        System.out.printf(
                Locale.ROOT,
                "%s: %d us, in the mean %d us of %d looks%n",
                what,
                feed.longestNanos() / 1_000,
                feed.meanNanos() / 1_000,
                feed.measured());
    }

    /** Every table of these rollouts becomes as full as it can. */
    private void fill(int rollouts) {
        for (int i = 0; i < 128; i++) {
            for (int rollout = 0; rollout < rollouts; rollout++) {
                feed.observe(rollout, 1_000, Observed.FAILED, 990, 110);
                for (int answerClass = 0; answerClass < 4; answerClass++) {
                    feed.observe(rollout, 250, Observed.ANSWERED | answerClass << 3, 10, 1);
                }
                int gaveUp = Observed.ABORTED | Observed.GRAVE | 15 * Observed.SLOW_0;
                feed.observe(rollout, 500, gaveUp, 10, 1);
            }
            pass();
        }
    }

    /** Each second a few failures of each rollout. */
    private void allFail(int looks) {
        for (int i = 0; i < looks; i++) {
            for (int rollout = 0; rollout < ROLLOUTS; rollout++) {
                feed.observe(rollout, 10, Observed.FAILED, 990, 110);
                feed.observe(rollout, 10, 15 * Observed.SLOW_0, 1, 1);
            }
            pass();
        }
    }

    /** Every canary fails in the same moment, and every rollout goes back. */
    private void allDecide() {
        for (int look = 0; look < 10; look++) {
            for (int rollout = 0; rollout < ROLLOUTS; rollout++) {
                feed.observeCanary(rollout, 10);
            }
            pass();
        }
        seconds(1);
    }

    private void retryAll() throws Exception {
        List<Future<Operation.Receipt>> answers = new ArrayList<>();
        for (Plan plan : plans) {
            answers.add(control.submit(
                    plan.name(), new Operation(Verb.RETRY, "tester", "test", null, null, null, null, false)));
        }
        for (Future<Operation.Receipt> answer : answers) {
            answer.get(1, TimeUnit.MINUTES);
        }
        seconds(1);
    }

    /** As many failures as the event loops can hold. */
    private void crowds(int times) {
        for (int i = 0; i < times; i++) {
            feed.observe(i, 1 << 14, Observed.FAILED, 99, 11);
            pass();
        }
    }

    /** As many users as the event loops can hold, none of whom has been seen before, and a few of each rollout. */
    private void everybodyIsNew(int times) {
        for (int i = 0; i < times; i++) {
            for (int rollout = 0; rollout < ROLLOUTS; rollout++) {
                feed.observe(rollout, rollout < times ? 1 << 12 : 20, Observed.NEW_UNIT, 0, 0);
            }
            seconds(1);
        }
    }

    private void seconds(int seconds) {
        for (int i = 0; i < seconds * 1_000 / TICK_MILLIS; i++) {
            pass();
        }
    }

    private void pass() {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
        feed.look();
    }
}
