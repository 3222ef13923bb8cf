package io.crossfade.admin.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of {@code GET /v1/routes}, in the order of the configuration. */
public record Routes(List<Route> routes) {

    /** Which requests go where; exactly one of upstream and rollout is set. */
    public record Route(
            String name,
            @Nullable String host,
            String pathPrefix,
            List<String> methods,
            Map<String, String> headers,
            @Nullable String upstream,
            @Nullable String rollout) {}
}
