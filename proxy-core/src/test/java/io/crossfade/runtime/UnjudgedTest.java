package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.control.Operation;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control thread that is held up, by a disk or by other work, does not cost the users of a failing canary more than two answers. */
class UnjudgedTest {
    private static final String FAILED = "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    Path data;

    @Test
    void aFailingCanaryGetsNoUsersWhileItsFailuresWaitForTheControlThread() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = RawUpstream.answering(FAILED);
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", legacy.port())
                        .upstream("next", next.port())
                        .rolloutRoute("all", "/", "orders")
                        .rollout(TestServer.manual("orders", 100_000))
                        .loops(2)
                        .start();
                RawClient one = server.client();
                RawClient other = server.client()) {
            var unused = server.api.control().subscribe(event -> {
                held.countDown();
                await(release);
            });
            server.api
                    .control()
                    .submit("orders", new Operation(Verb.PAUSE, "tester", "test", null, null, null, null, false));
            assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(status(one)).isEqualTo(500);
            assertThat(status(other)).isEqualTo(500);
            for (int i = 0; i < 20; i++) {
                assertThat(status(i % 2 == 0 ? one : other)).isEqualTo(200);
            }
            assertThat(server.metric("crossfade_assignments_total{rollout=\"orders\",reason=\"unjudged\",}"))
                    .isEqualTo(20);
            release.countDown();
            // Nothing was decided by these two, so the canary has its users again.
            Awaitility.await().untilAsserted(() -> assertThat(status(one)).isEqualTo(500));
        } finally {
            release.countDown();
        }
    }

    private static int status(RawClient client) throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: shop.example\r\nX-User-Id: u1\r\n\r\n");
        return client.answer().status();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
