package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.load.scenario.Answer.Ask;
import io.crossfade.load.scenario.Service.Behaviour;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a service does, each request is answered or cut, and no buffer is lost. */
@Tag("slow")
class BadServiceTest {
    private static final int REQUESTS = 1_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"HEALTHY", "STATUS_404"})
    void noBufferIsLost(Behaviour behaviour) throws Exception {
        AtomicLong failed = new AtomicLong();
        try (Service service = Service.start("legacy", 1);
                Edge edge = Edge.startGuarded(folder, Edge.head() + """
                        upstreams:
                          - name: legacy
                            endpoints: ["127.0.0.1:%d"]
                            responseTimeout: 200ms
                            breaker: { failureRate: 100%%, window: 100000, minimumCalls: 100000 } # which stays closed
                        routes: [{ name: all, match: { pathPrefix: / }, upstream: legacy }]
                        """.formatted(service.port()))) {
            service.latency(5, 1);
            ask(edge, failed);
            assertThat(failed).hasValue(0);
            service.behave(behaviour);
            ask(edge, failed);
            assertThat(failed).hasValue(REQUESTS);
        }
    }

    private static void ask(Edge edge, AtomicLong failed) throws Exception {
        try (Users users = Users.start(
                edge.port(),
                64,
                0,
                i -> i < REQUESTS ? new Ask("/", (int) i) : null,
                answer -> failed.addAndGet(answer.failed() ? 1 : 0))) {
            users.await(60);
        }
    }
}
