package io.crossfade.rollout.analysis;

/**
 * What was counted in this attempt, for explanations.
 *
 * @param canaryRequests failed and successful
 * @param canaryFailures each one, also those that the detectors skip because the unit has failed before
 * @param canaryCounted those that S counts: a unit's failure once in a cool-down
 * @param canaryUnits distinct hash-assigned units that failed on the canary, once per epoch of C
 * @param canarySlow slow requests at the quantile that says most against the canary
 * @param canaryRequestsInStep since the step began
 * @param errorLimit p_s: failure ratio allowed at this moment, 0..1
 * @param answers the class of answers that says most against the canary
 * @param units distinct ones
 * @param share pi: canary share of the last batch, 0..1
 * @param logBaselineEvidence natural logarithm of S's statistic on the baseline
 */
public record Counts(
        long canaryRequests,
        long canaryFailures,
        long canaryCounted,
        long canaryUnits,
        long canarySlow,
        long canaryRequestsInStep,
        long baselineRequests,
        long baselineFailures,
        long baselineUnits,
        long baselineSlow,
        double errorLimit,
        ClassOfAnswers answers,
        CountsOfUnits units,
        double share,
        double logBaselineEvidence) {}
