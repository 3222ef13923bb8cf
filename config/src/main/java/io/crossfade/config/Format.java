package io.crossfade.config;

import java.util.function.Function;

/** How a value of one kind is written. */
interface Format<T> {

    /** Completes the sentence "expected: ...". */
    String expected();

    Parsed<T> parse(String text);

    /** The complaint about a text that is not of this kind. */
    default Parsed<T> unlike(String text) {
        return Parsed.wrong(Problem.shown(text) + " (expected: " + expected() + ")");
    }

    static <T> Format<T> of(String expected, Function<String, Parsed<T>> parser) {
        return new Format<>() {
            @Override
            public String expected() {
                return expected;
            }

            @Override
            public Parsed<T> parse(String text) {
                return parser.apply(text);
            }
        };
    }
}
