package io.crossfade.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
    @ParameterizedTest
    @CsvSource({
        "/api, /api, true",
        "/api, /api/, true",
        "/api, /api/x, true",
        "/api, /apix, false",
        "/api, /ap, false",
        "/api, /API, false",
        "/api, /, false",
        "/api, *, false",
        "/api/, /api, true",
        "/api/, /api/x, true",
        "/api/, /apix, false",
        "/a/b, /a/b/c, true",
        "/a/b, /a/bc, false",
        "/, /, true",
        "/, /anything/at/all, true",
        "/, *, true",
        "/straße, /straße/1, true",
    })
    void aPrefixMatchesWholeSegments(String prefix, String path, boolean matches) {
        RouteTable table = new RouteTable(List.of(rule(null, prefix)));
        assertThat(table.match(new Request("shop.example", path, "GET", Map.of())))
                .isEqualTo(matches ? 0 : -1);
    }

    @Test
    void theHostIsComparedWithoutCaseAndGoesBeforeALongerPath() {
        RouteTable table = new RouteTable(List.of(
                rule(null, "/api/orders/very/long"), rule("Shop.Example", "/api"), rule("shop.example.org", "/")));
        assertThat(table.match(new Request("sHOP.exAMPLE", "/api/orders/very/long", "GET", Map.of())))
                .isEqualTo(1);
        assertThat(table.match(new Request("other.example", "/api/orders/very/long", "GET", Map.of())))
                .isEqualTo(0);
        assertThat(table.match(new Request("shop.example", "/api/orders/very/long", "GET", Map.of())))
                .isEqualTo(1);
        assertThat(table.match(new Request("shop.example.or", "/", "GET", Map.of())))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example, shop.example., 0",
        "shop.example., shop.example, 0",
        "shop.example., shop.example., 0",
        "shop.example, shop.example.., -1",
        "shop.example, ., -1",
        "shop.example, .shop.example, -1",
    })
    void aDotAtTheEndOfAHostSaysNothing(String host, String asked, int found) {
        RouteTable table = new RouteTable(List.of(rule(host, "/")));
        assertThat(table.match(new Request(asked, "/", "GET", Map.of()))).isEqualTo(found);
    }

    @Test
    void aHostWhoseRulesDoNotMatchLeavesTheRequestToThoseWithoutHost() {
        RouteTable table = new RouteTable(List.of(rule("shop.example", "/api"), rule(null, "/")));
        assertThat(table.match(new Request("shop.example", "/images", "GET", Map.of())))
                .isEqualTo(1);
    }

    @Test
    void onlyLettersAreComparedWithoutCase() {
        RouteTable table =
                new RouteTable(List.of(rule("[::1]", "/"), rule("a@b", "/"))); // @ and ` differ as A and a do
        assertThat(table.match(new Request("a`b", "/", "GET", Map.of()))).isEqualTo(-1);
        assertThat(table.match(new Request("[::1]", "/", "GET", Map.of()))).isEqualTo(0);
        assertThat(table.match(new Request("{::1}", "/", "GET", Map.of()))).isEqualTo(-1);
    }

    @Test
    void theLongestPrefixThenTheMostConditionsThenTheOrderDecide() {
        RouteTable table = new RouteTable(List.of(
                rule(null, "/a"),
                new Rule("canary", null, "/a", Set.of(), Map.of("X-Beta", "yes")),
                new Rule("both", null, "/a", Set.of("GET", "HEAD"), Map.of("x-beta", "yes")),
                rule(null, "/a"),
                rule(null, "/a/b")));
        assertThat(table.match(new Request("h", "/a/b", "GET", Map.of("x-beta", "yes"))))
                .isEqualTo(4);
        assertThat(table.match(new Request("h", "/a/c", "GET", Map.of("x-beta", "yes"))))
                .isEqualTo(2);
        assertThat(table.match(new Request("h", "/a/c", "POST", Map.of("x-beta", "yes"))))
                .isEqualTo(1);
        assertThat(table.match(new Request("h", "/a/c", "GET", Map.of("x-beta", "no"))))
                .isEqualTo(0);
        assertThat(table.match(new Request("h", "/a/c", "get", Map.of("x-beta", "YES"))))
                .isEqualTo(0);
    }

    @Test
    void anEmptyTableMatchesNothing() {
        assertThat(new RouteTable(List.of()).match(new Request("", "/", "GET", Map.of())))
                .isEqualTo(-1);
    }

    @Test
    void aPrefixWithoutSlashIsRefused() {
        assertThatThrownBy(() -> rule(null, "api"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("api");
    }

    /** The table against the sentence of its Javadoc, read literally. */
    @Test
    void randomTablesAgreeWithTheirDefinition() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<Rule> rules = new ArrayList<>();
            for (int i = random.nextInt(40); i > 0; i--) {
                rules.add(randomRule(random));
            }
            RouteTable table = new RouteTable(rules);
            for (int i = 0; i < 50; i++) {
                Request request = randomRequest(random);
                int expected = definition(rules, request);
                if (table.match(request) != expected) {
                    fail("%d instead of %d, seed %d, %s in %s"
                            .formatted(table.match(request), expected, seed, request, rules));
                }
            }
        }
    }

    /** The tree against rules tried one after the other, with prefixes that share much and split inside a segment. */
    @Test
    void theTreeAgreesWithTryingEveryRuleInTurn() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            List<Rule> rules = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String host = random.nextInt(4) == 0 ? null : "h" + random.nextInt(2);
                rules.add(new Rule("r" + i, host, deepPath(random), Set.of(), randomHeaders(random)));
            }
            RouteTable table = new RouteTable(rules);
            for (int i = 0; i < 200; i++) {
                Request request = new Request("h" + random.nextInt(3), deepPath(random), "GET", randomHeaders(random));
                assertThat(table.match(request))
                        .as("seed %d, %s in %s", seed, request, rules)
                        .isEqualTo(definition(rules, request));
            }
        }
    }

    @Test
    void tenThousandPrefixesOfOneHostAreCompiledAndFoundInTime() {
        List<Rule> rules = new ArrayList<>();
        rules.add(rule("shop.example", "/"));
        for (int i = 1; i < 10_000; i++) {
            rules.add(rule("shop.example", "/p" + i + "/items"));
        }
        AtomicInteger asked = new AtomicInteger();
        long begin = System.nanoTime();
        RouteTable table = new RouteTable(rules);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isLessThan(1_000);
        for (int i = 1; i < 10_000; i++) {
            Request request = new Request("shop.example", "/p" + i + "/items/7", "GET", Map.of(), asked);
            assertThat(table.match(request)).isEqualTo(i);
        }
        assertThat(asked).hasValueLessThan(10 * 10_000); // a list of rules looks at the path for each of them
    }

    private static Map<String, String> randomHeaders(Random random) {
        return random.nextInt(3) > 0 ? Map.of() : Map.of("x-" + random.nextInt(2), "1");
    }

    private static String deepPath(Random random) {
        StringBuilder path = new StringBuilder("/");
        for (int i = random.nextInt(8); i > 0; i--) {
            path.append("ab/".charAt(random.nextInt(3)));
        }
        return path.toString();
    }

    private static int definition(List<Rule> rules, Request request) {
        Comparator<Rule> better = Comparator.comparing((Rule rule) -> rule.host() == null)
                .thenComparing(rule -> -trimmed(rule).length())
                .thenComparing(rule ->
                        -(rule.methods().isEmpty() ? 0 : 1) - rule.headers().size());
        return rules.stream()
                .filter(rule -> rule.host() == null || rule.host().equals(request.host.toLowerCase(Locale.ROOT)))
                .filter(rule -> (request.path + "/").startsWith(trimmed(rule) + "/")
                        || trimmed(rule).isEmpty())
                .filter(rule -> rule.methods().isEmpty() || rule.methods().contains(request.method))
                .filter(rule -> rule.headers().entrySet().stream()
                        .allMatch(h -> h.getValue().equals(request.headers.get(h.getKey()))))
                .min(better)
                .map(rules::indexOf)
                .orElse(-1);
    }

    private static String trimmed(Rule rule) {
        return rule.pathPrefix().replaceAll("/$", "");
    }

    private static Rule randomRule(Random random) {
        String host = random.nextBoolean() ? null : "h" + random.nextInt(12);
        Set<String> methods = random.nextInt(3) > 0 ? Set.of() : Set.of(random.nextBoolean() ? "GET" : "POST");
        Map<String, String> headers = random.nextInt(3) > 0 ? Map.of() : Map.of("x-" + random.nextInt(2), "1");
        return new Rule("r", host, randomPath(random), methods, headers);
    }

    private static Request randomRequest(Random random) {
        String host = (random.nextBoolean() ? "h" : "H") + random.nextInt(12);
        Map<String, String> headers = random.nextBoolean() ? Map.of() : Map.of("x-" + random.nextInt(2), "1");
        return new Request(host, randomPath(random), random.nextBoolean() ? "GET" : "POST", headers);
    }

    private static String randomPath(Random random) {
        StringBuilder path = new StringBuilder("/");
        for (int i = random.nextInt(3); i > 0; i--) {
            path.append(random.nextBoolean() ? "a" : "ab").append(random.nextInt(4) > 0 ? "/" : "");
        }
        return path.toString();
    }

    private static Rule rule(@Nullable String host, String prefix) {
        return new Rule("rule", host, prefix, Set.of(), Map.of());
    }

    /** A request as the scanner lays it out: method and host in one array, the path in another, both with neighbours. */
    private static final class Request implements Facts {
        final String host;
        final String path;
        final String method;
        final Map<String, String> headers;
        private final byte[] bytes;
        private final byte[] pathBytes;

        private final AtomicInteger asked;

        Request(String host, String path, String method, Map<String, String> headers) {
            this(host, path, method, headers, new AtomicInteger());
        }

        /** @param asked how often the path was looked at */
        Request(String host, String path, String method, Map<String, String> headers, AtomicInteger asked) {
            this.asked = asked;
            this.host = host;
            this.path = path;
            this.method = method;
            this.headers = headers;
            this.bytes = (method + " x " + host + ":80").getBytes(UTF_8);
            this.pathBytes = ("//" + path + "/?q").getBytes(UTF_8);
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public int hostStart() {
            return method.length() + 3;
        }

        @Override
        public int hostEnd() {
            return bytes.length - 3;
        }

        @Override
        public byte[] pathBytes() {
            return pathBytes;
        }

        @Override
        public int pathStart() {
            asked.incrementAndGet();
            return 2;
        }

        @Override
        public int pathEnd() {
            return pathBytes.length - 3;
        }

        @Override
        public int methodStart() {
            return 0;
        }

        @Override
        public int methodEnd() {
            return method.length();
        }

        @Override
        public boolean headerEquals(byte[] lowerCaseName, byte[] value) {
            return new String(value, UTF_8).equals(headers.get(new String(lowerCaseName, UTF_8)));
        }

        @Override
        public String toString() {
            return method + " " + host + path + " " + headers;
        }
    }
}
