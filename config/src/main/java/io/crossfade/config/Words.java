package io.crossfade.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words that a setting may be. */
final class Words<T> implements Format<T> {

    private final Map<String, T> meanings;
    private final Set<String> lacking;

    private Words(Map<String, T> meanings, Set<String> lacking) {
        this.meanings = meanings;
        this.lacking = lacking;
    }

    static <T> Words<T> of(String word, T meaning) {
        return new Words<T>(Map.of(), Set.of()).or(word, meaning);
    }

    Words<T> or(String word, T meaning) {
        Map<String, T> more = new LinkedHashMap<>(meanings);
        more.put(word, meaning);
        return new Words<>(more, lacking);
    }

    /** Words of the documented grammar that this version does not act on, and therefore refuses. */
    Words<T> lacking(String... words) {
        return new Words<>(meanings, Set.of(words));
    }

    @Override
    public String expected() {
        return Nearest.list(List.copyOf(meanings.keySet()));
    }

    @Override
    public Parsed<T> parse(String text) {
        T meaning = meanings.get(text);
        if (meaning != null) {
            return Parsed.of(meaning);
        }
        if (lacking.contains(text)) {
            return Parsed.wrong(text + " is not supported by this version (expected: " + expected() + ")");
        }
        return Nearest.to(text, meanings.keySet())
                .map(near -> Parsed.<T>wrong(Problem.shown(text) + " (did you mean " + near + "?)"))
                .orElseGet(() -> unlike(text));
    }
}
