package io.crossfade.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One of some words. */
final class WordKind implements Kind {

    static final WordKind FLAG = flag("false", "true");

    private final Map<String, Object> meanings = new LinkedHashMap<>();
    private final Words<Object> words;

    private WordKind(Map<String, ?> meanings) {
        this.meanings.putAll(meanings);
        Words<Object> all = null;
        for (Map.Entry<String, Object> word : this.meanings.entrySet()) {
            all = all == null ? Words.of(word.getKey(), word.getValue()) : all.or(word.getKey(), word.getValue());
        }
        if (all == null) {
            throw new IllegalArgumentException("words: none (expected: at least one)");
        }
        this.words = all;
    }

    /** The constants of an enum, in lower case. */
    static WordKind of(Class<?> constants) {
        Map<String, Object> meanings = new LinkedHashMap<>();
        for (Object constant : constants.getEnumConstants()) {
            meanings.put(((Enum<?>) constant).name().toLowerCase(Locale.ROOT), constant);
        }
        return new WordKind(meanings);
    }

    /** In the order in which a message lists them: true first. */
    static WordKind flag(String no, String yes) {
        Map<String, Object> meanings = new LinkedHashMap<>();
        meanings.put(yes, true);
        meanings.put(no, false);
        return new WordKind(meanings);
    }

    static WordKind only(String word) {
        return new WordKind(Map.of(word, word));
    }

    @Override
    public String word() {
        return String.join(", ", meanings.keySet());
    }

    @Override
    public Object read(Field field, Object fallback) {
        return field.read(words, fallback);
    }

    @Override
    public Object show(Object value, Style style) {
        for (Map.Entry<String, Object> word : meanings.entrySet()) {
            if (word.getValue().equals(value)) {
                return asYaml(word.getKey());
            }
        }
        throw new IllegalArgumentException("no word for " + value);
    }

    @Override
    public Map<String, Object> schema() {
        List<Object> words = new ArrayList<>();
        for (String word : meanings.keySet()) {
            words.add(word);
            if (!asYaml(word).equals(word)) {
                words.add(asYaml(word));
            }
        }
        return JsonSchema.words(words);
    }

    /** What a YAML reader makes of the bare word. */
    private static Object asYaml(String word) {
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "1" -> 1;
            default -> word;
        };
    }
}
