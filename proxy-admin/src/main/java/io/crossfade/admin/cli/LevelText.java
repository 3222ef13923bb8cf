package io.crossfade.admin.cli;

import io.crossfade.admin.api.Rollout;
import org.jspecify.annotations.Nullable;

/** A metric and its levels as people read them. */
final class LevelText {
    private LevelText() {}

    /** {@code errors 0.31%: target 0.5% met, alert 2%, critical 5%}. */
    static String of(Rollout.Level level) {
        Double value = level.value();
        StringBuilder text = new StringBuilder(level.metric())
                .append(' ')
                .append(value == null ? "not known yet" : RolloutText.percent(value))
                .append(':');
        Double target = level.target();
        if (target != null) {
            text.append(" target ").append(RolloutText.percent(target)).append(met(level.targetMet()));
        }
        Double alert = level.alert();
        if (alert != null) {
            text.append(target == null ? "" : ",").append(" alert ").append(RolloutText.percent(alert));
            text.append(level.alertRaised() ? " RAISED" : "");
        }
        return text.append(", critical ")
                .append(RolloutText.percent(level.critical()))
                .toString();
    }

    private static String met(@Nullable Boolean met) {
        return met == null ? "" : met ? " met" : " not met";
    }
}
