package io.crossfade.config;

import java.util.regex.Pattern;

/** Statuses that lie together: one, or all of a hundred, written such as {@code 404} or {@code 5xx}; 100..599. */
public record StatusRange(int first, int last) {

    static final String PATTERN = "[1-5](xx|[0-9][0-9])";

    static final Format<StatusRange> FORMAT =
            Format.of("a status such as 404, or a class such as 5xx", StatusRange::parse);

    private static final Pattern WRITTEN = Pattern.compile(PATTERN);
    private static final int CLASS = 100;

    public StatusRange {
        Bounds.check()
                .that(first >= CLASS && last < 6 * CLASS && first <= last, "status", first + ".." + last, "100..599")
                .keep();
    }

    private static Parsed<StatusRange> parse(String text) {
        if (!WRITTEN.matcher(text).matches()) {
            return FORMAT.unlike(text);
        }
        if (text.endsWith("xx")) {
            int first = (text.charAt(0) - '0') * CLASS;
            return Parsed.of(new StatusRange(first, first + CLASS - 1));
        }
        int one = Integer.parseInt(text);
        return Parsed.of(new StatusRange(one, one));
    }

    Object shown() {
        return first == last ? first : first / CLASS + "xx";
    }
}
