package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Measured;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one metric aims at, from where on people are told, and where it fails; ratios 0..1.
 *
 * @param target null where there is none; nothing follows from it
 * @param alert null where there is none; beyond it {@link Alerts} tells
 * @param critical the limit or least of the metric, for people: the analysis has its own
 */
public record Levels(@Nullable Double target, @Nullable Double alert, double critical) {

    /** Whether the target is met; empty without a target, and while nothing is known. */
    public Optional<Boolean> met(Optional<Measured> measured) {
        Double level = target;
        return level == null ? Optional.empty() : measured.map(now -> now.meets(level));
    }

    /** The target against what was measured, in one line; empty without a target. */
    Optional<String> aim(Metric metric, Optional<Measured> measured) {
        if (target == null) {
            return Optional.empty();
        }
        String value = measured.map(now -> Words.ratio(now.value())).orElse("not known yet");
        String met = met(measured).map(is -> is ? ", met" : ", not met").orElse("");
        return Optional.of(metric.word() + " is " + value + "; target " + Words.ratio(target) + met);
    }

    static String beyond(Metric metric, Measured now, double alert) {
        return metric.word() + " is " + Words.ratio(now.value()) + ", surely " + (now.moreIsWorse() ? "more" : "less")
                + " than " + Words.ratio(now.best()) + "; alert at " + Words.ratio(alert);
    }

    static String back(Metric metric, Measured now, double alert) {
        String longer = now.longer() == now.value() ? "" : ", and " + Words.ratio(now.longer()) + " over five minutes";
        return metric.word() + " is " + Words.ratio(now.value()) + longer + "; alert at " + Words.ratio(alert);
    }
}
