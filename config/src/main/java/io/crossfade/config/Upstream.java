package io.crossfade.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A named set of endpoints.
 *
 * @param connectTimeout until a connection stands (default 2s)
 * @param responseTimeout from the last request byte to the response head (default 30s)
 * @param idleTimeout longest silence inside a request or response body (default 60s)
 * @param maxConnections per event loop, busy and idle together (default 1024)
 * @param maxPending requests of one event loop that may wait for a connection (default 1024)
 * @param maxIdle idle connections kept per event loop (default 256)
 * @param idleExpiry how long an idle connection is kept (default 30s)
 */
public record Upstream(
        String name,
        List<Endpoint> endpoints,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration idleTimeout,
        int maxConnections,
        int maxPending,
        int maxIdle,
        Duration idleExpiry,
        Breaker breaker) {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MOST = 1_000_000;

    public Upstream {
        endpoints = List.copyOf(endpoints);
        Bounds bounds = Bounds.check()
                .name("name", name)
                .that(!endpoints.isEmpty(), "endpoints", "none", "at least one")
                .time("connectTimeout", connectTimeout, SHORTEST, LONGEST)
                .time("responseTimeout", responseTimeout, SHORTEST, LONGEST)
                .time("idleTimeout", idleTimeout, SHORTEST, LONGEST)
                .count("maxConnections", maxConnections, 1, MOST)
                .count("maxPending", maxPending, 0, MOST)
                .count("maxIdle", maxIdle, 0, MOST)
                .time("idleExpiry", idleExpiry, SHORTEST, LONGEST);
        Set<Endpoint> seen = new HashSet<>();
        for (int i = 0; i < endpoints.size(); i++) {
            bounds.that(seen.add(endpoints.get(i)), "endpoints[" + i + "]", endpoints.get(i), "each endpoint once");
        }
        bounds.keep();
    }

    /** An upstream with every default. */
    public static Upstream of(String name, List<Endpoint> endpoints) {
        return new Upstream(
                name,
                endpoints,
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                1024,
                1024,
                256,
                Duration.ofSeconds(30),
                Breaker.defaults());
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

    /**
     * When calls to this upstream stop for a while.
     *
     * @param failureRate ratio 0..1 of failed calls in the window at which the breaker opens (default 0.5)
     * @param window number of last calls looked at (default 100)
     * @param minimumCalls no opening before so many calls are in the window (default 20)
     * @param openFor how long it stays open before it lets trial calls through (default 10s)
     * @param halfOpenCalls number of trial calls (default 10)
     */
    public record Breaker(double failureRate, int window, int minimumCalls, Duration openFor, int halfOpenCalls) {

        public Breaker {
            Bounds.check()
                    .ratio("failureRate", failureRate, 0.01, 1)
                    .count("window", window, 1, 100_000)
                    .count("minimumCalls", minimumCalls, 1, window)
                    .time("openFor", openFor, SHORTEST, LONGEST)
                    .count("halfOpenCalls", halfOpenCalls, 1, 10_000)
                    .keep();
        }

        /** What stands when the config says nothing. */
        public static Breaker defaults() {
            return new Breaker(0.5, 100, 20, Duration.ofSeconds(10), 10);
        }
    }
}
