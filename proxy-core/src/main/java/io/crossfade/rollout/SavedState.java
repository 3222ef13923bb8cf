package io.crossfade.rollout;

import java.util.Arrays;

/**
 * A {@link RolloutState} as numbers and words, for a journal that begins anew; its names are those of the journal and keep their
 * meaning. Times are {@link Input#nowMillis()}, weights are in buckets.
 *
 * @param phase a word such as {@code baking}
 * @param goesOn the phase that resume leads to
 */
public record SavedState(
        String phase,
        long since,
        int attempt,
        String plan,
        int step,
        int weight,
        int earlierWeight,
        long weightSince,
        long bakedMillis,
        long bakesSince,
        long extendedUntil,
        String goesOn,
        boolean heldByAnalysis) {

    static Phase phase(String word) {
        return Arrays.stream(Phase.values())
                .filter(phase -> phase.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("phase \"" + word + "\" is not known to this version"));
    }
}
