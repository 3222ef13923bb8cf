package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Levels;
import io.crossfade.config.RolloutSpec;
import io.crossfade.config.RolloutSpec.Advance;
import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.RolloutSpec.ClientErrors;
import io.crossfade.config.RolloutSpec.Errors;
import io.crossfade.config.RolloutSpec.Latency;
import io.crossfade.config.RolloutSpec.OnFail;
import io.crossfade.config.RolloutSpec.Throughput;
import io.crossfade.config.RolloutSpec.UserSuccess;
import io.crossfade.config.StatusRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the configuration allows, a server starts with. */
class PlansTest {
    @TempDir
    Path data;

    static List<Analysis> outermost() {
        return List.of(
                new Analysis(
                        true,
                        1e-9,
                        1,
                        1e-6,
                        new Errors(
                                true, 1, 1e-6, new Levels(1e-6, 1e-6), List.of(new StatusRange(100, 100)), OnFail.HOLD),
                        new Latency(true, List.of(1e-8), 1, Duration.ZERO, OnFail.HOLD),
                        new ClientErrors(true, OnFail.HOLD),
                        new UserSuccess(true, 0.01, new Levels(0.01, 0.01), OnFail.HOLD),
                        new Throughput(true, 0.01, Levels.NONE, OnFail.HOLD),
                        new Advance(0.5, Duration.ZERO)),
                new Analysis(
                        true,
                        0.5,
                        1_000_000_000_000L,
                        1,
                        new Errors(
                                true, 100, 0.5, new Levels(0.5, 0.5), List.of(new StatusRange(200, 599)), OnFail.HOLD),
                        new Latency(
                                true,
                                List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.99999999),
                                100,
                                Duration.ofHours(1),
                                OnFail.HOLD),
                        new ClientErrors(false, OnFail.ROLLBACK_GRACEFUL),
                        new UserSuccess(true, 0.9999, new Levels(1.0, null), OnFail.ROLLBACK_IMMEDIATE),
                        new Throughput(true, 1, new Levels(1.0, 1.0), OnFail.ROLLBACK_GRACEFUL),
                        new Advance(0.999999, Duration.ofDays(365))));
    }

    @ParameterizedTest
    @MethodSource("outermost")
    void anAnalysisAtItsBoundsStarts(Analysis analysis) throws Exception {
        RolloutSpec plain = TestServer.manual("orders", 50_000);
        RolloutSpec spec = new RolloutSpec(
                plain.name(),
                plain.release(),
                plain.risk(),
                plain.baseline(),
                plain.canary(),
                plain.unitFrom(),
                plain.salt(),
                plain.steps(),
                plain.weight(),
                plain.holdback(),
                analysis,
                plain.recall());
        try (TestServer server = new TestServer.Setup(data)
                .upstream("legacy", 1)
                .upstream("next", 1)
                .rolloutRoute("all", "/", "orders")
                .rollout(spec)
                .start()) {
            assertThat(server.api.control().status("orders").orElseThrow().weight())
                    .isEqualTo(50_000);
        }
    }
}
