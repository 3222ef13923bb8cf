package io.crossfade.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The words that a setting may be. */
final class Words<T> implements Format<T> {

    private final Map<String, T> meanings;
    private final List<String> besides;
    private final Set<String> lacking;

    private Words(Map<String, T> meanings, List<String> besides, Set<String> lacking) {
        this.meanings = meanings;
        this.besides = besides;
        this.lacking = lacking;
    }

    static <T> Words<T> of(String word, T meaning) {
        return new Words<T>(Map.of(), List.of(), Set.of()).or(word, meaning);
    }

    Words<T> or(String word, T meaning) {
        Map<String, T> more = new LinkedHashMap<>(meanings);
        more.put(word, meaning);
        return new Words<>(more, besides, lacking);
    }

    /** Words of the documented grammar that this version does not act on, and therefore refuses. */
    Words<T> lacking(String... words) {
        return new Words<>(meanings, besides, Set.of(words));
    }

    /** Forms that are read elsewhere, but belong into the sentence about what is expected. */
    Words<T> beside(String... forms) {
        return new Words<>(meanings, List.of(forms), lacking);
    }

    @Override
    public String expected() {
        return Nearest.list(
                Stream.concat(meanings.keySet().stream(), besides.stream()).toList());
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
