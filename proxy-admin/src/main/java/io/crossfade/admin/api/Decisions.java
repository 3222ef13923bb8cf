package io.crossfade.admin.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of {@code GET /v1/decisions}, the newest first. */
public record Decisions(List<Summary> decisions) {

    /**
     * One line about a decision.
     *
     * @param actor who asked for it; null when the proxy decided by itself
     */
    public record Summary(
            long sequence,
            String at,
            String rollout,
            String kind,
            String reason,
            @Nullable String actor) {}
}
