package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Counts;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Measured;
import io.crossfade.rollout.analysis.Verdict;
import java.util.Optional;
import java.util.Set;

/**
 * One thing a canary is judged by: its detectors, its verdict, the word of its reason and its sentences.
 *
 * <p>It has no memory; what was seen is handed in. {@link Metrics} gives each its place in the order.
 */
public interface Metric {
    /** The word used outside, such as {@code errors}; checkpoints keep it, so it never changes. */
    String word();

    /** The detectors that judge by it and by no other metric. */
    Set<Detector> detectors();

    /** What it says of the canary after the last batch. */
    Verdict verdict(Analysis analysis);

    /** The word of the reason when it decides, such as {@code errors-limit}; a stable word, its own where nothing finer is known. */
    default String reason(Analysis analysis) {
        return word();
    }

    /** What follows when it fails: what is configured, or more where that would not be enough. */
    default OnFail follows(Analysis analysis, OnFail configured) {
        return configured;
    }

    /**
     * The word of the reason for which the rollout must be held at this instant, whatever follows from a failed metric; empty
     * when there is none.
     */
    default Optional<String> hold(Analysis analysis, long nowMillis) {
        return Optional.empty();
    }

    /** Whether it can judge at 100%, where the baseline is known from before alone. */
    default boolean judgesAlone() {
        return true;
    }

    /** The number it judges by, where that has levels; empty for others, and while nothing is known. */
    default Optional<Measured> measured(Analysis analysis) {
        return detectors().stream()
                .flatMap(by -> analysis.measured(by).stream())
                .findAny();
    }

    /** Whether a batch has what speaks against the canary; the first such batch of a story is its onset. */
    boolean against(Batch batch);

    /** The first of what speaks against the canary, such as {@code first failure}. */
    String first();

    /** What was counted, in one line. */
    String seen(Counts counts);
}
