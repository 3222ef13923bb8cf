package io.crossfade.admin.api;

import java.util.List;

/** The answer of {@code GET /v1/upstreams}. */
public record Upstreams(List<Upstream> upstreams) {

    /** breaker is closed, open or half_open; connections are counted over all event loops. */
    public record Upstream(
            String name, List<String> endpoints, String breaker, int connectionsBusy, int connectionsIdle) {}
}
