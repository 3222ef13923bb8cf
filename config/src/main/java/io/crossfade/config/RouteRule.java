package io.crossfade.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which requests go where. Exactly one of upstream and rollout is set. */
@Unsupported({"fallback", "shadow", "retries", "rewrite", "timeout"})
public record RouteRule(
        @Key(missing = "a name", pattern = NameFormat.PATTERN, says = "stands in metrics and API")
        String name,

        @Key(
                missing = "match: { pathPrefix: / }, or less",
                says = "what a request must look like; the most specific route wins: host, then the longest prefix,"
                        + " then more conditions")
        Match match,

        @Key(pattern = NameFormat.PATTERN, says = "who answers; exactly one of `upstream` and `rollout`") @Nullable
        String upstream,

        @Key(pattern = NameFormat.PATTERN, says = "which decides who answers") @Nullable
        String rollout,

        @Key(bounds = "0B or more", says = "largest body of a request; `limits.body` where nothing is said")
        long maxBody,

        @Key(says = "`true`: bodies without limit, and a silence in the body of an answer is not slow")
        boolean streaming,

        @Key(
                standard = "on",
                words = {"off", "on"},
                says = "beside `rollout`; `off`: what the canary has got is not asked of the baseline too")
        boolean recall) {

    public RouteRule {
        Bounds.check()
                .name("name", name)
                .that(
                        (upstream == null) != (rollout == null),
                        "upstream",
                        upstream + " and rollout " + rollout,
                        "exactly one of upstream and rollout")
                .that(maxBody >= 0, "maxBody", Units.showSize(maxBody), "0B or more")
                .that(!streaming || maxBody == Long.MAX_VALUE, "maxBody", maxBody, "no limit when streaming")
                .keep();
    }

    /** What a request must look like; all of it must hold. */
    public record Match(
            @Key(
                    pattern = "[A-Za-z0-9_.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\]",
                    says = "without port; case and a dot at the end do not count; every host where nothing is said")
            @Nullable
            String host,

            @Key(standard = "/", pattern = "/[!-~]*", says = "whole segments: /api matches /api and /api/x, not /apix")
            String pathPrefix,

            @Key(
                    pattern = "[A-Z0-9!#$%&'*+.^_`|~-]{1,256}",
                    says = "in upper case, not TRACE or CONNECT; every method where nothing is said")
            Set<String> methods,

            @Key(says = "exact values, all of which must be there")
            Map<String, String> headers) {

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
