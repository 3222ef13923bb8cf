package io.crossfade.config;

import org.jspecify.annotations.Nullable;

/**
 * What is aimed at and what is told, before the level at which a metric fails; ratios 0..1, null where there is none.
 *
 * <p>That level is a key of each metric: {@code limit} or {@code min}, and {@code critical} is another name of either.
 */
public record Levels(
        @Key(
                bounds = "0.0001%..100%",
                says = "what is aimed at: status and reports say whether it is met, nothing else follows")
        @Nullable
        Double target,

        @Key(
                bounds = "0.0001%..100%",
                says = "beyond it, when that is sure, the event `alertRaised` is journaled and"
                        + " `crossfade_metric_alert` is 1; no weight moves by it")
        @Nullable
        Double alert) {

    public static final Levels NONE = new Levels(null, null);

    public Levels {
        Shape.of(Levels.class).check(target, alert).keep();
    }

    /** Whether there is one at all. */
    public boolean any() {
        return target != null || alert != null;
    }

    /** Adds what is wrong with the order of three levels of which more is worse. */
    Bounds upTo(double critical, Bounds bounds) {
        return inOrder(critical, "limit", "at most ", 1, bounds);
    }

    /** Adds what is wrong with the order of three levels of which less is worse. */
    Bounds downTo(double critical, Bounds bounds) {
        return inOrder(critical, "min", "at least ", -1, bounds);
    }

    private Bounds inOrder(double critical, String key, String side, int sign, Bounds bounds) {
        String last = side + Units.showPercent(critical) + ", which is " + key
                + " (critical is the same), written or not: alert comes before it";
        if (alert != null) {
            bounds.that(sign * alert <= sign * critical, "alert", Units.showPercent(alert), last);
        }
        if (target == null) {
            return bounds;
        }
        double next = alert == null ? critical : alert;
        String name = alert == null ? key + " (critical is the same), written or not" : "alert";
        String first = side + Units.showPercent(next) + ", which is " + name + ": target is the better of both";
        return bounds.that(sign * target <= sign * next, "target", Units.showPercent(target), first);
    }
}
