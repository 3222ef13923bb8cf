package io.crossfade.rollout.analysis;

/**
 * What the split test has seen in this attempt.
 *
 * @param verdict Fail when the split is not what was set, NoData before the first unit, else Inconclusive: it never passes
 * @param units distinct units that were judged
 * @param canary those of them that were assigned to the canary
 * @param expected how many the weights let expect
 * @param logEvidence natural logarithm of the evidence that the split is not what was set
 * @param logThreshold trips at or above it
 * @param over whether its bit map is half full, so that it judges no more units of this attempt
 */
public record SplitCounts(
        Verdict verdict,
        long units,
        long canary,
        double expected,
        double logEvidence,
        double logThreshold,
        boolean over) {}
