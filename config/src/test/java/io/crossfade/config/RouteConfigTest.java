package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.RouteRule.Match;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The section {@code routes}. */
final class RouteConfigTest {

    @Test
    void defaults() {
        assertThat(route("{ name: all, match: {}, upstream: legacy }"))
                .isEqualTo(new RouteRule(
                        "all", new Match(null, "/", Set.of(), Map.of()), "legacy", null, 16 << 20, false, true));
    }

    @Test
    void mapping() {
        assertThat(route("{ name: all, match: { host: Shop.Example, pathPrefix: /api, methods: [GET, PURGE],"
                        + " headers: { X-Beta: 'yes' } }, rollout: shift, maxBody: 64KiB, recall: off }"))
                .isEqualTo(new RouteRule(
                        "all",
                        new Match("shop.example", "/api", Set.of("GET", "PURGE"), Map.of("x-beta", "yes")),
                        null,
                        "shift",
                        64 << 10,
                        false,
                        false));
        assertThat(route("{ name: all, match: {}, upstream: next, streaming: true }")
                        .maxBody())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theBodyLimitOfAllRoutesHoldsForEach() {
        String yaml = Loading.withRoute("{ name: all, match: {}, upstream: next }") + "limits: { body: 1KiB }\n";
        assertThat(Loading.config(yaml).routes().get(0).maxBody()).isEqualTo(1024);
    }

    @Test
    void aRouteHasOneTarget() {
        assertThat(
                        Loading.problems(
                                Loading.withRoute(
                                        "{ name: a, match: {}, upstream: next, rollout: shift },"
                                                + " { name: b, match: { pathPrefix: /b } }, { name: c, match: { pathPrefix: /c }, rolout: shift }")))
                .containsExactly(
                        "2:57  routes[0].rollout  rollout beside upstream (expected: one of them)",
                        "2:66  routes[1]  missing (expected: upstream or rollout)",
                        "2:144  routes[2].rolout  unknown key (did you mean rollout?)");
    }

    @Test
    void referencesExist() {
        assertThat(
                        Loading.problems(
                                Loading.withRoute(
                                        "{ name: a, match: {}, upstream: nxt }, { name: b, match: { pathPrefix: /b }, rollout: orders }")))
                .containsExactly(
                        "2:42  routes[0].upstream  no upstream is called nxt (did you mean next?)",
                        "2:96  routes[1].rollout  no rollout is called orders (expected: shift)");
    }

    @Test
    void mistakes() {
        assertThat(Loading.problems(Loading.withRoute("{ name: a, upstream: next, streaming: yes, fallback: {},"
                        + " match: { host: 'x:80', methods: [get, TRACE], headers: { 'a b': c } } },"
                        + " { name: b, match: {}, upstream: next, streaming: true, maxBody: 5 }")))
                .containsExactly(
                        "2:48  routes[0].streaming  yes (expected: true or false)",
                        "2:53  routes[0].fallback  not supported by this version (expected: no such key)",
                        "2:82  routes[0].match.host  x:80 (expected: a host name without scheme, port or wildcard, such as"
                                + " shop.example)",
                        "2:100  routes[0].match.methods[0]  get (did you mean GET?)",
                        "2:105  routes[0].match.methods[1]  TRACE (expected: a method such as GET, and not TRACE or CONNECT)",
                        "2:131  routes[0].match.headers.a b  no name of a header (expected: letters, digits and '-')",
                        "2:204  routes[1].maxBody  maxBody beside streaming: true (expected: one of them)");
    }

    @Test
    void onlyARolloutRecalls() {
        assertThat(Loading.problems(Loading.withRoute("{ name: a, match: {}, upstream: next, recall: on },"
                        + " { name: b, match: { pathPrefix: /b }, rollout: shift, recall: maybe }")))
                .containsExactly(
                        "2:56  routes[0].recall  recall beside upstream, where there is no canary (expected: no such key)",
                        "2:124  routes[1].recall  maybe (expected: on or off)");
    }

    @Test
    void aMatchIsWrittenOnce() {
        assertThat(Loading.problems(Loading.withRoute("{ name: a, match: {}, upstream: next },"
                        + " { name: b, match: { pathPrefix: / }, upstream: legacy }")))
                .containsExactly(
                        "2:68  routes[1].match  the same as in line 2, no request would come here (expected: another match)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api", "/a b", "/a?b", "/a#b", "//a", "/a/../b", "/a/.", "/%61", "/a%2Fb", "/a%2", "/ä", "/a\\\\b"
            })
    void aPathThatNoRequestCouldMatchIsRefused(String path) {
        assertThat(Loading.problems(
                        Loading.withRoute("{ name: a, match: { pathPrefix: \"" + path + "\" }, upstream: next }")))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("2:42  routes[0].match.pathPrefix  ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/a", "/a/", "/a%20b", "/.well-known", "/a..b", "/a%5B", "/a:b@c", "/{a}|b", "/a%C3%A4"})
    void otherPathsAreTaken(String path) {
        assertThat(route("{ name: a, match: { pathPrefix: '" + path + "' }, upstream: next }")
                        .match()
                        .pathPrefix())
                .isEqualTo(path);
    }

    private static RouteRule route(String yaml) {
        return Loading.config(Loading.withRoute(yaml)).routes().get(0);
    }
}
