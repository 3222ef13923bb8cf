package io.crossfade.config;

import java.time.Duration;

/**
 * The bounds of the data plane; sizes in bytes.
 *
 * @param requestLine 8 KiB, else 414
 * @param head whole request head, 32 KiB, else 431
 * @param fields number of request fields, 100, else 431
 * @param field one field line, 8 KiB, else 431
 * @param cookie one Cookie field, 8 KiB, else 431
 * @param body request body, 16 MiB, else 413; a route may say otherwise
 * @param chunkLine one chunk-size line, 256
 * @param chunkExtensions of one message, 4 KiB
 * @param trailerFields 64
 * @param trailers 8 KiB
 * @param responseHead 64 KiB, else 502
 * @param interimResponses 1xx answers before the final one, 8, else 502
 * @param headTimeout from the first byte of a request head to its last, 10s, else 408
 * @param idleTimeout of a keep-alive connection, 60s
 * @param maxRequests on one client connection
 * @param maxAge of one client connection, 1h
 * @param maxConnections of all listeners together, 50,000
 * @param backlog connections of one listener that the kernel may hold before they are accepted, 4096; its own bound
 *     {@code net.core.somaxconn} may be lower
 * @param readBuffer bytes taken from an upstream in one read, 128 KiB; from a client at most half as many. The launcher has
 *     buffers up to 256 KiB reused; larger ones are allocated anew for every read
 * @param receiveBuffer bytes of an answer that the kernel may hold before they are read (SO_RCVBUF of upstream connections);
 *     {@code net.core.rmem_max} may be lower. 0 leaves it to the kernel, up to {@code net.ipv4.tcp_rmem}. It is also what io_uring may
 *     read beyond {@code writeHigh} for a slow client when the upstream closes behind its answer
 * @param writeHigh bytes queued towards a slow peer at which the other side is no longer read, 64 KiB
 * @param writeLow bytes queued at which it is read again, 32 KiB
 * @param lingerTimeout how long a client is still read once the answer that ends its connection has left, so that the answer
 *     is not lost, 2s; the admin API keeps to it too
 * @param lingerBytes how much of it at most, 256 KiB
 * @param drainTimeout how long requests in flight may take to end when the server is stopped, 30s
 */
public record Limits(
        int requestLine,
        int head,
        int fields,
        int field,
        int cookie,
        long body,
        int chunkLine,
        int chunkExtensions,
        int trailerFields,
        int trailers,
        int responseHead,
        int interimResponses,
        Duration headTimeout,
        Duration idleTimeout,
        int maxRequests,
        Duration maxAge,
        int maxConnections,
        int backlog,
        int readBuffer,
        int receiveBuffer,
        int writeHigh,
        int writeLow,
        Duration lingerTimeout,
        int lingerBytes,
        Duration drainTimeout) {

    private static final int LARGEST_HEAD = 16 << 20;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(30);

    public Limits {
        Bounds.check()
                .size("requestLine", requestLine, 16, LARGEST_HEAD)
                .size("head", head, 16, LARGEST_HEAD)
                .count("fields", fields, 1, 100_000)
                .size("field", field, 16, LARGEST_HEAD)
                .size("cookie", cookie, 16, LARGEST_HEAD)
                .size("body", body, 0, Long.MAX_VALUE)
                .size("chunkLine", chunkLine, 1, 64 << 10)
                .size("chunkExtensions", chunkExtensions, 0, LARGEST_HEAD)
                .count("trailerFields", trailerFields, 0, 100_000)
                .size("trailers", trailers, 0, LARGEST_HEAD)
                .size("responseHead", responseHead, 16, LARGEST_HEAD)
                .count("interimResponses", interimResponses, 0, 1_000)
                .time("headTimeout", headTimeout, SHORTEST, LONGEST)
                .time("idleTimeout", idleTimeout, SHORTEST, LONGEST)
                .count("maxRequests", maxRequests, 1, Integer.MAX_VALUE)
                .time("maxAge", maxAge, SHORTEST, LONGEST)
                .count("maxConnections", maxConnections, 1, 10_000_000)
                .count("backlog", backlog, 1, 65_535)
                .size("readBuffer", readBuffer, 4 << 10, 1 << 20)
                .size("receiveBuffer", receiveBuffer, 0, 1 << 30)
                .size("writeHigh", writeHigh, 1, 1 << 30)
                .size("writeLow", writeLow, 0, writeHigh)
                .time("lingerTimeout", lingerTimeout, SHORTEST, LONGEST)
                .size("lingerBytes", lingerBytes, 0, 1 << 30)
                .time("drainTimeout", drainTimeout, SHORTEST, LONGEST)
                .keep();
    }

    /** What stands when the config says nothing. */
    public static Limits defaults() {
        return new Limits(
                8 << 10,
                32 << 10,
                100,
                8 << 10,
                8 << 10,
                16L << 20,
                256,
                4 << 10,
                64,
                8 << 10,
                64 << 10,
                8,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                100_000,
                Duration.ofHours(1),
                50_000,
                4096,
                128 << 10,
                0,
                64 << 10,
                32 << 10,
                Duration.ofSeconds(2),
                256 << 10,
                Duration.ofSeconds(30));
    }
}
