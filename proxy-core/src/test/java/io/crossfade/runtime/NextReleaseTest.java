package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.crossfade.config.ConfigLoader;
import io.crossfade.config.LoadResult;
import io.crossfade.control.Operation;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users see while another rollout takes a name: no request goes to a service that the change does not mean. */
@Timeout(60)
final class NextReleaseTest {
    private static final int REQUESTS_BEFORE_AND_AFTER = 200;

    private final RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
    private final RawUpstream next = RawUpstream.answering(RawUpstream.ok("next"));
    private final RawUpstream next2 = RawUpstream.answering(RawUpstream.ok("next2"));
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private ServerApi api;

    @TempDir
    private Path data;

    NextReleaseTest() throws IOException {}

    @BeforeEach
    void start() {
        api = start(rollout("baseline: legacy, canary: next"));
    }

    @AfterEach
    void close() throws IOException {
        api.close();
        legacy.close();
        next.close();
        next2.close();
    }

    /** The first release is done; the legacy service may be switched off already, so nobody may be sent there, not for a moment. */
    @Test
    void aReloadToTheNextReleaseMovesNobody() throws Exception {
        operate(Verb.SET_WEIGHT, 100_000);
        assertThat(servedDuring("baseline: next, canary: next2")).containsExactly("next");
        assertThat(api.control().status("all").orElseThrow().phase()).isEqualTo("draft");
        operate(Verb.SET_WEIGHT, 100_000);
        assertThat(oneAnswer()).isEqualTo("next2");
    }

    @Test
    void aCanaryReplacedInTheMiddleGetsNobody() throws Exception {
        operate(Verb.SET_WEIGHT, 100_000);
        assertThat(servedDuring("baseline: legacy, canary: next2")).containsOnly("next", "legacy");
        assertThat(oneAnswer()).isEqualTo("legacy");
    }

    /** The how-to's last step: the route names the winner, the rollout goes. */
    @Test
    void takingOutWhatIsDoneMovesNobody() throws Exception {
        operate(Verb.PROMOTE_FULL, null);
        operate(Verb.PROMOTE_FULL, null);
        assertThat(api.control().status("all").orElseThrow().phase()).isEqualTo("completed");
        String plain = rollout("baseline: legacy, canary: next")
                .replaceFirst("(?s)rollouts:.*", "")
                .replace("rollout: all", "upstream: next");
        assertThat(servedWhile(plain)).containsExactly("next");
    }

    private Set<String> servedDuring(String variants) throws Exception {
        return servedWhile(rollout(variants));
    }

    /** Asks without a pause while another file is taken over. */
    private Set<String> servedWhile(String yaml) throws Exception {
        Thread user = new Thread(this::ask);
        user.start();
        awaitAnswers(REQUESTS_BEFORE_AND_AFTER);
        assertThat(api.reload("test.yaml", true, () -> read(yaml))).isInstanceOf(Reload.Done.class);
        awaitAnswers(answers.size() + REQUESTS_BEFORE_AND_AFTER);
        user.interrupt();
        user.join(5_000);
        return Set.copyOf(answers);
    }

    private void awaitAnswers(int count) {
        await().until(() -> answers.size() >= count);
    }

    private void ask() {
        try (RawClient client =
                new RawClient(api.listeners().values().iterator().next())) {
            while (!Thread.currentThread().isInterrupted()) {
                answers.add(client.get("/x").answer().body());
            }
        } catch (IOException e) {
            answers.add(e.toString());
        }
    }

    private String oneAnswer() throws IOException {
        try (RawClient client =
                new RawClient(api.listeners().values().iterator().next())) {
            return client.get("/x").answer().body();
        }
    }

    private void operate(Verb verb, @Nullable Integer weight) throws Exception {
        Operation.Receipt receipt = api.control()
                .submit("all", new Operation(verb, "tester", "test", weight, null, null, null, false))
                .get(5, TimeUnit.SECONDS);
        assertThat(receipt.result()).as(receipt.detail()).isEqualTo(Operation.Result.ACCEPTED);
    }

    private ServerApi start(String yaml) {
        try {
            return Server.start(((LoadResult.Loaded) read(yaml)).config());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LoadResult read(String yaml) {
        return ConfigLoader.parse(Path.of("test.yaml"), yaml, Map.of());
    }

    private String rollout(String variants) {
        return """
                version: 1
                data: "%s"
                eventLoops: 2
                listeners: [{ name: edge, address: "127.0.0.1:0" }]
                upstreams:
                  - { name: legacy, endpoints: ["127.0.0.1:%d"] }
                  - { name: next, endpoints: ["127.0.0.1:%d"] }
                  - { name: next2, endpoints: ["127.0.0.1:%d"] }
                routes: [{ name: all, match: { pathPrefix: / }, rollout: all }]
                rollouts:
                  - { name: all, variants: { %s }, unit: { from: [{ header: X-User-Id }] }, weight: 10%%, analysis: off }
                """.formatted(data.resolve("data"), legacy.port(), next.port(), next2.port(), variants);
    }
}
