package io.crossfade.admin.api;

import java.util.List;

/**
 * A configuration with mistakes, as RFC 9457 problem details with all of them.
 *
 * @param problems in the order of the file
 */
public record ConfigProblem(String type, String title, int status, String detail, List<Mistake> problems) {

    /**
     * @param file as the server names it
     * @param line from 1; 0 when the file as a whole is meant
     * @param column from 1; 0 when the file as a whole is meant
     * @param key path such as {@code routes[1].match}; empty when no key is meant
     * @param message what was wrong and what would be right
     */
    public record Mistake(String file, int line, int column, String key, String message) {}
}
