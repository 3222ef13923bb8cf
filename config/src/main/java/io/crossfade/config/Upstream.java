package io.crossfade.config;

import java.time.Duration;
import java.util.List;

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

    /** A numeric address or a name, resolved when the server starts, and a port 1..65535. */
    public record Endpoint(String host, int port) {
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
    public record Breaker(double failureRate, int window, int minimumCalls, Duration openFor, int halfOpenCalls) {}
}
