package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.RolloutSpec;
import io.crossfade.control.Operation;
import io.crossfade.rollout.Mode;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a rollback does with requests that the canary has not answered yet. */
class RecallTest {
    private static final Duration RESPONSE_TIMEOUT = Duration.ofMillis(1_500);

    private static final RawUpstream.Script SILENT = c -> {
        while (c.head() != null) {
            c.socket.setSoTimeout(0);
        }
    };

    @TempDir
    Path data;

    private TestServer.Setup setup(RawUpstream legacy, RawUpstream next, int maxConnections) {
        return new TestServer.Setup(data)
                .upstream("legacy", legacy.port())
                .upstream("next", u -> u.responseTimeout(RESPONSE_TIMEOUT).maxConnections(maxConnections), next.port())
                .rolloutRoute("all", "/", "orders")
                .rollout(TestServer.manual("orders", 100_000))
                .loops(1);
    }

    private static void rollBack(TestServer server, Mode mode) throws Exception {
        Operation operation = new Operation(Verb.ROLLBACK, "tester", "test", null, mode, null, null, false);
        Operation.Receipt receipt =
                server.api.control().submit("orders", operation).get(5, TimeUnit.SECONDS);
        assertThat(receipt.result()).as(receipt.detail()).isEqualTo(Operation.Result.ACCEPTED);
    }

    private static String request(String method, String path, String body) {
        return method + ' ' + path + " HTTP/1.1\r\nHost: shop.example\r\nX-User-Id: u1\r\n"
                + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body;
    }

    private static double recalled(TestServer server) throws IOException {
        return server.metric("crossfade_assignments_total{rollout=\"orders\",reason=\"recalled\",}");
    }

