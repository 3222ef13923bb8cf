package io.crossfade.config;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What became of a text: a value, or the reason why it is none. */
record Parsed<T>(@Nullable T value, String complaint) {

    static <T> Parsed<T> of(T value) {
        return new Parsed<>(value, "");
    }

    static <T> Parsed<T> wrong(String complaint) {
        return new Parsed<>(null, complaint);
    }

    <U> Parsed<U> then(Function<T, Parsed<U>> next) {
        return value == null ? wrong(complaint) : next.apply(value);
    }
}
