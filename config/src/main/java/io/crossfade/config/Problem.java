package io.crossfade.config;

/**
 * One mistake in a configuration file.
 *
 * @param file as it was named by the caller
 * @param line from 1; 0 when the file as a whole is meant
 * @param column from 1, in code points; 0 when the file as a whole is meant
 * @param key path of the key, such as {@code routes[1].match.pathPrefix}; empty when no key is meant
 * @param message what was wrong and what would be right
 */
public record Problem(String file, int line, int column, String key, String message) {

    private static final int LONGEST_SHOWN = 80;
    private static final int LONGEST_KEY = 200;

    /** Control characters are escaped: a configuration file must not drive the terminal that shows its mistakes. */
    public Problem {
        key = printable(key.length() > LONGEST_KEY ? key.substring(0, LONGEST_KEY) + "..." : key);
        message = printable(message);
    }

    /** A text of the file as a message may repeat it: not empty, not endless. */
    static String shown(String text) {
        if (text.isBlank()) {
            return "\"" + (text.length() > LONGEST_SHOWN ? "   ..." : text) + "\"";
        }
        return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
    }

    private static String printable(String text) {
        if (text.codePoints().noneMatch(Problem::hidden)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (hidden(c)) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    private static boolean hidden(int codePoint) {
        int type = Character.getType(codePoint);
        return Character.isISOControl(codePoint)
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    /** {@code crossfade.yaml:12:7  routes[1].match.pathPrefx  unknown key (did you mean pathPrefix?)} */
    @Override
    public String toString() {
        String where = line == 0 ? file : file + ":" + line + ":" + column;
        return where + (key.isEmpty() ? "" : "  " + key) + "  " + message;
    }
}
