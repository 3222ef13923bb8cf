package io.crossfade.admin.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code GET /v1/decisions/{sequence}}, and what {@code reports/decision-<sequence>.json} holds: a rollback or a hold.
 *
 * @param sequence of its line in the journal
 * @param release what the canary ran; null where the configuration did not say
 * @param kind rollback or hold
 * @param mode immediate, graceful or complete; empty for a hold
 * @param reason stable word
 * @param meaning the reason in a sentence
 * @param asked who asked for it; null when the proxy decided by itself
 * @param seen one fact each
 * @param actions what was done
 * @param nextSteps what to do now
 * @param numbers what was seen, as data
 */
public record DecisionReport(
        long sequence,
        String at,
        String rollout,
        @Nullable String release,
        String kind,
        String mode,
        String reason,
        String meaning,
        Rollout.@Nullable Asked asked,
        List<String> seen,
        Exposure exposure,
        List<String> actions,
        State before,
        State after,
        List<String> nextSteps,
        Map<String, Double> numbers) {

    /**
     * Who met the canary since its attempt began; null what was not counted.
     *
     * @param requests answered by the canary
     * @param failures of them
     * @param users distinct users with a failure, as far as they are told apart: hash-assigned ones, each once
     */
    public record Exposure(
            @Nullable Long requests,
            @Nullable Long failures,
            @Nullable Long users) {}

    /** Where the rollout stood; weight 0..1, step 0-based and -1 before the first. */
    public record State(String phase, int attempt, int step, double weight) {}
}
