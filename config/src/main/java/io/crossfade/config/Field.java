package io.crossfade.config;

import io.crossfade.config.Node.Entry;
import io.crossfade.config.Node.Mapping;
import io.crossfade.config.Node.Scalar;
import io.crossfade.config.Node.Sequence;
import io.crossfade.config.Node.Unreadable;
import io.crossfade.config.Problems.Mark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of the file under its path, or the place where it could stand. Each way to read it reports what is wrong and
 * then returns a valid stand-in, so that reading goes on and finds the other mistakes.
 */
final class Field {

    static final Format<String> TEXT =
            Format.of("a text", text -> text.isBlank() ? Parsed.wrong("is empty (expected: a text)") : Parsed.of(text));
    private static final Format<Boolean> FLAG = Words.of("true", true).or("false", false);

    private final Problems problems;
    private final Placeholders placeholders;
    private final String path;
    private final Mark mark;
    private final @Nullable Node node;

    /** @param mark of the value, or of what surrounds it when there is no node */
    Field(Problems problems, Placeholders placeholders, String path, Mark mark, @Nullable Node node) {
        this.problems = problems;
        this.placeholders = placeholders;
        this.path = path;
        this.mark = mark;
        this.node = node;
    }

    static String below(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Problems problems() {
        return problems;
    }

    String path() {
        return path;
    }

    Mark mark() {
        return mark;
    }

    boolean present() {
        return node != null;
    }

    boolean scalar() {
        return node instanceof Scalar scalar && scalar.text() != null;
    }

    /** Whether the file shows the value as it is, not a placeholder for it. */
    boolean literal() {
        return node instanceof Scalar scalar
                && scalar.text() != null
                && !scalar.text().contains("${");
    }

    private boolean unwritten() {
        return node instanceof Scalar scalar && scalar.text() == null;
    }

    void problem(String message) {
        problems.add(mark, path, message);
    }

    <T> T read(Format<T> format, T fallback) {
        if (node == null || node instanceof Unreadable) {
            return fallback;
        }
        Parsed<T> parsed = filled(format.expected()).then(format::parse);
        if (parsed.value() == null) {
            problem(parsed.complaint());
            return fallback;
        }
        return parsed.value();
    }

    /** A text that is not blank, unless the fallback is. */
    String text(String fallback) {
        return read(TEXT, fallback);
    }

    boolean flag(boolean fallback) {
        return read(FLAG, fallback);
    }

    /** The items of a list; none where nothing is written. */
    List<Field> items() {
        List<Field> fields = new ArrayList<>();
        if (node instanceof Sequence sequence) {
            for (int i = 0; i < sequence.items().size(); i++) {
                fields.add(item(i));
            }
        } else if (node instanceof Mapping || scalar()) {
            problem(kind() + " (expected: a list)");
        }
        return fields;
    }

    /** As {@link #items}, for a list that must not be empty. */
    List<Field> atLeastOne() {
        List<Field> items = items();
        if (items.isEmpty() && (node instanceof Sequence || unwritten())) {
            problem("an empty list (expected: at least one item)");
        }
        return items;
    }

    /** The values of a map whose keys are free. */
    Map<String, Field> entries() {
        Map<String, Field> fields = new LinkedHashMap<>();
        if (node instanceof Mapping mapping) {
            mapping.entries().keySet().forEach(key -> fields.put(key, child(key)));
        } else if (node instanceof Sequence || scalar()) {
            problem(kind() + " (expected: keys and values)");
        }
        return fields;
    }

    /** The keys of this value; an empty section, which misses nothing, where there is none. */
    Section section() {
        if (node instanceof Mapping mapping) {
            return new Section(this, mapping, true);
        }
        if (node instanceof Sequence || scalar()) {
            problem(kind() + " (expected: keys and values)");
        }
        return new Section(this, new Mapping(mark, Map.of()), unwritten());
    }

    Field child(String key) {
        Entry entry = node instanceof Mapping mapping ? mapping.entries().get(key) : null;
        return entry == null
                ? new Field(problems, placeholders, below(path, key), mark, null)
                : new Field(
                        problems, placeholders, below(path, key), entry.value().mark(), entry.value());
    }

    /** A bad item is reported at its own place, also when only the whole list shows that it is bad. */
    Field item(int index) {
        String itemPath = path + "[" + index + "]";
        if (node instanceof Sequence sequence && index < sequence.items().size()) {
            Node item = sequence.items().get(index);
            return new Field(problems, placeholders, itemPath, item.mark(), item);
        }
        return new Field(problems, placeholders, itemPath, mark, null);
    }

    /** How a message names this value. */
    String kind() {
        if (node instanceof Scalar scalar && scalar.text() != null) {
            return Problem.shown(scalar.text());
        }
        return node instanceof Sequence ? "a list" : "keys and values";
    }

    private Parsed<String> filled(String expected) {
        if (node instanceof Scalar scalar) {
            return scalar.text() == null
                    ? Parsed.wrong("has no value (expected: " + expected + ")")
                    : placeholders.fill(scalar.text());
        }
        return Parsed.wrong(kind() + " (expected: " + expected + ")");
    }
}
