package io.crossfade.control;

import io.crossfade.rollout.SavedState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one rollout stands, as the first line of a journal file keeps it: all that the lines before would tell a restart.
 *
 * @param version sequence of its last event
 */
record Standing(
        String rollout,
        long version,
        long sinceEpochMillis,
        SavedState state,
        RolloutStatus.@Nullable Decision decision,
        List<RolloutStatus.Rollbacks> rollbacks,
        RolloutStatus.@Nullable Asked asked) {
    Standing {
        rollbacks = List.copyOf(rollbacks);
    }
}
