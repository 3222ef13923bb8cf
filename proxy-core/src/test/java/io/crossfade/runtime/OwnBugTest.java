package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.crossfade.admit.Breaker;
import io.crossfade.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mistake of the proxy's own costs: one exchange and its connection, nobody else's. */
class OwnBugTest {
    @TempDir
    Path data;

    private RawUpstream upstream;
    private DataPlane plane;

    @BeforeEach
    void start() throws Exception {
        upstream = new RawUpstream(c -> {
            for (String head = c.head(); head != null; head = c.head()) {
                if (!head.contains(" /silent ")) {
                    c.send(RawUpstream.ok("fine"));
                }
            }
        });
        Config config = new TestServer.Setup(data)
                .loops(1)
                .limits("headTimeout: 600ms, idleTimeout: 10s")
                .upstream("legacy", u -> u.responseTimeout(Duration.ofMillis(300)), upstream.port())
                .route("all", "/", "legacy")
                .config();
        plane = new DataPlane(config);
        plane.listen();
    }

    @AfterEach
    void stop() throws Exception {
        plane.close();
        upstream.close();
    }

    private RawClient client() throws Exception {
        return new RawClient(plane.bound().values().iterator().next());
    }

    private Breaker.Gate[] gates() {
        return plane.snapshots().current().routes().get(0).baseline().gates();
    }

    private void awaitNothingInFlight() {
        await().untilAsserted(() -> assertThat(plane.counters().inFlight()).isZero());
    }

    @Test
    void aMistakeBeforeTheUpstreamEndsItsExchange() throws Exception {
        Breaker.Gate[] whole = gates().clone();
        try (RawClient client = client()) {
            Arrays.fill(gates(), null);
            assertThat(client.get("/").rest()).isEmpty();
            awaitNothingInFlight();
            System.arraycopy(whole, 0, gates(), 0, whole.length);
            assertThat(answerOfAnother()).isEqualTo("fine");
        }
    }

    private String answerOfAnother() throws Exception {
        try (RawClient other = client()) {
            return other.get("/").answer().body();
        }
    }
}
