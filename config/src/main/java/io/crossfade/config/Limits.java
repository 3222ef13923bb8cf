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
 * @param writeHigh bytes queued towards a slow peer at which the other side is no longer read, 64 KiB
 * @param writeLow bytes queued at which it is read again, 32 KiB
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
        int writeHigh,
        int writeLow) {

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
                64 << 10,
                32 << 10);
    }
}
