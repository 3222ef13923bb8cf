package io.crossfade.config;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bounds of a number, as a declaration says them: {@code 1ms..24h}, {@code 0B or more}, {@code 1..window}. */
final class Range {

    private static final String POWER = "a power of two, ";
    private static final String MORE = " or more";
    private static final String TO = "..";

    private final String text;
    private final ScalarKind kind;
    private final Comparable<Object> least;
    private final @Nullable Object most;
    private final String mostOf;

    /** @param mostOf the component that is the greatest value, empty when there is none */
    private Range(String text, ScalarKind kind, Object least, @Nullable Object most, String mostOf) {
        this.text = text;
        this.kind = kind;
        this.least = comparable(least);
        this.most = most;
        this.mostOf = mostOf;
    }

    /** @throws IllegalArgumentException when the declaration is no range of this kind */
    static Range of(String text, ScalarKind kind) {
        String plain = text.startsWith(POWER) ? text.substring(POWER.length()) : text;
        if (plain.endsWith(MORE)) {
            return new Range(text, kind, end(kind, plain.substring(0, plain.length() - MORE.length())), null, "");
        }
        int dots = plain.indexOf(TO);
        if (dots < 0) {
            throw new IllegalArgumentException("bounds: " + text + " (expected: LEAST..MOST or LEAST or more)");
        }
        Object least = end(kind, plain.substring(0, dots));
        String high = plain.substring(dots + TO.length());
        Object most = kind.parse(high).value();
        return new Range(text, kind, least, most, most == null ? high : "");
    }

    /** Which kind of number such bounds are for. */
    static ScalarKind kind(Class<?> type, String bounds) {
        if (type == Duration.class) {
            return ScalarKind.DURATION;
        }
        if (bounds.contains("%")) {
            return type == int.class ? ScalarKind.WEIGHT : ScalarKind.PERCENT;
        }
        if (bounds.contains("x")) {
            return ScalarKind.FACTOR;
        }
        return bounds.contains("B") ? ScalarKind.SIZE : ScalarKind.COUNT;
    }

    /** @param values of all components by name, for bounds that are one of them */
    void check(Bounds bounds, String component, Object value, Map<String, Object> values) {
        if (kind == ScalarKind.WEIGHT) {
            bounds.weight(component, (int) value, Math.toIntExact(whole(least)));
            return;
        }
        boolean inside = least.compareTo(wide(value)) <= 0;
        String expected = text;
        if (!mostOf.isEmpty()) {
            Object other = values.get(mostOf);
            if (other == null) {
                throw new IllegalArgumentException("bounds of " + component + ": no component " + mostOf);
            }
            inside &= comparable(other).compareTo(wide(value)) >= 0;
            expected = kind.show(least, Kind.Style.FILE) + TO + kind.show(other, Kind.Style.FILE);
        } else if (most != null) {
            inside &= comparable(most).compareTo(wide(value)) >= 0;
        }
        if (text.startsWith(POWER)) {
            inside &= Long.bitCount(whole(value)) == 1;
        }
        bounds.that(inside, component, kind.show(value, Kind.Style.FILE), expected);
    }

    /** The value, or the nearest one that is not less than the least. */
    Object atLeast(Object value) {
        return least.compareTo(wide(value)) > 0 ? least : value;
    }

    /** Both ends for a schema, where they are whole numbers and known. */
    void describe(Map<String, Object> schema) {
        if (kind == ScalarKind.COUNT) {
            schema.put("minimum", least);
            if (most != null) {
                schema.put("maximum", most);
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }

    private static Object end(ScalarKind kind, String text) {
        Parsed<Object> end = kind.parse(text);
        if (end.value() == null) {
            throw new IllegalArgumentException("bounds: " + end.complaint());
        }
        return end.value();
    }

    private static long whole(Object value) {
        return ((Number) value).longValue();
    }

    private static Object wide(Object value) {
        return value instanceof Integer number ? (Object) number.longValue() : value;
    }

    @SuppressWarnings("unchecked") // values of one component have one type
    private static Comparable<Object> comparable(Object value) {
        return (Comparable<Object>) wide(value);
    }
}
