package io.crossfade.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One text of the file: a quantity, an address, a name. */
final class ScalarKind implements Kind {

    static final ScalarKind DURATION = of(
            "duration",
            Units.DURATION,
            Units::show,
            "(?=[0-9])([0-9]{1,4}d)?([0-9]{1,6}h)?([0-9]{1,8}m)?([0-9]{1,9}s)?([0-9]{1,12}ms)?");
    static final ScalarKind SIZE = of("size", Units.SIZE, Units::showSize, "[0-9]{1,9}(B|KiB|MiB|GiB)");
    static final ScalarKind COUNT = of("count", Units.COUNT, count -> count, "[0-9]{1,15}[kMG]?");
    static final ScalarKind PERCENT = of("percent", Units.PERCENT, Units::showPercent, "[0-9]{1,18}([.][0-9]{1,18})?%");
    static final ScalarKind WEIGHT = of("percent", Units.WEIGHT, Units::showWeight, "[0-9]{1,18}([.][0-9]{1,18})?%");
    static final ScalarKind FACTOR = of("factor", Units.FACTOR, Units::showFactor, "[0-9]{1,18}([.][0-9]{1,18})?x");
    static final ScalarKind QUANTILE =
            of("quantile", AnalysisReader.QUANTILE, q -> "p" + Units.plain(q * 100), "p[0-9]{1,2}([.][0-9]{1,6})?");
    static final ScalarKind STATUS =
            of("status", StatusRange.FORMAT, StatusRange::shown, StatusRange.PATTERN, List.of("integer", "string"));
    static final ScalarKind SOCKET = of(
            "address",
            Addresses.SOCKET,
            Addresses::show,
            "(\\[[0-9A-Fa-f:.]{2,45}\\]|localhost|[0-9]{1,3}([.][0-9]{1,3}){3}):[0-9]{1,5}");
    static final ScalarKind ENDPOINT = of(
            "HOST:PORT",
            Addresses.ENDPOINT,
            Upstream.Endpoint::toString,
            "(\\[[0-9A-Fa-f:.]{2,45}\\]|[A-Za-z0-9_.-]{1,253}):[0-9]{1,5}");
    static final ScalarKind CIDR = of(
            "range",
            Addresses.CIDR,
            range -> range.address().getHostAddress() + '/' + range.prefixLength(),
            "[0-9A-Fa-f:.]{2,45}(/[0-9]{1,5})?");

    /** A placeholder makes any scalar a text of which nothing more is known. */
    static final String PLACEHOLDER = "\\$\\{";

    private final String word;
    private final Format<Object> format;
    private final Function<Object, Object> show;
    private final String pattern;
    private final List<String> types;

    private ScalarKind(
            String word, Format<Object> format, Function<Object, Object> show, String pattern, List<String> types) {
        this.word = word;
        this.format = format;
        this.show = show;
        this.pattern = pattern;
        this.types = types;
    }

    private static <T> ScalarKind of(String word, Format<T> format, Function<T, Object> show, String pattern) {
        List<String> types = word.equals("count") ? List.of("integer", "string") : List.of("string");
        return of(word, format, show, pattern, types);
    }

    @SuppressWarnings("unchecked") // shown is what was read
    private static <T> ScalarKind of(
            String word, Format<T> format, Function<T, Object> show, String pattern, List<String> types) {
        return new ScalarKind(word, (Format<Object>) format, (Function<Object, Object>) show, pattern, types);
    }

    /** A text; what YAML takes for a number or a flag is one too. */
    static ScalarKind text(String pattern) {
        ScalarKind text = of("text", Field.TEXT, t -> t, pattern.isEmpty() ? ".*[^ ].*" : pattern);
        String word = pattern.equals(NameFormat.PATTERN) ? "name" : "text";
        return new ScalarKind(word, text.format, String::valueOf, text.pattern, List.of("string", "number", "boolean"));
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public Object read(Field field, Object fallback) {
        return field.read(format, fallback);
    }

    /** The value of a text that is known to be right. */
    Parsed<Object> parse(String text) {
        return format.parse(text);
    }

    @Override
    public Object show(Object value, Style style) {
        if (value instanceof Number number && (this == COUNT || this == SIZE)) {
            return this == COUNT || style == Style.NUMBERS ? number : show.apply(number.longValue());
        }
        return show.apply(value);
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", types.size() == 1 ? types.get(0) : new ArrayList<>(types));
        schema.put("pattern", "^(?:" + pattern + ")$|" + PLACEHOLDER);
        return schema;
    }
}
