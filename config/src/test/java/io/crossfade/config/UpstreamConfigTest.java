package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Upstream.Breaker;
import io.crossfade.config.Upstream.Endpoint;
import io.crossfade.config.Upstream.Pool;
import io.crossfade.config.Upstream.Timeouts;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The section {@code upstreams}. */
final class UpstreamConfigTest {

    @Test
    void defaults() {
        Upstream upstream = upstream("{ name: next, endpoints: ['10.0.0.7:80'] }");

        assertThat(upstream)
                .isEqualTo(new Upstream(
                        "next",
                        List.of(new Endpoint("10.0.0.7", 80)),
                        new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(60)),
                        new Pool(1024, 1024, 256, Duration.ofSeconds(30)),
                        new Breaker(0.5, 100, 20, Duration.ofSeconds(10), 10)));
    }

    @Test
    void mapping() {
        Upstream upstream = upstream(
                "{ name: next, endpoints: ['next.internal:80', '[::1]:81'], connectTimeout: 500ms,"
                        + " responseTimeout: 1m, idleTimeout: 1h30m, maxConnections: 2k, maxPending: 0, maxIdle: 1,"
                        + " idleExpiry: 7s, breaker: { failureRate: 12.5%, window: 10, minimumCalls: 5, openFor: 1s, halfOpenCalls: 3 } }");

        assertThat(upstream)
                .isEqualTo(new Upstream(
                        "next",
                        List.of(new Endpoint("next.internal", 80), new Endpoint("::1", 81)),
                        new Timeouts(Duration.ofMillis(500), Duration.ofMinutes(1), Duration.ofMinutes(90)),
                        new Pool(2000, 0, 1, Duration.ofSeconds(7)),
                        new Breaker(0.125, 10, 5, Duration.ofSeconds(1), 3)));
        assertThat(upstream.endpoints().get(1)).hasToString("[::1]:81");
    }

    @Test
    void aSmallWindowNeedsFewerCalls() {
        assertThat(upstream("{ name: next, endpoints: ['h:1'], breaker: { window: 5 } }")
                        .breaker())
                .isEqualTo(new Breaker(0.5, 5, 5, Duration.ofSeconds(10), 10));
    }

    @Test
    void mistakes() {
        assertThat(Loading.problems(Loading.withUpstream("{ name: next, endpoints: ['http://h:80', 'h:0', '::1:80'],"
                        + " maxIdle: 1.5, breaker: { window: 5, minimumCalls: 6 }, health: {} }")))
                .containsExactly(
                        "2:39  upstreams[0].endpoints[0]  http://h:80 (expected: HOST:PORT with a port 1..65535, such as 10.0.0.7:8080)",
                        "2:54  upstreams[0].endpoints[1]  h:0 (expected: HOST:PORT with a port 1..65535, such as 10.0.0.7:8080)",
                        "2:61  upstreams[0].endpoints[2]  ::1:80 (expected: HOST:PORT with a port 1..65535, such as 10.0.0.7:8080)",
                        "2:81  upstreams[0].maxIdle  1.5 (expected: a whole number such as 500, 20k or 10M)",
                        "2:122  upstreams[0].breaker.minimumCalls  6 (expected: 1..5)",
                        "2:127  upstreams[0].health  not supported by this version (expected: no such key)");
        assertThat(Loading.problems(Loading.withUpstream("{ name: next, endpoints: ['h:1', 'h:2', 'h:1'] }")))
                .containsExactly("2:53  upstreams[0].endpoints[2]  h:1 (expected: each endpoint once)");
    }

    private static Upstream upstream(String yaml) {
        return Loading.config(Loading.withUpstream(yaml)).upstreams().get(0);
    }
}
