package io.crossfade.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/** Where the admin API listens, and its bounds. */
@Unsupported({"tls", "tokens", "roles"})
public record Admin(
        @Key(
                standard = "127.0.0.1:9900",
                restart = true,
                says = "a loopback address, because there are no tokens or roles yet")
        InetSocketAddress address,

        @Key(
                standard = "256",
                bounds = "1..65535",
                says = "for one more, the one that has kept the server waiting for the longest time is closed")
        int maxConnections,

        @Key(standard = "60s", bounds = "1ms..720h", says = "of a connection that carries no events")
        Duration idleTimeout,

        @Key(standard = "10s", bounds = "1ms..720h", says = "for a whole head, from its first byte, else 408")
        Duration headTimeout,

        @Key(standard = "30s", bounds = "1ms..720h", says = "for a whole body, from its head, else 408")
        Duration bodyTimeout,

        @Key(standard = "1MiB", bounds = "64B..16MiB", says = "of a request, else 413")
        int body,

        @Key(
                standard = "16",
                bounds = "0..1000",
                says = "requests of one connection that wait for the answers before them, else 400")
        int maxPipelined,

        @Key(
                standard = "64",
                bounds = "1..65535",
                says = "clients that read events, at most half of maxConnections, else 503")
        int maxEventStreams,

        @Key(standard = "10k", bounds = "1..1000000", says = "idempotency keys whose answers are remembered")
        int maxIdempotencyKeys) {

    public Admin {
        boolean loopback = address.getAddress() != null && address.getAddress().isLoopbackAddress();
        Shape.of(Admin.class)
                .check(
                        address,
                        maxConnections,
                        idleTimeout,
                        headTimeout,
                        bodyTimeout,
                        body,
                        maxPipelined,
                        maxEventStreams,
                        maxIdempotencyKeys)
                .that(
                        loopback,
                        "address",
                        address,
                        "a loopback address such as 127.0.0.1:9900, because the admin API has no tokens or roles yet and"
                                + " whoever reaches it may do everything")
                .keep();
    }

    /** What stands when the config says nothing. */
    public static Admin defaults() {
        return Shape.of(Admin.class).standard();
    }

    /** Every default at another address. */
    public static Admin at(InetSocketAddress address) {
        return Shape.of(Admin.class).standard(Map.of("address", address));
    }
}
