package io.crossfade.route;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request must look like; all of it must hold.
 *
 * @param host without port, compared without regard to ASCII case and to a dot at the end, which only says that the
 *     name is complete (RFC 1034 section 3.1); null matches every host
 * @param pathPrefix starts with a slash and matches whole segments: /api matches /api, /api/ and /api/x, never /apix.
 *     A slash at its end means nothing. "/" matches everything, also the target {@code *}
 * @param methods empty matches every method
 * @param headers name, in any case, to exact value; all must be there
 */
public record Rule(
        String name, @Nullable String host, String pathPrefix, Set<String> methods, Map<String, String> headers) {
    public Rule {
        if (!pathPrefix.startsWith("/")) {
            throw new IllegalArgumentException("pathPrefix: " + pathPrefix + " (expected: a path that starts with /)");
        }
        methods = Set.copyOf(methods);
        headers = Map.copyOf(headers);
    }
}
