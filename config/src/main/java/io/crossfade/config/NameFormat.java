package io.crossfade.config;

import java.util.regex.Pattern;

/** What the name of a thing looks like: it stands in metrics, paths and JSON without quoting. */
final class NameFormat implements Format<String> {

    static final String EXPECTED = "1 to 64 letters, digits, '.', '_' or '-', a letter or digit first";

    static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    static final NameFormat NAME = new NameFormat();

    private static final Pattern VALID = Pattern.compile(PATTERN);

    private NameFormat() {}

    static boolean valid(String name) {
        return VALID.matcher(name).matches();
    }

    @Override
    public String expected() {
        return "a name of " + EXPECTED;
    }

    @Override
    public Parsed<String> parse(String text) {
        return valid(text) ? Parsed.of(text) : unlike(text);
    }
}
