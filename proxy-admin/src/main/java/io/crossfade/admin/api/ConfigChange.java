package io.crossfade.admin.api;

import org.jspecify.annotations.Nullable;

/**
 * One difference between two configurations.
 *
 * @param what added, removed or changed
 * @param section such as upstreams; empty for a key at the top
 * @param name of the listener, upstream, route or rollout; empty elsewhere
 * @param key with dots; empty when the whole thing came or went
 * @param before in the words of the file; null when it is new
 * @param after null when it is gone
 * @param restart whether a running server cannot take it over
 */
public record ConfigChange(
        String what,
        String section,
        String name,
        String key,
        @Nullable Object before,
        @Nullable Object after,
        boolean restart) {}
