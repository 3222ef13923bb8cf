package io.crossfade.config;

import io.crossfade.config.Bounds.Broken;
import io.crossfade.config.Bounds.Complaint;
import io.crossfade.config.Node.Entry;
import io.crossfade.config.Node.Mapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A map with known keys. A key is known when it has been asked for, so the readers are the only list of keys there is;
 * {@link #build} comes last and reports the keys nobody asked for.
 */
final class Section {

    private static final Pattern STEP = Pattern.compile("([^.\\[]+)|\\[(\\d+)]");

    private final Field field;
    private final Mapping mapping;
    private final boolean complete;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> unsupported = new LinkedHashSet<>();
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final Map<String, String> written = new LinkedHashMap<>();
    private final List<Missing> missing = new ArrayList<>();

    /** @param complete false when missing keys are not worth a word, because the whole section is missing or no section */
    Section(Field field, Mapping mapping, boolean complete) {
        this.field = field;
        this.mapping = mapping;
        this.complete = complete;
    }

    Field optional(String key) {
        known.add(key);
        return field.child(key);
    }

    /** @param expected completes the sentence "missing (expected: ...)" */
    Field required(String key, String expected) {
        Field value = optional(key);
        if (!value.present()) {
            missing.add(new Missing(Set.of(key), key, expected));
        }
        return value;
    }

    /** The one of two keys that is written; the first, absent, when none is. */
    Field eitherOf(String one, String other) {
        Field first = optional(one);
        Field second = optional(other);
        if (first.present() && second.present()) {
            second.problem(other + " beside " + one + " (expected: one of them)");
        } else if (!first.present() && !second.present()) {
            missing.add(new Missing(Set.of(one, other), "", one + " or " + other));
        }
        return first.present() ? first : second;
    }

    /** A key that has another name, by that one which is written. */
    Field named(String one, String other) {
        Field first = optional(one);
        Field second = optional(other);
        if (first.present() && second.present()) {
            second.problem(other + " beside " + one + " (expected: one of them, they are the same)");
        } else if (second.present()) {
            written.put(one, other);
            return second;
        }
        return first;
    }

    /** Whether somebody has asked for the key. */
    boolean knows(String key) {
        return known.contains(key);
    }

    boolean has(String key) {
        return mapping.entries().containsKey(key);
    }

    /** Keys of the documented grammar that this version does not act on, and therefore refuses. */
    void unsupported(String... keys) {
        unsupported.addAll(Set.of(keys));
    }

    /** Keys that cannot be here, and why. */
    void refused(Map<String, String> keys) {
        refused.putAll(keys);
    }

    Section section(String key) {
        return optional(key).section();
    }

    /** @see #build(Map, Supplier) */
    <T> Optional<T> build(Supplier<T> construction) {
        return build(Map.of(), construction);
    }

    /**
     * Constructs the record of this section and reports everything that it, or this section, finds wrong.
     *
     * @param keys of this section by the record's component, where they differ
     * @return empty when the record's constructor refused its arguments
     */
    <T> Optional<T> build(Map<String, String> keys, Supplier<T> construction) {
        Optional<T> built = construct(keys, construction);
        reportKeys();
        return built;
    }

    /** As {@link #build}, for a part of the section: more keys may be asked for. */
    <T> Optional<T> construct(Map<String, String> keys, Supplier<T> construction) {
        Optional<T> built = Optional.empty();
        try {
            built = Optional.of(construction.get());
        } catch (Broken broken) {
            List<Complaint> just = broken.complaints().stream()
                    .filter(complaint -> !aboutStandIns(complaint, keys))
                    .toList();
            just.forEach(complaint -> report(complaint, keys));
        }
        return built;
    }

    /** A list in which something was already wrong holds stand-ins, and they are not to be judged by their neighbours. */
    private boolean aboutStandIns(Complaint complaint, Map<String, String> keys) {
        return complaint.component().endsWith("]")
                && field.problems().about(Field.below(field.path(), key(complaint, keys)));
    }

    private void report(Complaint complaint, Map<String, String> keys) {
        String component = complaint.component();
        int bracket = component.indexOf('[');
        Field culprit = at(key(complaint, keys) + (bracket < 0 ? "" : component.substring(bracket)));
        String shown = culprit.literal() ? culprit.kind() : complaint.value();
        culprit.problem(shown + " (expected: " + complaint.expectedInFile() + ")");
    }

    private String key(Complaint complaint, Map<String, String> keys) {
        String component = complaint.component().replaceFirst("\\[.*", "");
        String key = keys.getOrDefault(component, component);
        return written.getOrDefault(key, key);
    }

    private Field at(String place) {
        Field at = field;
        Matcher steps = STEP.matcher(place);
        while (steps.find()) {
            at = steps.group(1) != null ? at.child(steps.group(1)) : at.item(Integer.parseInt(steps.group(2)));
        }
        return at;
    }

    private void reportKeys() {
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                reportUnknown(key, entry);
            }
        });
        if (complete) {
            missing.forEach(absent -> field.problems()
                    .add(
                            field.mark(),
                            absent.key().isEmpty() ? field.path() : Field.below(field.path(), absent.key()),
                            "missing (expected: " + absent.expected() + ")"));
        }
        missing.clear();
    }

    private void reportUnknown(String key, Entry entry) {
        String path = Field.below(field.path(), key.isEmpty() ? "\"\"" : Problem.shown(key));
        String why = refused.get(key);
        if (why != null) {
            field.problems().add(entry.mark(), path, why);
            return;
        }
        Optional<String> meant = field.problems().full() ? Optional.empty() : Nearest.to(key, known);
        if (unsupported.contains(key)) {
            field.problems().add(entry.mark(), path, "not supported by this version (expected: no such key)");
            return;
        }
        meant.ifPresent(near -> missing.removeIf(absent -> absent.satisfiedBy().contains(near)));
        String hint = meant.map(near -> "did you mean " + near + "?").orElse("expected: " + Nearest.list(known));
        field.problems().add(entry.mark(), path, "unknown key (" + hint + ")");
    }

    private record Missing(Set<String> satisfiedBy, String key, String expected) {}
}
