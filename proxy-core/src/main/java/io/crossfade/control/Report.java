package io.crossfade.control;

import io.crossfade.rollout.Event;
import io.crossfade.rollout.RolloutState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rollback or a hold, whoever decided it: made of the journal alone, so that a restart makes the same.
 *
 * @param sequence of its line in the journal
 * @param kind rollback or hold
 * @param mode immediate, graceful or complete; empty for a hold
 * @param reason stable word such as errors-concurrent, or operator
 * @param asked the request that it follows from; null when nobody asked
 * @param lines what was seen, one fact each
 * @param numbers the same as data
 */
public record Report(
        long sequence,
        long atEpochMillis,
        String rollout,
        String release,
        String kind,
        String mode,
        String reason,
        RolloutStatus.@Nullable Asked asked,
        Place before,
        Place after,
        List<String> lines,
        Map<String, Double> numbers) {

    /**
     * Where the rollout stood.
     *
     * @param step 0-based, -1 before the first
     * @param weight canary share in buckets of 100,000
     */
    public record Place(String phase, int attempt, int step, int weight) {
        static Place of(RolloutState state) {
            return new Place(state.phase().word(), state.attempt(), state.step(), state.weight());
        }
    }

    /** Empty when the line is neither. */
    static Optional<Report> of(
            JournalLine line, RolloutState before, RolloutState after, RolloutStatus.@Nullable Asked asked) {
        if (line.event() instanceof Event.RolledBack e) {
            return Optional.of(
                    of(line, "rollback", e.mode().word(), e.reason(), asked, before, after, e.lines(), e.numbers()));
        }
        return line.event() instanceof Event.Held e
                ? Optional.of(of(line, "hold", "", e.reason(), asked, before, after, e.lines(), e.numbers()))
                : Optional.empty();
    }

    private static Report of(
            JournalLine line,
            String kind,
            String mode,
            String reason,
            RolloutStatus.@Nullable Asked asked,
            RolloutState before,
            RolloutState after,
            List<String> lines,
            Map<String, Double> numbers) {
        var identity = before.identity();
        return new Report(
                line.sequence(),
                line.at().toEpochMilli(),
                line.rollout(),
                identity == null ? "" : identity.release(),
                kind,
                mode,
                reason,
                reason.equals(Event.OPERATOR) ? asked : null,
                Place.of(before),
                Place.of(after),
                lines,
                numbers);
    }
}
