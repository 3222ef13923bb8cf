package io.crossfade.admin.api;

/** How much a configuration without mistakes holds. */
public record ConfigContents(int listeners, int upstreams, int routes, int rollouts) {}
