package io.crossfade.rollout;

import io.crossfade.rollout.analysis.AnalysisSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The intent of a rollout: which weights, for how long, judged how.
 *
 * @param name of the rollout
 * @param identity what makes it this rollout beside its name
 * @param steps the climb; empty when driven by hand
 * @param initialWeight where a rollout without steps begins, by itself when the journal has never seen its name; in buckets
 *     of 100,000; 0 waits for an operator
 * @param analysis how the canary is judged; with no metric on, nothing guards and bake time alone advances
 * @param onFail what follows when the canary fails by a metric; one for each of {@link Metrics#ALL}
 * @param extendUpToMillis how much longer than its bake time a step may wait for evidence before it is held
 * @param levels of the metrics that have some beside the one they fail at
 * @param holdback what the baseline keeps until a climb to everybody has baked, in buckets; 0 keeps nothing. No step is above what it
 *     leaves: a last step to everybody bakes at that
 */
public record Plan(
        String name,
        Identity identity,
        List<Step> steps,
        int initialWeight,
        AnalysisSettings analysis,
        Map<Metric, OnFail> onFail,
        long extendUpToMillis,
        int holdback,
        Map<Metric, Levels> levels) {

    /**
     * One stage of the climb.
     *
     * @param weight canary share in buckets of 100,000
     * @param bakeMillis how long it is watched before the next step
     * @param gate whether an operator must promote before this step's weight is set
     */
    public record Step(int weight, long bakeMillis, boolean gate) {
        public Step {
            requireWeight(weight);
            if (bakeMillis < 0) {
                throw new IllegalArgumentException("bake: " + bakeMillis + " ms (expected: 0 or more)");
            }
        }
    }

    public Plan {
        requireWeight(holdback);
        int most = Words.WHOLE - holdback;
        steps = steps.stream()
                .map(step -> new Step(Math.min(most, step.weight()), step.bakeMillis(), step.gate()))
                .toList();
        onFail = Map.copyOf(onFail);
        levels = Map.copyOf(levels);
        requireWeight(initialWeight);
        if (initialWeight > most) {
            throw new IllegalArgumentException("initialWeight: " + initialWeight + " (expected: at most " + most + ")");
        }
        for (Metric metric : Metrics.ALL) {
            if (!onFail.containsKey(metric)) {
                throw new IllegalArgumentException(
                        "onFail: nothing for " + metric.word() + " (expected: one for each metric)");
            }
        }
        if (extendUpToMillis < 0) {
            throw new IllegalArgumentException("extendUpTo: " + extendUpToMillis + " ms (expected: 0 or more)");
        }
    }

    /** Without a holdback and levels. */
    public Plan(
            String name,
            Identity identity,
            List<Step> steps,
            int initialWeight,
            AnalysisSettings analysis,
            Map<Metric, OnFail> onFail,
            long extendUpToMillis) {
        this(name, identity, steps, initialWeight, analysis, onFail, extendUpToMillis, 0, Map.of());
    }

    static final String MANUAL = "manual";

    /** The greatest weight before everybody goes to the canary, in buckets. */
    int mostWeight() {
        return Words.WHOLE - holdback;
    }

    /** Whether a bake at this weight is the last before the rollout is done. */
    boolean endsAt(int weight) {
        return weight >= mostWeight();
    }

    /** Name of the upstream users come from. */
    public String baseline() {
        return identity.baseline();
    }

    /** Name of the upstream users go to. */
    public String canary() {
        return identity.canary();
    }

    /** What follows when the canary fails by a metric. */
    public OnFail onFail(Metric metric) {
        return Objects.requireNonNull(onFail.get(metric), metric::word);
    }

    /** What a metric aims at and from where on it tells; empty where there is neither. */
    public Optional<Levels> levels(Metric metric) {
        return Optional.ofNullable(levels.get(metric));
    }

    /** Whether operators alone move the weight. */
    public boolean manual() {
        return steps.isEmpty();
    }

    /** Whether anything guards the canary. */
    public boolean analysed() {
        return analysis.errors()
                || analysis.latency()
                || analysis.clientErrors()
                || analysis.users().success()
                || analysis.users().throughput();
    }

    /** The climb in one line, such as {@code 1%/2h 100%/24h/gate}; a restart compares it with the journal's. */
    public String shape() {
        if (manual()) {
            return MANUAL;
        }
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            text.append(text.isEmpty() ? "" : " ")
                    .append(Words.percent(step.weight()))
                    .append('/')
                    .append(Words.time(step.bakeMillis()).replace(" ", ""))
                    .append(step.gate() ? "/gate" : "");
        }
        return text.toString();
    }

    int lastStep() {
        return steps.size() - 1;
    }

    static void requireWeight(int weight) {
        if (weight < 0 || weight > Words.WHOLE) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0.." + Words.WHOLE + ")");
        }
    }
}
