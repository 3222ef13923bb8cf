package io.crossfade.config;

import io.crossfade.config.RouteRule.Match;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the routes; upstreams and rollouts must have been read before. */
final class RouteReader {

    private static final Shape<RouteRule> ROUTE = Shape.of(RouteRule.class);
    private static final Match EVERYTHING = new Match(null, "/", Set.of(), Map.of());

    private static final Format<String> HOST = new Format<>() {
        @Override
        public String expected() {
            return "a host name without scheme, port or wildcard, such as shop.example";
        }

        @Override
        public Parsed<String> parse(String text) {
            String host = text.toLowerCase(Locale.ROOT);
            return Match.validHost(host) ? Parsed.of(host) : unlike(text);
        }
    };
    private static final Format<String> METHOD = Format.of("a method such as GET", RouteReader::method);

    private final Names names = new Names("route");
    private final Names upstreams;
    private final Names rollouts;
    private final Limits limits;
    private final Map<Match, Integer> lines = new HashMap<>();

    RouteReader(Names upstreams, Names rollouts, Limits limits) {
        this.upstreams = upstreams;
        this.rollouts = rollouts;
        this.limits = limits;
    }

    List<RouteRule> read(Field list) {
        List<RouteRule> routes = new ArrayList<>();
        for (Field item : list.atLeastOne()) {
            route(item.section()).ifPresent(routes::add);
        }
        return routes;
    }

    private Optional<RouteRule> route(Section section) {
        Map<String, @Nullable Object> given = new LinkedHashMap<>();
        given.put("name", names.declare(ROUTE.ask(section, "name")));
        given.put("match", match(ROUTE.ask(section, "match")));
        Field target = section.eitherOf("upstream", "rollout");
        boolean rollout = target.path().endsWith(".rollout");
        String referred = (rollout ? rollouts : upstreams).refer(target);
        given.put("upstream", rollout ? null : referred);
        given.put("rollout", rollout ? referred : null);
        boolean streaming = section.optional("streaming").flag(false);
        given.put("streaming", streaming);
        given.put("maxBody", maxBody(section, streaming));
        Field recall = section.optional("recall");
        if (recall.present() && !rollout) {
            recall.problem("recall beside upstream, where there is no canary (expected: no such key)");
        }
        return ROUTE.read(section, given);
    }

    private long maxBody(Section section, boolean streaming) {
        Field maxBody = section.optional("maxBody");
        if (streaming && maxBody.present()) {
            maxBody.problem("maxBody beside streaming: true (expected: one of them)");
        }
        return streaming ? Long.MAX_VALUE : maxBody.read(Units.SIZE, limits.body());
    }

    private Match match(Field field) {
        int before = field.problems().count();
        Section section = field.section();
        Map<String, @Nullable Object> given = new LinkedHashMap<>();
        given.put("host", host(section.optional("host")));
        given.put("methods", methods(section.optional("methods")));
        given.put("headers", headers(section.optional("headers")));
        Match match = Shape.of(Match.class).read(section, given).orElse(EVERYTHING);
        Integer line = field.present() && field.problems().count() == before
                ? lines.putIfAbsent(match, field.mark().line())
                : null;
        if (line != null) {
            field.problem("the same as in line " + line + ", no request would come here (expected: another match)");
        }
        return match;
    }

    private static @Nullable String host(Field field) {
        String host = field.read(HOST, "");
        return host.isEmpty() ? null : host;
    }

    private static Set<String> methods(Field list) {
        Set<String> methods = new LinkedHashSet<>();
        for (Field item : list.items()) {
            String method = item.read(METHOD, "");
            if (!method.isEmpty() && !methods.add(method)) {
                item.problem(method + " is there already (expected: once)");
            }
        }
        return methods;
    }

    private static Parsed<String> method(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        if (!upper.equals(text)) {
            return Parsed.wrong(Problem.shown(text) + " (did you mean " + upper + "?)");
        }
        return Match.servable(text)
                ? Parsed.of(text)
                : Parsed.wrong(Problem.shown(text) + " (expected: a method such as GET, and not TRACE or CONNECT)");
    }

    private static Map<String, String> headers(Field map) {
        Map<String, String> headers = new LinkedHashMap<>();
        map.entries().forEach((name, value) -> {
            if (!Tokens.token(name)) {
                value.problem("no name of a header (expected: letters, digits and '-')");
            } else if (headers.put(name.toLowerCase(Locale.ROOT), value.text("x")) != null) {
                value.problem("is there already in another case (expected: once)");
            }
        });
        return headers;
    }
}
