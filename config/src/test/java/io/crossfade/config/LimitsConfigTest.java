package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Limits.Answers;
import io.crossfade.config.Limits.Bodies;
import io.crossfade.config.Limits.Buffers;
import io.crossfade.config.Limits.Connections;
import io.crossfade.config.Limits.Endings;
import io.crossfade.config.Limits.Heads;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The sections {@code limits}, {@code admin} and {@code control}. */
final class LimitsConfigTest {

    @Test
    void mappingOfLimits() {
        assertThat(Loading.config(
                                Loading.with(
                                        "limits: { requestLine: 1KiB, head: 2KiB, fields: 3, field: 4KiB, cookie: 5KiB,"
                                                + " body: 6GiB, chunkLine: 7B, chunkExtensions: 8KiB, trailerFields: 9, trailers: 10KiB,"
                                                + " responseHead: 11KiB, interimResponses: 12, headTimeout: 13s, idleTimeout: 14s, maxRequests: 15,"
                                                + " maxAge: 16s, maxConnections: 17k, backlog: 18, readBuffer: 19KiB, receiveBuffer: 24KiB, writeHigh: 20KiB,"
                                                + " writeLow: 0B, lingerTimeout: 21s, lingerBytes: 22KiB, drainTimeout: 23s }\n"))
                        .limits())
                .isEqualTo(new Limits(
                        new Heads(1 << 10, 2 << 10, 3, 4 << 10, 5 << 10),
                        new Bodies(6L << 30, 7, 8 << 10, 9, 10 << 10),
                        new Answers(11 << 10, 12),
                        new Connections(
                                Duration.ofSeconds(13), Duration.ofSeconds(14), 15, Duration.ofSeconds(16), 17_000, 18),
                        new Buffers(19 << 10, 24 << 10, 20 << 10, 0),
                        new Endings(Duration.ofSeconds(21), 22 << 10, Duration.ofSeconds(23))));
    }

    @Test
    void mappingOfAdmin() {
        assertThat(Loading.config(
                                Loading.with(
                                        "admin: { address: '127.0.0.1:1', maxConnections: 2, idleTimeout: 3s, headTimeout: 8s, bodyTimeout: 9s,"
                                                + " body: 4KiB, maxPipelined: 5, maxEventStreams: 6, maxIdempotencyKeys: 7k }\n"))
                        .admin())
                .isEqualTo(new Admin(
                        new InetSocketAddress("127.0.0.1", 1),
                        2,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(9),
                        4 << 10,
                        5,
                        6,
                        7_000));
    }

    @Test
    void mappingOfControl() {
        assertThat(Loading.config(Loading.with("control: { observationQueue: 1024, tick: 5ms, window: 2s,"
                                + " journalSegment: 1MiB, operationQueue: 7, reports: 8 }\n"))
                        .control())
                .isEqualTo(new ControlSettings(1024, Duration.ofMillis(5), Duration.ofSeconds(2), 1 << 20, 7, 8));
    }

    @Test
    void mistakes() {
        String yaml = """
                limits: { fields: 8KiB, head: 4GiB, writeLow: 1MiB, idleTimeout: 60 }
                control: { observationQueue: 1000, tick: 5s, windw: 1s }
                """;
        assertThat(Loading.problems(Loading.with(yaml)))
                .containsExactly(
                        "5:19  limits.fields  8KiB (expected: a whole number such as 500, 20k or 10M)",
                        "5:31  limits.head  4GiB (expected: 16B..16MiB)",
                        "5:47  limits.writeLow  1MiB (expected: 0B..64KiB)",
                        "5:66  limits.idleTimeout  60 has no unit (expected: 60ms or 60s or 60m or 60h)",
                        "6:30  control.observationQueue  1000 (expected: a power of two, 2..16777216)",
                        "6:42  control.tick  5s (expected: 1ms..1s)",
                        "6:46  control.windw  unknown key (did you mean window?)");
    }

    @Test
    void boundsOfTheServerAndOfTheEndsOfItsConnections() {
        String low = """
                limits: { backlog: 0, readBuffer: 4095B, lingerTimeout: 0s, drainTimeout: 0s }
                """;
        assertThat(Loading.problems(Loading.with(low)))
                .containsExactly(
                        "5:20  limits.backlog  0 (expected: 1..65535)",
                        "5:35  limits.readBuffer  4095B (expected: 4KiB..1MiB)",
                        "5:57  limits.lingerTimeout  0s (expected: 1ms..720h)",
                        "5:75  limits.drainTimeout  0s (expected: 1ms..720h)");
        String high = """
                limits: { backlog: 65536, readBuffer: 2MiB, lingerTimeout: 31d, lingerBytes: 2GiB, drainTimeout: 721h }
                """;
        assertThat(Loading.problems(Loading.with(high)))
                .containsExactly(
                        "5:20  limits.backlog  65536 (expected: 1..65535)",
                        "5:39  limits.readBuffer  2MiB (expected: 4KiB..1MiB)",
                        "5:60  limits.lingerTimeout  31d (expected: 1ms..720h)",
                        "5:78  limits.lingerBytes  2GiB (expected: 0B..1024MiB)",
                        "5:98  limits.drainTimeout  721h (expected: 1ms..720h)");
    }

    @Test
    void boundsOfTheAdminApi() {
        String low = """
                admin: { maxConnections: 0, idleTimeout: 0s, body: 63B, maxEventStreams: 0, maxIdempotencyKeys: 0 }
                """;
        assertThat(Loading.problems(Loading.with(low)))
                .containsExactly(
                        "5:26  admin.maxConnections  0 (expected: 1..65535)",
                        "5:42  admin.idleTimeout  0s (expected: 1ms..720h)",
                        "5:52  admin.body  63B (expected: 64B..16MiB)",
                        "5:74  admin.maxEventStreams  0 (expected: 1..65535)",
                        "5:97  admin.maxIdempotencyKeys  0 (expected: 1..1000000)");
        String high = """
                admin: { maxConnections: 65536, idleTimeout: 721h, body: 17MiB, maxPipelined: 1001, maxEventStreams: 65536 }
                """;
        assertThat(Loading.problems(Loading.with(high)))
                .containsExactly(
                        "5:26  admin.maxConnections  65536 (expected: 1..65535)",
                        "5:46  admin.idleTimeout  721h (expected: 1ms..720h)",
                        "5:58  admin.body  17MiB (expected: 64B..16MiB)",
                        "5:79  admin.maxPipelined  1001 (expected: 0..1000)",
                        "5:102  admin.maxEventStreams  65536 (expected: 1..65535)");
        assertThat(Loading.problems(Loading.with("admin: { maxIdempotencyKeys: 2M, maxPipelnied: 1 }\n")))
                .containsExactly(
                        "5:30  admin.maxIdempotencyKeys  2M (expected: 1..1000000)",
                        "5:34  admin.maxPipelnied  unknown key (did you mean maxPipelined?)");
    }
}