    @Test
    void safeRequestsAreAnsweredByTheBaselineAndOthersAreNotAskedTwice() throws Exception {
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = new RawUpstream(SILENT);
                TestServer server = setup(legacy, next, 64).start()) {
            List<RawClient> safe = new ArrayList<>();
            List<RawClient> unsafe = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                safe.add(server.client());
                safe.get(i).send(request(i % 2 == 0 ? "GET" : "OPTIONS", "/" + i, ""));
            }
            for (String method : List.of("POST", "PUT", "DELETE")) {
                RawClient client = server.client();
                client.send(request(method, "/unsafe", method.equals("DELETE") ? "" : "abc"));
                unsafe.add(client);
            }
            for (int i = 0; i < 23; i++) {
                assertThat(next.nextHead()).isNotNull();
            }
            long before = System.nanoTime();
            rollBack(server, Mode.IMMEDIATE);
            for (RawClient client : safe) {
                assertThat(client.answer().body()).isEqualTo("legacy");
            }
            assertThat(System.nanoTime() - before).isLessThan(TimeUnit.MILLISECONDS.toNanos(1_000));
            for (RawClient client : unsafe) {
                assertThat(client.answer().status()).isEqualTo(504);
            }
            assertThat(legacy.headsWaiting()).isEqualTo(20);
            assertThat(legacy.nextHead()).contains(" /").contains("X-User-Id: u1\r\n");
            assertThat(recalled(server)).isEqualTo(20);
            for (RawClient client : safe) { // their connections live on, and so do their users, on the baseline
                client.send(request("GET", "/again", ""));
                assertThat(client.answer().body()).isEqualTo("legacy");
                client.close();
            }
            assertThat(server.metric("crossfade_requests_in_flight")).isZero();
        }
    }

    /**
     * Sixty users of a silent canary are overdue in the same instant, and the budget recalls thirty at most. The others time out, all within one
     * sweep; the rollback that the first of them cause saves the rest. On a quiet machine it is there after 8 at most; where other
     * work takes the cores, the witnesses from the baseline are late, and so is the rollback.
     */
    @Test
    void ofManyThatWaitInVainAHandfulFail() throws Exception {
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = new RawUpstream(SILENT);
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", legacy.port())
                        .upstream(
                                "next", u -> u.responseTimeout(RESPONSE_TIMEOUT).maxConnections(64), next.port())
                        .rolloutRoute("all", "/", "orders")
                        .rollout(withSmallBudget(TestServer.manual("orders", 10_000, true)))
                        .loops(1)
                        .start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int user = 2; clients.size() < 60; user++) {
                String name = "u" + user;
                if (server.api.explain("all", name).orElseThrow().variant().equals("canary")) {
                    RawClient client = server.client();
                    client.send(request("GET", "/", "").replace("u1", name));
                    clients.add(client);
                }
            }
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Void> others = CompletableFuture.runAsync(() -> keepAsking(server, over));
            int failed = 0;
            for (RawClient client : clients) {
                RawClient.Answer answer = client.answer();
                failed += answer.status() == 504 ? 1 : 0;
                assertThat(answer.status()).isIn(200, 504);
                client.close();
            }
            over.set(true);
            others.get(10, TimeUnit.SECONDS);
            assertThat(failed).isBetween(1, 20);
            double overdue = server.metric("crossfade_assignments_total{rollout=\"orders\",reason=\"overdue\",}");
            assertThat(overdue).isLessThanOrEqualTo(30);
            assertThat(recalled(server) + overdue).isEqualTo(60 - failed);
        }
    }

    /** With a budget of thirty in ten seconds. */
    private static RolloutSpec withSmallBudget(RolloutSpec of) {
        return new RolloutSpec(
                of.name(),
                of.release(),
                of.risk(),
                of.baseline(),
                of.canary(),
                of.unitFrom(),
                of.salt(),
                of.steps(),
                of.weight(),
                of.holdback(),
                of.analysis(),
                new RolloutSpec.Recall(0));
    }

    /** The user u1 is on the baseline, which so shows that it is well. */
    private static void keepAsking(TestServer server, AtomicBoolean over) {
        try (RawClient client = server.client()) {
            while (!over.get()) {
                client.send(request("GET", "/", ""));
                assertThat(client.answer().body()).isEqualTo("legacy");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aGracefulRollbackLetsThemEnd() throws Exception {
        CountDownLatch rolledBack = new CountDownLatch(1);
        RawUpstream.Script late = c -> {
            c.head();
            assertThat(rolledBack.await(10, TimeUnit.SECONDS)).isTrue();
            c.send(RawUpstream.ok("next"));
        };
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = new RawUpstream(late);
                TestServer server = setup(legacy, next, 64).start();
                RawClient client = server.client()) {
            client.send(request("GET", "/", ""));
            assertThat(next.nextHead()).isNotNull();
            rollBack(server, Mode.GRACEFUL);
            rolledBack.countDown();
            assertThat(client.answer().body()).isEqualTo("next");
            assertThat(recalled(server)).isZero();
        }
    }

    @Test
    void otherRolloutsAreLeftAlone() throws Exception {
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = new RawUpstream(SILENT);
                TestServer server = setup(legacy, next, 64)
                        .rolloutRoute("other", "/other", "other")
                        .rollout(TestServer.manual("other", 100_000))
                        .start();
                RawClient here = server.client();
                RawClient there = server.client()) {
            here.send(request("GET", "/", ""));
            there.send(request("GET", "/other", ""));
            assertThat(next.nextHead()).isNotNull();
            assertThat(next.nextHead()).isNotNull();
            rollBack(server, Mode.IMMEDIATE);
            assertThat(here.answer().body()).isEqualTo("legacy");
            assertThat(there.answer().status()).isEqualTo(504);
        }
    }

    /** A baseline that is full is not given the canary's load on top. */
    @Test
    void aFullBaselineIsSpared() throws Exception {
        try (RawUpstream legacy = new RawUpstream(SILENT);
                RawUpstream next = new RawUpstream(SILENT);
                TestServer server = new TestServer.Setup(data)
                        .upstream("legacy", u -> u.maxConnections(1).maxPending(1), legacy.port())
                        .upstream(
                                "next", u -> u.responseTimeout(RESPONSE_TIMEOUT).maxConnections(64), next.port())
                        .rolloutRoute("all", "/", "orders")
                        .route("direct", "/direct", "legacy")
                        .rollout(TestServer.manual("orders", 100_000))
                        .loops(1)
                        .start();
                RawClient busy = server.client();
                RawClient client = server.client()) {
            busy.send(request("GET", "/direct", ""));
            assertThat(legacy.nextHead()).isNotNull();
            client.send(request("GET", "/", ""));
            assertThat(next.nextHead()).isNotNull();
            rollBack(server, Mode.IMMEDIATE);
            assertThat(client.answer().status()).isEqualTo(504);
            assertThat(legacy.headsWaiting()).isZero();
            assertThat(recalled(server)).isZero();
        }
    }
}
