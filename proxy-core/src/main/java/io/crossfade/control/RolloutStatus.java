package io.crossfade.control;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout looks like from outside, published by the control thread after every change; immutable.
 *
 * @param phase draft, progressing, baking, gated, paused, held, rollingBack, rolledBack, completed, failed
 * @param attempt 1-based; 0 before the first start
 * @param step 0-based number of the current step, -1 before the first
 * @param weight canary share in force, in buckets of 100,000
 * @param version journal sequence of the last change that an operator must know of; the ETag
 * @param sinceEpochMillis wall clock at which this phase began
 * @param next what happens next, one sentence for a person
 * @param decision why the last automatic decision was taken; null before the first
 * @param asked what an operator last asked for; null before the first
 * @param release what the canary runs; empty where the configuration does not say
 * @param levels of the metrics that have a target or an alert
 * @param rollbacks how many there were of each kind in the whole journal, an operator's included
 */
public record RolloutStatus(
        String name,
        String baseline,
        String canary,
        String phase,
        int attempt,
        int step,
        List<Step> steps,
        int weight,
        long version,
        List<Verdict> verdicts,
        long sinceEpochMillis,
        String next,
        @Nullable Decision decision,
        List<Rollbacks> rollbacks,
        @Nullable Asked asked,
        String release,
        List<LevelStatus> levels) {

    /**
     * What an operator asked for.
     *
     * @param sequence of its line in the journal
     * @param weight in buckets, for setWeight alone
     */
    public record Asked(
            long sequence,
            long atEpochMillis,
            String verb,
            String actor,
            String reason,
            @Nullable Integer weight) {}

    /** A kind of rollback and how many of it the journal knows. */
    public record Rollbacks(String mode, String reason, long count) {}

    public record Step(int weight, long bakeMillis, boolean gate) {}

    /**
     * One detector's view.
     *
     * @param metric errors or latency
     * @param detector C, S or L
     * @param verdict Pass, Fail, Inconclusive, NoData or SharedFate
     * @param logEvidence natural logarithm of the statistic; trips at logThreshold
     * @param needs what it takes until the detector says something else, in words; empty while the canary is not watched
     */
    public record Verdict(
            String metric, String detector, String verdict, double logEvidence, double logThreshold, String needs) {}

    /**
     * An automatic decision in numbers and in words.
     *
     * @param sequence of its line in the journal
     * @param kind rollback, hold or wait
     * @param mode immediate, graceful or complete
     * @param reason stable word such as errors-concurrent, errors-limit, latency, shared-fate
     * @param lines what was seen, one fact each: counts, rates, evidence against threshold, weight before and after
     * @param numbers the same as data
     */
    public record Decision(
            long sequence,
            long atEpochMillis,
            String kind,
            String mode,
            String reason,
            List<String> lines,
            Map<String, Double> numbers) {}
}
