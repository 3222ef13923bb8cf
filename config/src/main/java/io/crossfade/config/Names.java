package io.crossfade.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The names of one kind that a file declares, to be referred to from elsewhere in it. */
final class Names {

    private final String kind;
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    /** @param kind the glossary word: upstream, rollout, ... */
    Names(String kind) {
        this.kind = kind;
    }

    /** Reads the name of a new thing; a valid stand-in where there is none. */
    String declare(Field field) {
        String name = field.read(NameFormat.NAME, "");
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
        String name = field.read(NameFormat.NAME, "");
        if (!name.isEmpty() && !lines.containsKey(name)) {
            field.problem("no " + kind + " is called " + Problem.shown(name) + " " + hint(name, field.problems()));
        }
        return name.isEmpty() ? "unnamed" : name;
    }

    /** Nobody reads what is beyond the most problems that are kept, so nothing is compared for it. */
    private String hint(String name, Problems problems) {
        Optional<String> meant = problems.full() ? Optional.empty() : Nearest.to(name, lines.keySet());
        return meant.map(near -> "(did you mean " + near + "?)")
                .orElse(lines.isEmpty() ? "(there is none)" : "(expected: " + Nearest.list(lines.keySet()) + ")");
    }
}
