package io.crossfade.config;

import java.util.regex.Pattern;

/** Tokens of HTTP: names of methods, headers and cookies (RFC 9110, section 5.6.2). */
final class Tokens {

    static final String EXPECTED = "letters, digits and any of !#$%&'*+-.^_`|~";

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}");

    private Tokens() {}

    static boolean token(String text) {
        return TOKEN.matcher(text).matches();
    }
}
