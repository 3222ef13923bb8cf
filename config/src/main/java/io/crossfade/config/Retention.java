package io.crossfade.config;

import java.time.Duration;

/** How long what was written is kept. */
public record Retention(
        @Key(
                standard = "90d",
                bounds = "1d..3650d",
                says = "lines of the journal, at least; a file goes when all of its lines are older")
        Duration journal) {

    public Retention {
        Shape.of(Retention.class).check(journal).keep();
    }

    /** What stands when the config says nothing. */
    public static Retention defaults() {
        return Shape.of(Retention.class).standard();
    }
}
