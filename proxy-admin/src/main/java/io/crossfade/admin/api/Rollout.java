package io.crossfade.admin.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as the admin API shows it.
 *
 * @param phase draft, progressing, baking, gated, paused, held, rollingBack, rolledBack, completed or failed
 * @param attempt 1-based; 0 before the first start
 * @param step 0-based number of the current step, -1 before the first
 * @param steps empty when the rollout is driven by hand
 * @param since instant at which this phase began
 * @param next what happens next, one sentence
 * @param decision the last automatic decision; null before the first
 * @param asked what an operator last asked for; null before the first
 * @param levels of the metrics that have a target or an alert; null from a server that does not know them
 * @param release what the canary runs; null where the configuration does not say
 */
public record Rollout(
        String name,
        String phase,
        int attempt,
        int step,
        List<Step> steps,
        Weight weight,
        Variants variants,
        List<Verdict> verdicts,
        List<Gate> gates,
        String since,
        String next,
        @Nullable Decision decision,
        @Nullable Asked asked,
        @Nullable String release,
        @Nullable List<Level> levels) {

    /** One stage of the climb: weight 0..1, bake time in seconds, whether an approval stands before it. */
    public record Step(double weight, double bakeSeconds, boolean gate) {}

    /**
     * The canary's share of the users.
     *
     * @param set in force, 0..1
     * @param observed share of the requests really answered by the canary in the last ten seconds, 0..1; null without traffic
     */
    public record Weight(double set, @Nullable Double observed) {}

    /** Names of the two upstreams. */
    public record Variants(String baseline, String canary) {}

    /**
     * What one detector says.
     *
     * @param metric errors or latency
     * @param detector C (concurrent control), S (absolute limit), L (latency), A (users that gave up), E (client errors), U (users with a failure), T
     *     (throughput) or M (the split of new users)
     * @param verdict Pass, Fail, Inconclusive, NoData or SharedFate
     * @param logEvidence natural logarithm of the statistic; trips at logThreshold; null when there is none yet
     * @param needs what it takes until the detector says something else, in words; empty while the canary is not watched
     */
    public record Verdict(
            String metric,
            String detector,
            String verdict,
            @Nullable Double logEvidence,
            @Nullable Double logThreshold,
            @Nullable String needs) {}

    /**
     * How a metric stands to its levels; ratios 0..1.
     *
     * @param value as it was measured last; null while nothing is known
     * @param target what is aimed at; null where that is not written
     * @param targetMet whether the value meets it; null while nothing is known
     * @param alert from where on people are told; null where that is not written
     * @param alertRaised whether they were
     * @param critical where the metric fails: its limit or min
     */
    public record Level(
            String metric,
            @Nullable Double value,
            @Nullable Double target,
            @Nullable Boolean targetMet,
            @Nullable Double alert,
            boolean alertRaised,
            double critical) {}

    /**
     * An approval before a step.
     *
     * @param step 0-based number of the step that may not begin before somebody promotes
     * @param state ahead, waiting or passed
     */
    public record Gate(int step, double weight, String state) {}

    /**
     * What an operator asked for.
     *
     * @param sequence of its line in the journal
     * @param type start, pause, rollback and so on
     * @param weight for setWeight alone, 0..1
     */
    public record Asked(
            long sequence,
            String at,
            String type,
            String actor,
            String reason,
            @Nullable Double weight) {}

    /**
     * Why the proxy decided by itself.
     *
     * @param sequence of its line in the journal; its report is {@code /v1/decisions/<sequence>}
     * @param kind rollback or hold
     * @param reason stable word such as errors-concurrent
     * @param lines one fact each, for people
     * @param numbers the same as data
     */
    public record Decision(
            long sequence,
            String at,
            String kind,
            String mode,
            String reason,
            List<String> lines,
            Map<String, Double> numbers) {}
}
