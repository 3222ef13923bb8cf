package io.crossfade.control;

import io.crossfade.rollout.Levels;
import io.crossfade.rollout.Metric;
import io.crossfade.rollout.Metrics;
import io.crossfade.rollout.Rollout;
import io.crossfade.rollout.RolloutState;
import io.crossfade.rollout.analysis.Measured;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a metric stands to its levels; ratios 0..1.
 *
 * @param metric its word; only metrics with a target or an alert have levels
 * @param value as it was measured last; null while nothing is known, and while the canary is not watched
 * @param target null where there is none
 * @param met whether the value meets the target; null without either
 * @param alert null where there is none
 * @param raised whether the alert is raised
 * @param critical where the metric fails: its limit, or its min
 */
public record LevelStatus(
        String metric,
        @Nullable Double value,
        @Nullable Double target,
        @Nullable Boolean met,
        @Nullable Double alert,
        boolean raised,
        double critical) {

    static List<LevelStatus> of(Rollout rollout) {
        return Metrics.ALL.stream()
                .flatMap(metric -> rollout.plan().levels(metric).stream().map(levels -> of(rollout, metric, levels)))
                .toList();
    }

    private static LevelStatus of(Rollout rollout, Metric metric, Levels levels) {
        Optional<Measured> now = rollout.state().watched() ? rollout.evidence().measured(metric) : Optional.empty();
        return new LevelStatus(
                metric.word(),
                now.map(Measured::value).orElse(null),
                levels.target(),
                levels.met(now).orElse(null),
                levels.alert(),
                rollout.state().alertSinceMillis(metric) != RolloutState.NEVER,
                levels.critical());
    }
}
