package io.crossfade.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${NAME}} and {@code ${NAME:-default}} by the environment; the default also stands in for an empty value. */
final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(:-([^{}]*))?}");

    private final Map<String, String> environment;

    Placeholders(Map<String, String> environment) {
        this.environment = environment;
    }

    /** What stands in the environment is taken as it is, placeholders in it are not replaced again. */
    Parsed<String> fill(String text) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
            filled.append(text, at, open);
            Matcher placeholder = PLACEHOLDER.matcher(text).region(open + 2, text.length());
            if (!placeholder.lookingAt()) {
                return Parsed.wrong(Problem.shown(text) + " (expected: ${NAME} or ${NAME:-default})");
            }
            Parsed<String> value = value(placeholder);
            if (value.value() == null) {
                return value;
            }
            filled.append(value.value());
            at = placeholder.end();
        }
        return Parsed.of(filled.append(text, at, text.length()).toString());
    }

    private Parsed<String> value(Matcher placeholder) {
        String name = placeholder.group(1);
        String value = environment.get(name);
        if (placeholder.start(2) >= 0) {
            return Parsed.of(value == null || value.isEmpty() ? placeholder.group(3) : value);
        }
        return value != null
                ? Parsed.of(value)
                : Parsed.wrong("environment variable " + name + " is not set (expected: a value, or ${" + name
                        + ":-default})");
    }
}
