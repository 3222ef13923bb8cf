package io.crossfade.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Where the admin API listens, and its bounds.
 *
 * @param address a loopback address, because there are no roles yet
 * @param maxConnections 256; one more is closed
 * @param idleTimeout of a connection that carries no events, 60s
 * @param body bytes of a request body, 1 MiB, else 413
 * @param maxPipelined requests of one connection that may wait for the answers before them, 16, else 400
 * @param maxEventStreams clients that read events, 64, else 503
 * @param maxIdempotencyKeys keys whose answers are remembered, 10,000
 */
public record Admin(
        InetSocketAddress address,
        int maxConnections,
        Duration idleTimeout,
        int body,
        int maxPipelined,
        int maxEventStreams,
        int maxIdempotencyKeys) {

    public Admin {
        boolean loopback = address.getAddress() != null && address.getAddress().isLoopbackAddress();
        Bounds.check()
                .that(
                        loopback,
                        "address",
                        address,
                        "a loopback address such as 127.0.0.1:9900, because the admin API has no tokens or roles yet and"
                                + " whoever reaches it may do everything")
                .count("maxConnections", maxConnections, 1, 65_535)
                .time("idleTimeout", idleTimeout, Duration.ofMillis(1), Duration.ofDays(30))
                .size("body", body, 64, 16 << 20)
                .count("maxPipelined", maxPipelined, 0, 1_000)
                .count("maxEventStreams", maxEventStreams, 1, 65_535)
                .count("maxIdempotencyKeys", maxIdempotencyKeys, 1, 1_000_000)
                .keep();
    }

    /** What stands when the config says nothing. */
    public static Admin defaults() {
        return at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9900));
    }

    /** Every default at another address. */
    public static Admin at(InetSocketAddress address) {
        return new Admin(address, 256, Duration.ofSeconds(60), 1 << 20, 16, 64, 10_000);
    }
}
