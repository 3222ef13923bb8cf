package io.crossfade.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which requests go where. Exactly one of upstream and rollout is set.
 *
 * @param maxBody largest request body in bytes (default limits.body); Long.MAX_VALUE when streaming
 * @param streaming exempt from the body limit
 */
public record RouteRule(
        String name,
        Match match,
        @Nullable String upstream,
        @Nullable String rollout,
        long maxBody,
        boolean streaming) {

    public RouteRule {
        Bounds.check()
                .name("name", name)
                .that(
                        (upstream == null) != (rollout == null),
                        "upstream",
                        upstream + " and rollout " + rollout,
                        "exactly one of upstream and rollout")
                .size("maxBody", maxBody, 0, Long.MAX_VALUE)
                .that(!streaming || maxBody == Long.MAX_VALUE, "maxBody", maxBody, "no limit when streaming")
                .keep();
    }

    /**
     * What a request must look like; all of it must hold.
     *
     * @param host lower case, without port; null matches every host
     * @param pathPrefix starts with a slash; matches whole segments: /api matches /api and /api/x, never /apix
     * @param methods upper case; empty matches every method
     * @param headers lower-case name to exact value; all must be there
     */
    public record Match(@Nullable String host, String pathPrefix, Set<String> methods, Map<String, String> headers) {

        private static final Pattern HOST =
                Pattern.compile("(?=.{1,253}$)[a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.?|\\[[0-9a-f:.]{2,45}]");
        private static final Set<String> UNSERVED = Set.of("TRACE", "CONNECT");
        private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");
        private static final Pattern PATH = Pattern.compile("/[!-~&&[^?#\\\\\"<>]]*");
        private static final Pattern ABNORMAL = Pattern.compile(
                "//|/\\.{1,2}(/|$)|%(?![0-9A-Fa-f]{2})|%(2[DdEeFf]|3\\d|[46][1-9A-Fa-f]|[57][\\dAa]|5[Ff]|7[Ee])");

        public Match {
            methods = Set.copyOf(methods);
            headers = Map.copyOf(headers);
            Bounds bounds = Bounds.check()
                    .that(host == null || validHost(host), "host", String.valueOf(host), "lower case, without a port")
                    .that(
                            PATH.matcher(pathPrefix).matches(),
                            "pathPrefix",
                            pathPrefix,
                            "a path that starts with '/', without query or spaces")
                    .that(
                            !ABNORMAL.matcher(pathPrefix).find(),
                            "pathPrefix",
                            pathPrefix,
                            "a path in normal form, without '//', dot segments or needless escapes");
            for (String method : methods) {
                bounds.that(servable(method), "methods", method, "methods in upper case, and not TRACE or CONNECT");
            }
            headers.forEach((name, value) -> bounds.that(
                            Tokens.token(name) && name.equals(name.toLowerCase(Locale.ROOT)),
                            "headers",
                            name,
                            "names in lower case")
                    .that(!CONTROL.matcher(value).find(), "headers", name, "values without control characters"));
            bounds.keep();
        }

        static boolean servable(String method) {
            return Tokens.token(method) && !UNSERVED.contains(method);
        }

        static boolean validHost(String host) {
            return HOST.matcher(host).matches();
        }
    }
}
