package io.crossfade.config;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests go where. Exactly one of upstream and rollout is set.
 *
 * @param maxBody largest request body in bytes (default limits.body); Long.MAX_VALUE when streaming
 * @param streaming exempt from the body limit
 */
public record RouteRule(
        String name,
        Match match,
        @Nullable String upstream,
        @Nullable String rollout,
        long maxBody,
        boolean streaming) {

    /**
     * What a request must look like; all of it must hold.
     *
     * @param host lower case, without port; null matches every host
     * @param pathPrefix starts with a slash; matches whole segments: /api matches /api and /api/x, never /apix
     * @param methods upper case; empty matches every method
     * @param headers lower-case name to exact value; all must be there
     */
    public record Match(@Nullable String host, String pathPrefix, Set<String> methods, Map<String, String> headers) {}
}
