package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import io.crossfade.observe.RolloutFeed.Observed;
import io.crossfade.rollout.analysis.AnalysisSettings;
import io.crossfade.rollout.analysis.BaselineQuantiles;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.SlowCounter;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes batches out of the observations of one rollout; owned by the control thread.
 *
 * <p>A failure is due at once, a slow canary at the end of its slot of {@link Batch#SLOT_MILLIS}; successes alone may wait for
 * {@link #COALESCE_MILLIS}.
 */
final class Batches {
    /** How long successes alone may wait to be counted. */
    static final long COALESCE_MILLIS = 200;

    private static final int[] NONE = {};

    private final int rollout;
    private final RolloutFeed feed;
    private final AnalysisSettings settings;
    private final SlowCounter slow;
    private final BaselineQuantiles quantiles;
    private List<Batch.Failure> failures = new ArrayList<>();
    private int baselineOk;
    private int canaryOk;
    private long lastMillis;
    private long slotMillis;

    Batches(int rollout, RolloutFeed feed, AnalysisSettings settings) {
        this.rollout = rollout;
        this.feed = feed;
        this.settings = settings;
        this.slow = new SlowCounter(settings.quantiles().length);
        this.quantiles = new BaselineQuantiles(settings.quantiles());
    }

    void observed(long unit, int flags, int baselineOkBefore, int canaryOkBefore) {
        baselineOk += baselineOkBefore;
        canaryOk += canaryOkBefore;
        boolean canary = (flags & Observed.CANARY) != 0;
        boolean randomised = (flags & Observed.RANDOMISED) != 0;
        if ((flags & Observed.FAILED) != 0) {
            failures.add(new Batch.Failure(unit, canary, randomised, baselineOk, canaryOk));
            baselineOk = 0;
            canaryOk = 0;
        } else if (randomised) {
            slow.slow(unit, canary, flags / Observed.SLOW_0);
        }
    }

    boolean due(long nowMillis) {
        return !failures.isEmpty()
                || (slow.canarySlow() && slotIsOver(nowMillis))
                || nowMillis - lastMillis >= COALESCE_MILLIS;
    }

    /** Slow requests are handed over by the clock alone, however many they are and whatever else is due. */
    private boolean slotIsOver(long nowMillis) {
        return nowMillis - slotMillis >= Batch.SLOT_MILLIS;
    }

    /**
     * What was seen since the last one.
     *
     * @param weight the canary share it is judged by, in buckets
     * @param closing whether slow requests are handed over also before their slot is over, because the weight changes
     */
    Batch take(long nowMillis, int weight, boolean closing) {
        long[] ok = feed.successes(rollout);
        boolean withSlow = closing || slotIsOver(nowMillis);
        if (withSlow) {
            slotMillis = nowMillis;
        }
        Batch batch = new Batch(
                nowMillis,
                weight,
                failures,
                baselineOk + ok[0],
                canaryOk + ok[1],
                withSlow ? nonZero(slow.takeBaseline()) : NONE,
                withSlow ? nonZero(slow.takeCanary()) : NONE);
        failures = new ArrayList<>();
        baselineOk = 0;
        canaryOk = 0;
        lastMillis = nowMillis;
        return batch;
    }

    /** A latency window ends; from now on what the baseline did up to here says what is slow. */
    void closeWindow() {
        if (settings.latency()) {
            quantiles.closeWindow(feed.baselineLatencies(rollout));
            feed.slowThresholds(rollout, quantiles.tau(feed::bucketUpperNanos), settings.latencyMargin());
            slow.closeWindow();
        }
    }

    /** Whether a batch says nothing at all. */
    static boolean empty(Batch batch) {
        return batch.failures().isEmpty()
                && batch.baselineOk() == 0
                && batch.canaryOk() == 0
                && batch.slowBaseline().length == 0
                && batch.slowCanary().length == 0;
    }

    private static int[] nonZero(int[] counts) {
        for (int count : counts) {
            if (count > 0) {
                return counts;
            }
        }
        return NONE;
    }
}
