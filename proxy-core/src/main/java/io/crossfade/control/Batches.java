package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import io.crossfade.observe.RolloutFeed.Observed;
import io.crossfade.rollout.analysis.AnalysisSettings;
import io.crossfade.rollout.analysis.BaselineQuantiles;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.SlowCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Makes batches out of the observations of one rollout; owned by the control thread.
 *
 * <p>A failure is due at once, and so is a slow canary while there is evidence against its latency or when there are
 * {@link RolloutFeed#SLOW_CANARIES_PER_WAKE} of them; everything else may wait for {@link #COALESCE_MILLIS}.
 */
final class Batches {
    /** How long successes, and slow requests that mean nothing yet, may wait to be counted. */
    static final long COALESCE_MILLIS = 1_000;

    private final int rollout;
    private final RolloutFeed feed;
    private final AnalysisSettings settings;
    private final SlowCounter slow;
    private final BaselineQuantiles quantiles;
    private List<Batch.Failure> failures = new ArrayList<>();
    private int baselineOk;
    private int canaryOk;
    private long lastMillis;

    Batches(int rollout, RolloutFeed feed, AnalysisSettings settings) {
        this.rollout = rollout;
        this.feed = feed;
        this.settings = settings;
        this.slow = new SlowCounter(settings.quantiles().length);
        this.quantiles = new BaselineQuantiles(settings.quantiles());
    }

    void observed(long unit, int flags, long slot, int baselineOkBefore, int canaryOkBefore) {
        baselineOk += baselineOkBefore;
        canaryOk += canaryOkBefore;
        boolean canary = (flags & Observed.CANARY) != 0;
        boolean randomised = (flags & Observed.RANDOMISED) != 0;
        if ((flags & Observed.FAILED) != 0) {
            failures.add(new Batch.Failure(unit, 0, canary, randomised, baselineOk, canaryOk));
            baselineOk = 0;
            canaryOk = 0;
        } else if (randomised) {
            slow.slow(unit, canary, flags / Observed.SLOW_0, slot);
        }
    }

    /** @param suspicious whether there is evidence against the canary's latency */
    boolean due(long nowMillis, BooleanSupplier suspicious) {
        if (!failures.isEmpty() || nowMillis - lastMillis >= COALESCE_MILLIS) {
            return true;
        }
        int slowCanaries = slow.canarySlow(feed.slot());
        return slowCanaries >= RolloutFeed.SLOW_CANARIES_PER_WAKE || (slowCanaries > 0 && suspicious.getAsBoolean());
    }

    /**
     * What was seen since the last one.
     *
     * @param weight the canary share it is judged by, in buckets
     * @param closing whether the slot that is open counts too, because the weight changes
     */
    Batch take(long nowMillis, int weight, boolean closing) {
        long[] ok = feed.successes(rollout);
        failures.replaceAll(failure -> failure.assignedAt(weight));
        Batch batch = new Batch(
                nowMillis,
                weight,
                failures,
                baselineOk + ok[0],
                canaryOk + ok[1],
                slow.take(closing ? Long.MAX_VALUE : feed.slot(), weight));
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
                && batch.slow().isEmpty();
    }
}
