package io.crossfade.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.crossfade.config.Cidr;
import io.crossfade.config.RolloutSpec;
import io.crossfade.control.Operation;
import io.crossfade.control.RolloutStatus;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets which variant, seen from outside. */
class AssignmentTest {
    private static final Pattern MINTED = Pattern.compile("Set-Cookie: uid=([0-9a-f]{32}); ");

    @TempDir
    Path data;

    private TestServer start(RawUpstream legacy, RawUpstream next, RolloutSpec rollout) throws IOException {
        return new TestServer.Setup(data)
                .upstream("legacy", legacy.port())
                .upstream("next", next.port())
                .rolloutRoute("all", "/", rollout.name())
                .rollout(rollout)
                .start();
    }

    /** Half of the users on the canary, told apart by this. */
    private static RolloutSpec half(RolloutSpec.UnitSource.Kind kind, String name) {
        return TestServer.manual("orders", 50_000, new RolloutSpec.UnitSource(kind, name));
    }

    private static Set<Integer> canaryUsers(TestServer server, int users) throws IOException {
        Set<Integer> canary = new HashSet<>();
        try (RawClient client = server.client()) {
            for (int user = 0; user < users; user++) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nX-User-Id: u" + user + "\r\n\r\n");
                if (client.answer().body().equals("next")) {
                    canary.add(user);
                }
            }
        }
        return canary;
    }

    private static void setWeight(TestServer server, int weight) throws Exception {
        long version = server.api.control().status("orders").orElseThrow().version();
        Operation.Receipt receipt = server.api
                .control()
                .submit("orders", new Operation(Verb.SET_WEIGHT, "tester", "test", weight, null, null, version, false))
                .get(5, TimeUnit.SECONDS);
        assertThat(receipt.result()).as(receipt.detail()).isEqualTo(Operation.Result.ACCEPTED);
    }

    @Test
    void growingMovesNobodyBackShrinkingOnlyTheExcessAndARestartNobody() throws Exception {
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = RawUpstream.answering(RawUpstream.ok("next"))) {
            RolloutSpec rollout = TestServer.manual("orders", 5_000);
            Set<Integer> at5;
            Set<Integer> at25;
            try (TestServer server = start(legacy, next, rollout)) {
                at5 = canaryUsers(server, 4_000);
                assertThat(at5.size()).isBetween(200 - 42, 200 + 42); // 3 sigma of 4,000 at 5 %
                setWeight(server, 25_000);
                at25 = canaryUsers(server, 4_000);
                assertThat(at25).containsAll(at5).hasSizeGreaterThan(at5.size());
                for (int user = 0; user < 1_000; user++) {
                    ServerApi.Assigned explained =
                            server.api.explain("all", "u" + user).orElseThrow();
                    assertThat(explained.variant()).isEqualTo(at25.contains(user) ? "canary" : "baseline");
                    assertThat(explained.bucket() < explained.weight()).isEqualTo(at25.contains(user));
                }
            }
            try (TestServer server = start(legacy, next, rollout)) {
                assertThat(canaryUsers(server, 4_000)).isEqualTo(at25);
                setWeight(server, 5_000);
                assertThat(canaryUsers(server, 4_000)).isEqualTo(at5);
                setWeight(server, 100_000);
                assertThat(canaryUsers(server, 100)).hasSize(100);
            }
        }
    }

    /** As the split test needs it: by whichever event loop he comes, and whatever the weight is when he comes again. */
    @Test
    void aUserIsANewUserOnce() throws Exception {
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = RawUpstream.answering(RawUpstream.ok("next"));
                TestServer server = start(legacy, next, TestServer.manual("orders", 50_000, true))) {
            int canary = canaryUsers(server, 200).size();
            for (int connection = 0; connection < 8; connection++) {
                assertThat(canaryUsers(server, 200)).hasSize(canary);
            }
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> split(server).startsWith("of 200 new users " + canary + " ("));
            setWeight(server, 20_000);
            canaryUsers(server, 250);
            await().atMost(Duration.ofSeconds(10)).until(() -> split(server).contains(" let expect 110 ("));
            assertThat(split(server)).startsWith("of 250 new users ");
        }
    }

    private static String split(TestServer server) {
        return server.api.control().status("orders").orElseThrow().verdicts().stream()
                .filter(verdict -> verdict.metric().equals("split"))
                .map(RolloutStatus.Verdict::needs)
                .findFirst()
                .orElse("");
    }

    @Test
    void aClientWithoutAKeyGetsACookieOnceAndKeepsItsVariant() throws Exception {
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = RawUpstream.answering(RawUpstream.ok("next"));
                TestServer server = start(legacy, next, half(RolloutSpec.UnitSource.Kind.COOKIE, "uid"));
                RawClient client = server.client()) {
            Set<String> variants = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                RawClient.Answer first = client.get("/").answer();
                Matcher minted = MINTED.matcher(first.head());
                assertThat(minted.find()).as(first.head()).isTrue();
                variants.add(first.body());
                client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: a=b; uid=" + minted.group(1) + "\r\n\r\n");
                RawClient.Answer second = client.answer();
                assertThat(second.body()).isEqualTo(first.body());
                assertThat(second.head()).doesNotContain("Set-Cookie");
            }
            assertThat(variants).containsExactlyInAnyOrder("legacy", "next");
        }
    }

    @Test
    void theClientAddressIsTheLastResort() throws Exception {
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = RawUpstream.answering(RawUpstream.ok("next"));
                TestServer server = start(legacy, next, half(RolloutSpec.UnitSource.Kind.CLIENT_IP, ""));
                RawClient client = server.client()) {
            String expected = server.api
                            .explain("all", "127.0.0.1")
                            .orElseThrow()
                            .variant()
                            .equals("canary")
                    ? "next"
                    : "legacy";
            assertThat(client.get("/").answer().body()).isEqualTo(expected);
        }
    }

    @Test
    void aRouteWithoutARolloutHasNone() throws Exception {
        try (TestServer server = new TestServer.Setup(data)
                .upstream("legacy", 1)
                .route("rest", "/", "legacy")
                .start()) {
            assertThat(server.api.explain("rest", "u1"))
                    .contains(new ServerApi.Assigned("rest", "", "u1", "none", 0, 0, "no-rollout"));
        }
    }

    @Test
    void whileTheCanarysBreakerIsOpenItsUsersAreAnsweredByTheBaseline() throws Exception {
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = RawUpstream.answering("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
                TestServer server = start(legacy, next, TestServer.manual("orders", 100_000));
                RawClient client = server.client()) {
            int failed = 0;
            for (int i = 0;
                    failed < 20;
                    i++) { // some are answered by the baseline while failures wait for their judgement
                assertThat(i).isLessThan(10_000);
                failed += client.get("/").answer().status() == 503 ? 1 : 0;
            }
            assertThat(client.get("/").answer().body()).isEqualTo("legacy");
            assertThat(server.metric("resilience4j_circuitbreaker_state{name=\"orders/canary\",state=\"open\",}"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: %s\r\n",
                "X-Forwarded-For: 6.6.6.6, 7.7.7.7,\t%s\r\n",
                "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: %s , \r\nX-Forwarded-For:\r\n"
            })
    void behindATrustedPeerTheClientIsWhomItNamesLast(String fields) throws Exception {
        try (RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
                RawUpstream next = RawUpstream.answering(RawUpstream.ok("next"));
                TestServer server = new TestServer.Setup(data)
                        .trusting(new Cidr(InetAddress.getByName("127.0.0.0"), 8))
                        .upstream("legacy", legacy.port())
                        .upstream("next", next.port())
                        .rolloutRoute("all", "/", "orders")
                        .rollout(half(RolloutSpec.UnitSource.Kind.CLIENT_IP, ""))
                        .start();
                RawClient client = server.client()) {
            for (int i = 1; i <= 20; i++) {
                String address = "203.0.113." + i;
                client.send("GET / HTTP/1.1\r\nHost: a\r\n" + String.format(fields, address) + "\r\n");
                ServerApi.Assigned expected = server.api.explain("all", address).orElseThrow();
                assertThat(client.answer().body()).isEqualTo(expected.variant().equals("canary") ? "next" : "legacy");
            }
        }
    }
}
