package io.crossfade.admin.api;

import java.util.List;

/** The answer of {@code GET /v1/rollouts}, in the order of the configuration. */
public record Rollouts(List<Rollout> rollouts) {}
