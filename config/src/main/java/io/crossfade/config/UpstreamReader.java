package io.crossfade.config;

import io.crossfade.config.Upstream.Breaker;
import io.crossfade.config.Upstream.Endpoint;
import java.util.List;
import java.util.Optional;

/** Reads one upstream. */
final class UpstreamReader {

    private static final Endpoint STAND_IN = new Endpoint("127.0.0.1", 1);
    private static final Upstream DEFAULTS = Upstream.of("unnamed", List.of(STAND_IN));

    private UpstreamReader() {}

    static Optional<Upstream> read(Section section, Names names) {
        section.unsupported("health", "tls", "protocol", "retries", "balancing");
        return section.build(() -> new Upstream(
                names.declare(section.required("name", "a name")),
                endpoints(section.required("endpoints", "a list such as [\"10.0.0.7:8080\"]")),
                section.duration("connectTimeout", DEFAULTS.connectTimeout()),
                section.duration("responseTimeout", DEFAULTS.responseTimeout()),
                section.duration("idleTimeout", DEFAULTS.idleTimeout()),
                section.count("maxConnections", DEFAULTS.maxConnections()),
                section.count("maxPending", DEFAULTS.maxPending()),
                section.count("maxIdle", DEFAULTS.maxIdle()),
                section.duration("idleExpiry", DEFAULTS.idleExpiry()),
                breaker(section.section("breaker"))));
    }

    private static List<Endpoint> endpoints(Field list) {
        List<Endpoint> endpoints = list.atLeastOne().stream()
                .map(item -> item.read(Addresses.ENDPOINT, STAND_IN))
                .toList();
        return endpoints.isEmpty() ? DEFAULTS.endpoints() : endpoints;
    }

    private static Breaker breaker(Section section) {
        Breaker defaults = DEFAULTS.breaker();
        return section.build(() -> {
                    int window = section.count("window", defaults.window());
                    return new Breaker(
                            section.percent("failureRate", defaults.failureRate()),
                            window,
                            section.count("minimumCalls", Math.max(1, Math.min(window, defaults.minimumCalls()))),
                            section.duration("openFor", defaults.openFor()),
                            section.count("halfOpenCalls", defaults.halfOpenCalls()));
                })
                .orElse(defaults);
    }
}
