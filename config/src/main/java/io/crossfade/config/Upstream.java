package io.crossfade.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A named set of endpoints. */
@Unsupported({"health", "tls", "protocol", "retries", "balancing"})
public record Upstream(
        @Key(missing = "a name", pattern = NameFormat.PATTERN, says = "stands in metrics, journal and API")
        String name,

        @Key(missing = "a list such as [\"10.0.0.7:8080\"]", says = "HOST:PORT each; at least one, each once")
        List<Endpoint> endpoints,

        @Group Timeouts timeouts,
        @Group Pool pool,
        @Key(says = "when calls stop for a while") Breaker breaker) {

    public Upstream {
        endpoints = List.copyOf(endpoints);
        Bounds bounds =
                Bounds.check().name("name", name).that(!endpoints.isEmpty(), "endpoints", "none", "at least one");
        Set<Endpoint> seen = new HashSet<>();
        for (int i = 0; i < endpoints.size(); i++) {
            bounds.that(seen.add(endpoints.get(i)), "endpoints[" + i + "]", endpoints.get(i), "each endpoint once");
        }
        bounds.keep();
    }

    /** An upstream with every default. */
    public static Upstream of(String name, List<Endpoint> endpoints) {
        return Shape.of(Upstream.class).standard(Map.of("name", name, "endpoints", endpoints));
    }

    /** How long each part of a call may take. */
    public record Timeouts(
            @Key(name = "connectTimeout", standard = "2s", bounds = "1ms..24h", says = "until a connection stands")
            Duration connect,

            @Key(
                    name = "responseTimeout",
                    standard = "30s",
                    bounds = "1ms..24h",
                    says = "from the last byte of the request to the head of the answer")
            Duration response,

            @Key(name = "idleTimeout", standard = "60s", bounds = "1ms..24h", says = "longest silence inside a body")
            Duration idle) {
        public Timeouts {
            Shape.of(Timeouts.class).check(connect, response, idle).keep();
        }
    }

    /** The connections of one event loop. */
    public record Pool(
            @Key(standard = "1024", bounds = "1..1000000", says = "per event loop, busy and idle")
            int maxConnections,

            @Key(
                    standard = "1024",
                    bounds = "0..1000000",
                    says = "requests of an event loop that wait for a connection: `connectTimeout` per endpoint and 1s"
                            + " at most")
            int maxPending,

            @Key(standard = "256", bounds = "0..1000000", says = "idle connections kept per event loop")
            int maxIdle,

            @Key(standard = "30s", bounds = "1ms..24h", says = "how long an idle connection is kept")
            Duration idleExpiry) {
        public Pool {
            Shape.of(Pool.class)
                    .check(maxConnections, maxPending, maxIdle, idleExpiry)
                    .keep();
        }
    }

    /** A numeric address or a name, resolved when the server starts, and a port 1..65535. */
    public record Endpoint(String host, int port) {
        public Endpoint {
            Bounds.check()
                    .that(Addresses.validHost(host), "host", host, "a name or an IP address")
                    .count("port", port, 1, 65_535)
                    .keep();
        }

        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    /** When calls to this upstream stop for a while. */
    public record Breaker(
            @Key(
                    standard = "50%",
                    bounds = "1%..100%",
                    says = "failed calls in the window at which the breaker opens; a ratio 0..1")
            double failureRate,

            @Key(standard = "100", bounds = "1..100000", says = "number of last calls looked at")
            int window,

            @Key(
                    standard = "20, at most window",
                    bounds = "1..window",
                    says = "it does not open before so many calls are in the window")
            int minimumCalls,

            @Key(
                    standard = "10s",
                    bounds = "1ms..24h",
                    says = "how long it stays open, then it lets trial calls through")
            Duration openFor,

            @Key(standard = "10", bounds = "1..10000", says = "number of trial calls")
            int halfOpenCalls) {

        public Breaker {
            Shape.of(Breaker.class)
                    .check(failureRate, window, minimumCalls, openFor, halfOpenCalls)
                    .keep();
        }

        /** What stands when the config says nothing. */
        public static Breaker defaults() {
            return Shape.of(Breaker.class).standard();
        }
    }

    public Duration connectTimeout() {
        return timeouts.connect();
    }

    public Duration responseTimeout() {
        return timeouts.response();
    }

    public Duration idleTimeout() {
        return timeouts.idle();
    }

    public int maxConnections() {
        return pool.maxConnections();
    }

    public int maxPending() {
        return pool.maxPending();
    }

    public int maxIdle() {
        return pool.maxIdle();
    }

    public Duration idleExpiry() {
        return pool.idleExpiry();
    }
}
