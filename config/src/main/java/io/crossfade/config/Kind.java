package io.crossfade.config;

import java.util.Map;

/**
 * What the values of a key are like: how one is read from the file, how it is shown in the words of the file, and what a JSON
 * Schema says of it. A value is an object of the component's type, but for whole numbers, which are read as {@code Long}.
 */
interface Kind {

    /** A word for the reference page, such as {@code duration}; empty for a section, whose keys have rows of their own. */
    String word();

    /** The value of the field; the fallback, with a problem reported, where it is none. */
    Object read(Field field, Object fallback);

    Object show(Object value, Style style);

    /** Allows all that {@link #read} takes, and refuses what it refuses for its shape. */
    Map<String, Object> schema();

    /** How quantities are shown. */
    enum Style {
        /** As the file may say it. */
        FILE,
        /** As FILE, but sizes and counts as numbers; the form of {@code GET /v1/config}. */
        NUMBERS
    }
}
