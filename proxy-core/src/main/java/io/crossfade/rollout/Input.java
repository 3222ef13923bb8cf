package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Batch;
import org.jspecify.annotations.Nullable;

/** Something that reached a rollout, with its instant on the rollout's own timeline. */
public sealed interface Input {
    /** Milliseconds of running time since the journal began; never goes back, stands still while the process is down. */
    long nowMillis();

    /** Time has passed. */
    record Tick(long nowMillis) implements Input {}

    /** Responses were seen. */
    record Observed(Batch batch) implements Input {
        @Override
        public long nowMillis() {
            return batch.nowMillis();
        }
    }

    /**
     * An operator asks for something.
     *
     * @param weight in buckets, for {@link Verb#SET_WEIGHT} alone
     * @param mode for {@link Verb#ROLLBACK} alone
     * @param scope service, phase or complete, recorded with a rollback
     */
    record Asked(
            long nowMillis,
            Verb verb,
            String actor,
            String reason,
            @Nullable Integer weight,
            @Nullable Mode mode,
            @Nullable String scope)
            implements Input {}
}
