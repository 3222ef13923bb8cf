package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import io.crossfade.observe.UnitCounts;
import io.crossfade.rollout.analysis.AnalysisSettings;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.DistinctUnits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Looks at the distinct units of one rollout, once a second, for its batches; owned by the control thread.
 *
 * <p>The event loops count for a minute, then anew. What a step has seen in all, and what 5 minutes have, is added up here.
 */
final class UnitLooks {
    private static final long LOOK_MILLIS = 1_000;
    private static final long MINUTE_MILLIS = 60_000;
    private static final int MINUTES_OF_WINDOW = 5;
    private static final int RANKS = 64;
    private static final double HUNDREDTHS = 100;

    private static final int PER_GROUP = UnitCounts.REGISTERS / UnitCounts.GROUPS;
    private static final int TOLD = 4 * UnitCounts.REGISTERS;

    private final int rollout;
    private final RolloutFeed feed;
    private final AnalysisSettings.Users settings;
    private final UnitCounts minute = new UnitCounts();
    private UnitCounts window = new UnitCounts();
    private int minutes;

    /** What the analysis knows of the step. */
    private final byte[] told = new byte[TOLD];

    private int canaryLately = -1;
    private long round = -1;
    private long lookedMillis;
    private long minuteBegan;

    UnitLooks(int rollout, RolloutFeed feed, AnalysisSettings.Users settings) {
        this.rollout = rollout;
        this.feed = feed;
        this.settings = settings;
    }

    /**
     * What is new.
     *
     * @param rounds how often the analysis has begun to count anew; when it has, what was counted before is forgotten
     */
    Batch.Users take(long nowMillis, long rounds) {
        if (rounds != round) {
            round = rounds;
            Arrays.fill(told, (byte) 0);
            window = new UnitCounts();
            minutes = 0;
            beginMinute(nowMillis);
            return Batch.Users.NONE;
        }
        if (nowMillis - lookedMillis < LOOK_MILLIS) {
            return Batch.Users.NONE;
        }
        lookedMillis = nowMillis;
        feed.readUnits(rollout, minute);
        List<Integer> raised = settings.success() ? raised() : List.of();
        return nowMillis - minuteBegan < MINUTE_MILLIS
                ? new Batch.Users(-1, raised, List.of())
                : new Batch.Users(canaryLately(), raised, endMinute(nowMillis));
    }

    /** Units of the canary in the minute that ends; that there are none still is not told again. */
    private int canaryLately() {
        int before = canaryLately;
        double now = DistinctUnits.estimate(minute.registers(), UnitCounts.seen(true), UnitCounts.REGISTERS);
        canaryLately = (int) Math.round(now);
        return before <= 0 && canaryLately == 0 ? -1 : canaryLately;
    }

    private List<Integer> raised() {
        byte[] registers = minute.registers();
        List<Integer> raised = new ArrayList<>();
        for (int i = 0; i < TOLD; i++) {
            if (registers[i] > told[i]) {
                told[i] = registers[i];
                raised.add(i * RANKS + registers[i]);
            }
        }
        return raised;
    }

    private List<Long> endMinute(long nowMillis) {
        List<Long> ended = List.of();
        if (settings.throughput()) {
            window.add(minute);
            if (++minutes == MINUTES_OF_WINDOW) {
                ended = numbers();
                window = new UnitCounts();
                minutes = 0;
            }
        }
        beginMinute(nowMillis);
        return ended;
    }

    private void beginMinute(long nowMillis) {
        minuteBegan = nowMillis;
        lookedMillis = nowMillis;
        feed.callUnits(rollout, minute);
    }

    private List<Long> numbers() {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 2 * UnitCounts.GROUPS; i++) {
            boolean canary = i >= UnitCounts.GROUPS;
            int from = UnitCounts.matched(canary) + i % UnitCounts.GROUPS * PER_GROUP;
            numbers.add(window.well()[i]);
            numbers.add(Math.round(HUNDREDTHS * DistinctUnits.estimate(window.registers(), from, PER_GROUP)));
        }
        return numbers;
    }
}
