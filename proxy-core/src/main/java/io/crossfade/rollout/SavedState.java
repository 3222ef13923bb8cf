package io.crossfade.rollout;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RolloutState} as numbers and words, for a journal that begins anew; its names are those of the journal and keep their
 * meaning. Times are {@link Input#nowMillis()}, weights are in buckets.
 *
 * @param phase a word such as {@code baking}
 * @param goesOn the phase that resume leads to
 * @param known whether the journal has seen its name
 * @param removed whether the configuration had stopped naming it
 * @param identity which rollout it was; null where the journal did not say
 * @param alerts when the alerts that are raised were, by the word of the metric; null where the journal did not say
 * @param note why it was a draft again; null or empty when there was nothing to say
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
        boolean stepWaits,
        String goesOn,
        boolean heldByAnalysis,
        boolean known,
        boolean removed,
        @Nullable Identity identity,
        @Nullable String note,
        long replanned,
        @Nullable Map<String, Long> alerts) {

    static Phase phase(String word) {
        return Arrays.stream(Phase.values())
                .filter(phase -> phase.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("phase \"" + word + "\" is not known to this version"));
    }
}
