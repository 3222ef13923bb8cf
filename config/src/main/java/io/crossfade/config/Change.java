package io.crossfade.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One difference between two configurations, in the words of the file.
 *
 * @param section key of the section: upstreams, routes, rollouts, listeners, limits, admin, control; empty at the top
 * @param name which listener, upstream, route or rollout; empty elsewhere
 * @param key below that, with dots, such as {@code breaker.window}; empty when the whole thing came or went
 * @param before null when it is new
 * @param after null when it is gone
 * @param restart whether a running server cannot take it over
 */
public record Change(
        String section,
        String name,
        String key,
        @Nullable Object before,
        @Nullable Object after,
        boolean restart) {

    public Change {
        Bounds.check()
                .that(before != null || after != null, "before", "nothing and after nothing", "one of them at least")
                .that(!section.isEmpty() || !key.isEmpty(), "key", "none", "a section or a key")
                .keep();
    }

    /** added, removed or changed. */
    public String what() {
        return before == null ? "added" : after == null ? "removed" : "changed";
    }

    /** {@code ~ upstreams legacy responseTimeout: 30s -> 10s}, with {@code +} for what is new and {@code -} for what is gone. */
    @Override
    public String toString() {
        String sign = before == null ? "+ " : after == null ? "- " : "~ ";
        String place = List.of(section, name, key).stream()
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(" "));
        String values = key.isEmpty() ? "" : ": " + values();
        return sign + place + values + (restart ? " (needs a restart)" : "");
    }

    private String values() {
        if (before == null) {
            return shown(after);
        }
        return after == null ? shown(before) : shown(before) + " -> " + shown(after);
    }

    /** As YAML writes it in one line. */
    private static String shown(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Change::shown).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + shown(entry.getValue()))
                    .collect(Collectors.joining(", ", "{ ", " }"));
        }
        return String.valueOf(value);
    }
}
