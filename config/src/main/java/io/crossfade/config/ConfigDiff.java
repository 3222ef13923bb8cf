package io.crossfade.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What changes from one configuration to another. Both are compared with every default filled in, so a default that is
 * written out is no change; listeners, upstreams, routes and rollouts are matched by name, so their order is none either.
 */
public final class ConfigDiff {

    /** What a running server keeps until it is started again: the keys that are declared so, with dots. */
    private static final Set<String> RESTART = restart("", Shape.of(Config.class));

    private ConfigDiff() {}

    /** In the order of the sections of the file; empty when both say the same. */
    public static List<Change> between(Config before, Config after) {
        List<Change> changes = new ArrayList<>();
        Map<String, Object> old = EffectiveConfig.of(before);
        Map<String, Object> changed = EffectiveConfig.of(after);
        for (String section : keys(old, changed)) {
            section(changes, section, old.get(section), changed.get(section));
        }
        return List.copyOf(changes);
    }

    private static void section(List<Change> changes, String section, @Nullable Object before, @Nullable Object after) {
        if (before instanceof List<?> old && after instanceof List<?> changed) {
            things(changes, section, byName(old), byName(changed));
        } else if (before instanceof Map<?, ?> && after instanceof Map<?, ?>) {
            values(changes, section, "", "", before, after);
        } else {
            values(changes, "", "", section, before, after);
        }
    }

    private static void things(
            List<Change> changes, String section, Map<String, Object> before, Map<String, Object> after) {
        for (String name : keys(before, after)) {
            if (before.containsKey(name) && after.containsKey(name)) {
                values(changes, section, name, "", before.get(name), after.get(name));
            } else {
                changes.add(new Change(section, name, "", before.get(name), after.get(name), false));
            }
        }
    }

    private static void values(
            List<Change> changes,
            String section,
            String name,
            String key,
            @Nullable Object before,
            @Nullable Object after) {
        if (before instanceof Map<?, ?> old && after instanceof Map<?, ?> changed) {
            for (String inner : keys(old, changed)) {
                values(changes, section, name, Field.below(key, inner), old.get(inner), changed.get(inner));
            }
        } else if (!Objects.equals(before, after)) {
            boolean restart = RESTART.contains(Field.below(section, key));
            changes.add(new Change(section, name, key, before, after, restart));
        }
    }

    private static Set<String> restart(String path, Shape<?> shape) {
        Set<String> keys = new LinkedHashSet<>();
        for (Part part : shape.keys()) {
            String key = Field.below(path, part.key());
            if (part.declared().restart()) {
                keys.add(key);
            }
            if (part.kind() instanceof SectionKind section) {
                keys.addAll(restart(key, section.shape()));
            }
        }
        return keys;
    }

    private static Map<String, Object> byName(List<?> things) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (Object thing : things) {
            named.put(String.valueOf(((Map<?, ?>) thing).get("name")), thing);
        }
        return named;
    }

    private static Set<String> keys(Map<?, ?> before, Map<?, ?> after) {
        Set<String> keys = new LinkedHashSet<>();
        before.keySet().forEach(key -> keys.add(String.valueOf(key)));
        after.keySet().forEach(key -> keys.add(String.valueOf(key)));
        return keys;
    }
}
