package io.crossfade.control;

import io.crossfade.rollout.Mode;
import io.crossfade.rollout.Verb;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks of a rollout.
 *
 * @param weight in buckets, only for SET_WEIGHT
 * @param mode only for ROLLBACK; null is immediate
 * @param scope service, phase or complete, only for ROLLBACK; recorded, while everybody goes to the baseline
 * @param ifVersion the version the operator saw; null for the operations that are legal in every state
 */
public record Operation(
        Verb verb,
        String actor,
        String reason,
        @Nullable Integer weight,
        @Nullable Mode mode,
        @Nullable String scope,
        @Nullable Long ifVersion,
        boolean dryRun) {

    /** What became of it. */
    public record Receipt(Result result, String detail, long version) {}

    public enum Result {
        /** Done and journaled (or, with dryRun, would be). */
        ACCEPTED,
        /** The rollout is in a phase in which this cannot be done; detail says which operations can. */
        ILLEGAL,
        /** ifVersion is not the current version, or another move acted before this one could. */
        STALE,
        /** An argument is missing or out of range. */
        INVALID,
        UNKNOWN_ROLLOUT,
        /** The journal cannot be written, does not answer or was unreadable at start: no move towards the canary. */
        JOURNAL_UNAVAILABLE,
        /** The operation queue is full. */
        OVERLOADED
    }
}
