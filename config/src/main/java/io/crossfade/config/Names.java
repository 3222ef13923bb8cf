package io.crossfade.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The names of one kind that a file declares, to be referred to from elsewhere in it. */
final class Names {

    static final String EXPECTED = "1 to 64 letters, digits, '.', '_' or '-', a letter or digit first";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Format<String> FORMAT = new Format<>() {
        @Override
        public String expected() {
            return "a name of " + EXPECTED;
        }

        @Override
        public Parsed<String> parse(String text) {
            return valid(text) ? Parsed.of(text) : unlike(text);
        }
    };

    private final String kind;
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    /** @param kind the glossary word: upstream, rollout, ... */
    Names(String kind) {
        this.kind = kind;
    }

    static boolean valid(String name) {
        return NAME.matcher(name).matches();
    }

    /** Reads the name of a new thing; a valid stand-in where there is none. */
    String declare(Field field) {
        String name = field.read(FORMAT, "");
        if (name.isEmpty()) {
            return "unnamed";
        }
        Integer before = lines.putIfAbsent(name, field.mark().line());
        if (before != null) {
            field.problem(
                    name + " is the name of another " + kind + ", in line " + before + " (expected: another name)");
        }
        return name;
    }

    /** Reads the name of a thing that must have been declared. */
    String refer(Field field) {
        String name = field.read(FORMAT, "");
        if (!name.isEmpty() && !lines.containsKey(name)) {
            field.problem("no " + kind + " is called " + Problem.shown(name) + " " + hint(name));
        }
        return name.isEmpty() ? "unnamed" : name;
    }

    private String hint(String name) {
        return Nearest.to(name, lines.keySet())
                .map(near -> "(did you mean " + near + "?)")
                .orElse(lines.isEmpty() ? "(there is none)" : "(expected: " + Nearest.list(lines.keySet()) + ")");
    }
}
