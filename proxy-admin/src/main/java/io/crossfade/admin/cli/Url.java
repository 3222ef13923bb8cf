package io.crossfade.admin.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/** Writes names into URLs (RFC 3986). */
final class Url {
    private Url() {}

    /** A path segment or query value: everything but unreserved characters percent-encoded. */
    static String segment(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
