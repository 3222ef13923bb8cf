package io.crossfade.rollout;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The alerts that are raised.
 *
 * @param since {@link Input#nowMillis()} by the metric's word, also one that this version does not know
 */
record Raised(Map<String, Long> since) {
    static final Raised NONE = new Raised(Map.of());

    Raised {
        since = Collections.unmodifiableMap(new TreeMap<>(since));
    }

    Raised with(String metric, long nowMillis) {
        Map<String, Long> more = new TreeMap<>(since);
        more.putIfAbsent(metric, nowMillis);
        return new Raised(more);
    }

    Raised without(String metric) {
        Map<String, Long> less = new TreeMap<>(since);
        less.remove(metric);
        return new Raised(less);
    }
}
