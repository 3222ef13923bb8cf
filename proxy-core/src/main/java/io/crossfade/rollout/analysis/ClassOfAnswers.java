package io.crossfade.rollout.analysis;

/**
 * The class of answers that says most against the canary.
 *
 * @param name in words, such as 4xx
 * @param canaryUnits distinct units that got such an answer first from the canary
 * @param baselineUnits the same of the baseline
 */
public record ClassOfAnswers(String name, long canaryUnits, long baselineUnits) {}
