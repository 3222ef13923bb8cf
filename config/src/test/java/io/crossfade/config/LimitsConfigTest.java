package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The sections {@code limits} and {@code control}. */
final class LimitsConfigTest {

    @Test
    void mappingOfLimits() {
        assertThat(Loading.config(Loading.with(
                                "limits: { requestLine: 1KiB, head: 2KiB, fields: 3, field: 4KiB, cookie: 5KiB,"
                                        + " body: 6GiB, chunkLine: 7B, chunkExtensions: 8KiB, trailerFields: 9, trailers: 10KiB,"
                                        + " responseHead: 11KiB, interimResponses: 12, headTimeout: 13s, idleTimeout: 14s, maxRequests: 15,"
                                        + " maxAge: 16s, maxConnections: 17k, writeHigh: 18KiB, writeLow: 0B }\n"))
                        .limits())
                .isEqualTo(new Limits(
                        1 << 10,
                        2 << 10,
                        3,
                        4 << 10,
                        5 << 10,
                        6L << 30,
                        7,
                        8 << 10,
                        9,
                        10 << 10,
                        11 << 10,
                        12,
                        Duration.ofSeconds(13),
                        Duration.ofSeconds(14),
                        15,
                        Duration.ofSeconds(16),
                        17_000,
                        18 << 10,
                        0));
    }

    @Test
    void mappingOfControl() {
        assertThat(Loading.config(Loading.with("control: { observationQueue: 1024, tick: 5ms, window: 2s,"
                                + " journalSegment: 1MiB, operationQueue: 7 }\n"))
                        .control())
                .isEqualTo(new ControlSettings(1024, Duration.ofMillis(5), Duration.ofSeconds(2), 1 << 20, 7));
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
}
