package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import io.crossfade.observe.RolloutFeed.Observed;
import io.crossfade.rollout.analysis.Analysis;
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
 * <p>A failure is due at once, and so is what else speaks against the canary while there is evidence against it or when there are
 * {@link RolloutFeed#SLOW_CANARIES_PER_WAKE} of them; everything else may wait for {@link #COALESCE_MILLIS}.
 */
final class Batches {
    /** How long successes, and slow requests that mean nothing yet, may wait to be counted. */
    static final long COALESCE_MILLIS = 1_000;

    /** So many observations are judged at once, be they failures or not: the rest of a crowd waits for its next turn. */
    static final int MANY = 100;

    /** So many new units are judged in the time of another observation. */
    private static final int NEW_UNITS_PER_OBSERVATION = 10;

    private static final long HOUR_MILLIS = 3_600_000;

    private final int rollout;
    private final RolloutFeed feed;
    private final AnalysisSettings settings;
    private final SlowCounter slow;
    private final BaselineQuantiles quantiles;
    private final UnitLooks units;
    private final NewUnits newUnits;
    private final LastTau tau;
    private List<Batch.Failure> failures = new ArrayList<>();
    private List<Batch.Abort> aborts = new ArrayList<>();
    private List<Batch.Answered> answers = new ArrayList<>();

    /** Aborts and answers of the canary. */
    private int othersOfCanary;

    private int baselineOk;
    private int canaryOk;
    private long lastMillis;
    private long hourBegan;
    private boolean more;

    /** Since when the feed counts witnesses, {@link Analysis#NEVER} before that. */
    private long calledMillis = Analysis.NEVER;

    private long witnesses;

    Batches(int rollout, RolloutFeed feed, AnalysisSettings settings) {
        this.rollout = rollout;
        this.feed = feed;
        this.settings = settings;
        this.slow = new SlowCounter(settings.quantiles().length);
        this.quantiles = new BaselineQuantiles(settings.quantiles());
        this.units = new UnitLooks(rollout, feed, settings.users());
        this.newUnits = new NewUnits(rollout, feed);
        this.tau = new LastTau(settings.quantiles().length);
    }

    void observed(long unit, int flags, long slot, int baselineOkBefore, int canaryOkBefore) {
        baselineOk += baselineOkBefore;
        canaryOk += canaryOkBefore;
        boolean canary = (flags & Observed.CANARY) != 0;
        boolean randomised = (flags & Observed.RANDOMISED) != 0;
        if ((flags & Observed.FAILED) != 0) {
            int weight = Observed.weight(flags);
            failures.add(new Batch.Failure(unit, weight, canary, randomised, baselineOk, canaryOk));
            baselineOk = 0;
            canaryOk = 0;
        } else if ((flags & Observed.ANSWERED) != 0) {
            answered(unit, flags, canary);
        } else if ((flags & Observed.NEW_UNIT) == Observed.NEW_UNIT) {
            newUnits.add(unit, canary, Observed.weight(flags));
        } else if (randomised) {
            slow(unit, flags, slot, canary);
        }
    }

    private void answered(long unit, int flags, boolean canary) {
        if (settings.clientErrors()) {
            boolean turnsAway = (flags & Observed.GRAVE) != 0;
            answers.add(
                    new Batch.Answered(unit, Observed.weight(flags), canary, Observed.answerClass(flags), turnsAway));
            othersOfCanary += canary ? 1 : 0;
        }
    }

    private void slow(long unit, int flags, long slot, boolean canary) {
        if (!settings.latency()) {
            return;
        }
        boolean aborted = (flags & Observed.ABORTED) != 0;
        boolean hangs = aborted || (flags & Observed.OVERDUE) != 0;
        slow.slow(unit, canary, Observed.weight(flags), Observed.slow(flags), slot, hangs);
        if (aborted && (flags & Observed.GRAVE) != 0) {
            aborts.add(new Batch.Abort(unit, Observed.weight(flags), canary));
            othersOfCanary += canary ? 1 : 0;
        }
    }

    /**
     * @param suspicious whether there is evidence against the canary that is no failure
     * @param waiting whether a detector waits for the baseline
     */
    boolean due(long nowMillis, BooleanSupplier suspicious, boolean waiting) {
        if (waiting && calledMillis != Analysis.NEVER && feed.witnesses(rollout) > witnesses) {
            return true;
        }
        if (more
                || newUnits.isMany()
                || !failures.isEmpty()
                || nowMillis - lastMillis >= COALESCE_MILLIS
                || aMultitude()) {
            return true;
        }
        int against = othersOfCanary + slow.canarySlow(feed.slot());
        return against >= RolloutFeed.SLOW_CANARIES_PER_WAKE || (against > 0 && suspicious.getAsBoolean());
    }

    /** Whether more waits than can be judged at once. */
    boolean aMultitude() {
        return failures.size() + aborts.size() + answers.size() >= MANY;
    }

    long unitBytes() {
        return slow.unitBytes();
    }

    void forgetUnits() {
        slow.forgetUnits();
    }

    /** What it takes to judge a batch, in observations; a slot, which is weighed at each quantile, takes as long as one. */
    static int work(Batch batch) {
        return batch.failures().size()
                + batch.others().aborts().size()
                + batch.others().answers().size()
                + batch.slow().size()
                + batch.newUnits().stream().mapToInt(of -> of.units().size()).sum() / NEW_UNITS_PER_OBSERVATION;
    }

    /** Whether the last one did not have all that was there. */
    boolean more() {
        return more;
    }

    /**
     * What was seen since the last one, or the first of it where that is more than can be judged at once. Failures bring their own
     * successes; those that nothing has carried yet, and what was slow, come with the last.
     *
     * @param weight the canary share in force, in buckets
     * @param unitRounds how often the analysis has begun to count distinct units anew
     */
    Batch some(long nowMillis, int weight, long unitRounds) {
        List<Batch.Failure> first = first(failures, MANY);
        List<Batch.Abort> firstAborts = first(aborts, MANY - first.size());
        List<Batch.Answered> firstAnswers = first(answers, MANY - first.size() - firstAborts.size());
        if (first.size() == failures.size()
                && firstAborts.size() == aborts.size()
                && firstAnswers.size() == answers.size()) {
            return take(nowMillis, weight, false, unitRounds);
        }
        more = true;
        Batch.Others others = new Batch.Others(firstAborts, firstAnswers, 0, 0);
        Batch batch = new Batch(nowMillis, weight, first, 0, 0, List.of(), others, witness());
        failures = without(failures, first.size());
        aborts = without(aborts, firstAborts.size());
        answers = without(answers, firstAnswers.size());
        return batch;
    }

    private static <T> List<T> first(List<T> of, int most) {
        return of.size() <= most ? of : of.subList(0, most);
    }

    private static <T> List<T> without(List<T> of, int first) {
        return new ArrayList<>(of.subList(first, of.size()));
    }

    /**
     * All that was seen since the last one.
     *
     * @param weight the canary share in force, in buckets
     * @param closing whether the slot that is open counts too, because the weight changes
     * @param unitRounds how often the analysis has begun to count distinct units anew
     */
    Batch take(long nowMillis, int weight, boolean closing, long unitRounds) {
        more = false;
        long[] ok = feed.successes(rollout);
        long[] trials = feed.trials(rollout);
        Batch batch = new Batch(
                nowMillis,
                weight,
                failures,
                baselineOk + ok[0],
                canaryOk + ok[1],
                slow.take(closing ? Long.MAX_VALUE : feed.slot()),
                new Batch.Others(aborts, answers, trials[0], trials[1]),
                witness(),
                units.take(nowMillis, unitRounds),
                newUnits.take(),
                tau.tell(nowMillis, closing));
        failures = new ArrayList<>();
        aborts = new ArrayList<>();
        answers = new ArrayList<>();
        othersOfCanary = 0;
        baselineOk = 0;
        canaryOk = 0;
        lastMillis = nowMillis;
        if (nowMillis - hourBegan >= HOUR_MILLIS) {
            hourBegan = nowMillis;
            slow.closeHour();
        }
        return batch;
    }

    private Batch.Witness witness() {
        if (calledMillis == Analysis.NEVER) {
            return Batch.Witness.NONE;
        }
        witnesses = feed.witnesses(rollout);
        return new Batch.Witness(calledMillis, witnesses);
    }

    /** See {@link NewUnits#tell}. */
    void tellNewUnits(long round) {
        newUnits.tell(round);
    }

    /** Calls witnesses when failures have begun to speak against the canary after the last call. */
    void callWitnesses(long roseAtMillis, long nowMillis) {
        if (roseAtMillis > calledMillis) {
            feed.callWitnesses(rollout);
            calledMillis = nowMillis;
            witnesses = 0;
        }
    }

    /** A latency window ends; from now on what the baseline did up to here says what is slow. */
    void closeWindow() {
        if (settings.latency()) {
            quantiles.closeWindow(feed.baselineLatencies(rollout));
            tau.known(quantiles.tau(feed::bucketUpperNanos), quantiles.p99(feed::bucketUpperNanos));
            feed.slowThresholds(rollout, tau.quantiles(), tau.p99(), settings.latencyMargin());
        }
    }

    /** What the baseline's latencies were before this process; they count until it is known anew. */
    void remember(long[] told) {
        tau.remember(told);
    }

    /** Whether a batch says nothing at all. */
    static boolean empty(Batch batch) {
        return batch.failures().isEmpty()
                && batch.baselineOk() == 0
                && batch.canaryOk() == 0
                && batch.slow().isEmpty()
                && batch.others().isEmpty()
                && batch.users().isEmpty()
                && batch.newUnits().isEmpty();
    }
}
