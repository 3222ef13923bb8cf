package io.crossfade.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.crossfade.config.Change;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.LoadResult;
import io.crossfade.config.Problem;
import io.crossfade.control.ControlApi;
import io.crossfade.control.Operation;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another configuration in force while the server serves. */
@Timeout(120)
class ReloadTest {
    private static final String RELOADED_AT = "crossfade_config_last_reload_success_timestamp_seconds";
    private static final String SUCCESSFUL = "crossfade_config_last_reload_successful";

    private final RawUpstream legacy = RawUpstream.answering(RawUpstream.ok("legacy"));
    private final RawUpstream next = RawUpstream.answering(RawUpstream.ok("next"));
    private ServerApi api;
    private final List<RawClient> clients = new ArrayList<>();

    @TempDir
    private Path data;

    ReloadTest() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        api = Server.start(((LoadResult.Loaded) read(file("", ""))).config());
    }

    @AfterEach
    void close() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        api.close();
        legacy.close();
        next.close();
    }

    @Test
    void theNextRequestOfAKeptConnectionTakesTheNewRoute() throws IOException {
        RawClient kept = client();
        assertThat(kept.get("/x").answer().body()).isEqualTo("legacy");
        assertThat(reload(file("", "").replace("upstream: legacy }", "upstream: next }")))
                .isEmpty();
        assertThat(kept.get("/x").answer().body()).isEqualTo("next");
        assertThat(api.config().routes().get(0).upstream()).isEqualTo("next");
    }

    @Test
    void anUpstreamThatHasNotChangedKeepsItsConnectionsAndItsNumbers() throws Exception {
        RawClient kept = client();
        kept.get("/x").answer();
        reload(file(
                "  - { name: other, endpoints: [\"127.0.0.1:1\"] }\n",
                "  - { name: o, match: { pathPrefix: /o }, upstream: other }\n"));
        kept.get("/x").answer();
        reload(file("", "").replace("responseTimeout: 30s", "responseTimeout: 9s"));
        kept.get("/x").answer();
        assertThat(legacy.accepted()).isEqualTo(1);
        assertThat(metric(
                        "crossfade_requests_total{route=\"all\",variant=\"none\",outcome=\"ok\",code_class=\"2xx\",}"))
                .isEqualTo(3);
    }

    @Test
    void aRequestInFlightEndsUnderTheConfigurationItBeganWith() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (RawUpstream slow = new RawUpstream(c -> {
            c.head();
            begun.countDown();
            mayAnswer.await();
            c.send(RawUpstream.ok("slow"));
            if (c.head() == null) {
                closed.countDown();
            }
        })) {
            String withSlow = file(
                    "  - { name: slow, endpoints: [\"127.0.0.1:" + slow.port() + "\"] }\n",
                    "  - { name: s, match: { pathPrefix: /slow }, upstream: slow }\n");
            assertThat(reload(withSlow)).isEmpty();
            RawClient inFlight = client().get("/slow");
            assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(reload(file("", ""))).isEmpty();
            mayAnswer.countDown();
            assertThat(inFlight.answer().body()).isEqualTo("slow");
            assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue(); // nobody names it any more
            assertThat(inFlight.get("/slow").answer().body()).isEqualTo("legacy");
        }
    }

    @Test
    void idleConnectionsOfARetiredUpstreamAreClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawUpstream gone = new RawUpstream(c -> {
            for (String head = c.head(); head != null; head = c.head()) {
                c.send(RawUpstream.ok("gone"));
            }
            closed.countDown();
        })) {
            reload(file(
                    "  - { name: gone, endpoints: [\"127.0.0.1:" + gone.port() + "\"] }\n",
                    "  - { name: g, match: { pathPrefix: /gone }, upstream: gone }\n"));
            assertThat(client().get("/gone").answer().body()).isEqualTo("gone");
            reload(file("", ""));
            assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aBadFileChangesNothingAndSaysWhy() throws Exception {
        double before = metric(RELOADED_AT);
        List<Problem> problems = reload(file("", "").replace("upstream: legacy }", "upstream: lgacy }"));
        assertThat(problems).singleElement().asString().contains("lgacy").contains("legacy");
        assertThat(client().get("/x").answer().body()).isEqualTo("legacy");
        assertThat(metric(SUCCESSFUL)).isZero();
        assertThat(metric(RELOADED_AT)).isEqualTo(before);
        assertThat(api.reloadStatus().problems()).isEqualTo(problems);
        assertThat(reload(file("", ""))).isEmpty();
        assertThat(metric(SUCCESSFUL)).isEqualTo(1);
        assertThat(metric(RELOADED_AT)).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aThousandBadFilesChangeNothing() throws Exception {
        RawClient kept = client();
        kept.get("/x").answer();
        String good = file("", "");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Reload.Status before = api.reloadStatus();
        for (int i = 0; i < 1_000; i++) {
            String bad = broken(good, random);
            assertThat(reload(bad)).as("seed %d, %s", seed, bad).isNotEmpty();
        }
        assertThat(kept.get("/x").answer().body()).isEqualTo("legacy");
        assertThat(legacy.accepted()).isEqualTo(1);
        assertThat(api.reloadStatus().successMillis()).isEqualTo(before.successMillis());
        assertThat(api.listeners()).hasSize(1);
    }

    private static String broken(String good, Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> good.substring(0, random.nextInt(good.indexOf("routes:")));
            case 1 -> good.replace("pathPrefix: /", "pathPrefix: x");
            case 2 -> good + "key" + random.nextInt() + ": 1\n";
            case 3 -> good.replace("upstream: legacy }", "upstream: u" + random.nextInt() + " }");
            case 4 -> good.replace("eventLoops: 2", "eventLoops: " + (3 + random.nextInt(9)));
            default -> good.replace("head: 32KiB", "head: " + random.nextInt(9) + "KB");
        };
    }

    @Test
    void whatBelongsToTheProcessRefusesTheWholeChange() throws IOException {
        for (String restart : List.of(
                file("", "").replace("eventLoops: 2", "eventLoops: 3"),
                file("", "").replace("transport: auto", "transport: nio"),
                file("", "").replace("data: \"", "data: \"/elsewhere"),
                file("", "").replace("127.0.0.1:9900", "127.0.0.1:9901"))) {
            List<Problem> problems = reload(restart.replace("upstream: legacy }", "upstream: next }"));
            assertThat(problems).as(restart).singleElement().asString().contains("restart");
            assertThat(client().get("/x").answer().body()).isEqualTo("legacy");
        }
    }

    @Test
    void boundsOfTheControlThreadAndOfListenersReloadToo() throws IOException {
        for (String other : List.of(
                file("", "").replace("backlog: 100", "backlog: 101"),
                file("", "").replace("tick: 100ms", "tick: 70ms"),
                file("", "").replace("tick: 100ms", "tick: 100ms, window: 2s, operationQueue: 8, journalSegment: 1MiB"),
                file("", "").replace("tick: 100ms", "tick: 100ms, observationQueue: 64"))) {
            assertThat(reload(other)).as(other).isEmpty();
            assertThat(client().get("/x").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void boundsHoldForTheNextHeadOfAKeptConnection() throws IOException {
        RawClient kept = client();
        String long100 = "/" + "x".repeat(100);
        assertThat(kept.get(long100).answer().status()).isEqualTo(200);
        assertThat(reload(file("", "").replace("requestLine: 8KiB", "requestLine: 64B")))
                .isEmpty();
        assertThat(client().get(long100).answer().status()).isEqualTo(414);
        assertThat(kept.get(long100).answer().status()).isEqualTo(414);
        assertThat(reload(file("", "").replace("maxConnections: 50", "maxConnections: 1")))
                .isEmpty();
        client();
        try (RawClient second = new RawClient(edge())) {
            second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(second.in().read()).isEqualTo(-1);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    @Test
    void listenersAreOpenedAndClosedWithoutTouchingTheOthers() throws Exception {
        RawClient kept = client();
        kept.get("/x").answer();
        int port = freePort();
        String two = withListener(port);
        assertThat(reload(two)).isEmpty();
        InetSocketAddress second = requireNonNull(api.listeners().get("second"));
        assertThat(second.getPort()).isEqualTo(port);
        RawClient busy = client(second);
        RawClient idle = client(second);
        busy.get("/x").answer();
        idle.get("/x").answer();
        busy.send("GET /x HTTP/1.1\r\nHost: sh");
        await().until(() -> metric("crossfade_requests_in_flight") == 0);
        assertThat(reload(file("", ""))).isEmpty();
        assertThat(api.listeners()).containsOnlyKeys("edge");
        assertThat(idle.rest()).isEmpty();
        busy.send("op.example\r\n\r\n");
        assertThat(busy.answer().head()).containsIgnoringCase("\r\nConnection: close\r\n");
        assertThat(busy.rest()).isEmpty();
        assertThat(refuses(second)).isTrue();
        assertThat(kept.get("/x").answer().head()).doesNotContainIgnoringCase("Connection: close");
        assertThat(reload(two)).isEmpty();
        assertThat(client(second).get("/x").answer().status()).isEqualTo(200);
    }

    @Test
    void anAddressThatIsTakenRefusesTheWholeChange() throws IOException {
        int free = freePort();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String three = withListener(free)
                    .replace(
                            "upstreams:",
                            "  - { name: third, address: \"127.0.0.1:" + taken.getLocalPort() + "\" }\nupstreams:")
                    .replace("upstream: legacy }", "upstream: next }");
            assertThat(reload(three))
                    .singleElement()
                    .asString()
                    .contains("third")
                    .contains("cannot be bound");
        }
        assertThat(api.listeners()).containsOnlyKeys("edge");
        assertThat(refuses(new InetSocketAddress("127.0.0.1", free))).isTrue();
        assertThat(client().get("/x").answer().body()).isEqualTo("legacy");
    }

    @Test
    void connectionsWhosePeersAreTrustedNoMoreEndWithTheirNextAnswer() throws Exception {
        String trusting = file("", "").replace("127.0.0.1:0\" }", "127.0.0.1:0\", trustedPeers: [127.0.0.0/8] }");
        assertThat(reload(trusting)).isEmpty();
        RawClient trusted = client();
        String forwarded = "GET /x HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 10.9.8.7\r\n\r\n";
        trusted.send(forwarded);
        trusted.answer();
        assertThat(legacy.nextHead()).contains("10.9.8.7");
        assertThat(reload(file("", ""))).isEmpty();
        trusted.send(forwarded);
        assertThat(trusted.answer().head()).containsIgnoringCase("\r\nConnection: close\r\n");
        legacy.nextHead();
        RawClient fresh = client();
        fresh.send(forwarded);
        fresh.answer();
        assertThat(legacy.nextHead()).doesNotContain("10.9.8.7");
    }

    @Test
    void aRolloutComesGoesToItsBaselineWhenItLeavesAndComesBackUnderItsNumber() throws Exception {
        assertThat(reload(rollout("10%"))).isEmpty();
        operate("orders", Verb.SET_WEIGHT, 100_000);
        assertThat(client().get("/x").answer().body()).isEqualTo("next");
        assertThat(api.drift()).containsExactly(new Reload.Drift("orders", 10_000, 100_000));
        assertThat(reload(rollout("20%").replace("responseTimeout: 30s", "responseTimeout: 29s")))
                .isEmpty();
        assertThat(client().get("/x").answer().body()).isEqualTo("next"); // the weight in force survives
        double assigned = metric("crossfade_assignments_total{rollout=\"orders\",reason=\"per-request\",}");

        assertThat(reload(file("", ""))).isEmpty();
        assertThat(client().get("/x").answer().body()).isEqualTo("legacy");
        assertThat(api.control().status("orders")).isEmpty();
        assertThat(api.control().eventsAfter(0, 100))
                .extracting(ControlApi.JournaledEvent::json)
                .anySatisfy(event -> assertThat(event).contains("rolledBack").contains("removed"));

        assertThat(reload(rollout("10%"))).isEmpty();
        assertThat(client().get("/x").answer().body()).isEqualTo("legacy");
        assertThat(metric("crossfade_assignments_total{rollout=\"orders\",reason=\"per-request\",}"))
                .isEqualTo(assigned + 1);
    }

    @Test
    void theObservedShareIsTheSameForWhoeverReadsIt() throws Exception {
        assertThat(reload(rollout("10%"))).isEmpty();
        operate("orders", Verb.SET_WEIGHT, 50_000);
        RawClient kept = client();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            for (int i = 0; i < 50; i++) {
                kept.get("/x").answer();
            }
            double share = api.observedWeight("orders");
            return share > 0.2 && share < 0.8;
        });
        String sample = "crossfade_rollout_weight_ratio{rollout=\"orders\",variant=\"canary\",kind=\"observed\",}";
        for (int i = 0; i < 20; i++) {
            double before = api.observedWeight("orders");
            double scraped = metric(sample);
            if (before == api.observedWeight("orders")) { // no tick meanwhile
                assertThat(scraped).isEqualTo(before);
            }
        }
        assertThat(metric(sample)).isBetween(0.2, 0.8);
    }

    @Test
    void reloadsAtTheSameTimeNeverTear() {
        String one = file(
                "  - { name: a, endpoints: [\"127.0.0.1:1\"] }\n",
                "  - { name: a, match: { pathPrefix: /a }, upstream: a }\n");
        String other = file(
                "  - { name: b, endpoints: [\"127.0.0.1:1\"] }\n",
                "  - { name: b, match: { pathPrefix: /b }, upstream: b }\n");
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String mine = i % 2 == 0 ? one : other;
            all.add(CompletableFuture.runAsync(() -> {
                for (int round = 0; round < 20; round++) {
                    assertThat(reload(mine)).isEmpty();
                    List<String> names = api.upstreams().stream()
                            .map(ServerApi.UpstreamStatus::name)
                            .toList();
                    assertThat(names).isIn(List.of("legacy", "next", "a"), List.of("legacy", "next", "b"));
                }
            }));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        String name = api.config().upstreams().get(2).name();
        assertThat(api.config().routes().get(1).upstream()).isEqualTo(name);
    }

    @Test
    void whatChangedIsTold() {
        Reload result = api.reload(
                "test.yaml", true, () -> read(file("", "").replace("upstream: legacy }", "upstream: next }")));
        assertThat(((Reload.Done) result).changes())
                .extracting(Change::toString)
                .containsExactly("~ routes all upstream: legacy -> next");
        assertThat(api.reloadStatus().differsFromFile()).isFalse();
        api.reload("the body of a request", false, () -> read(file("", "")));
        assertThat(api.reloadStatus().differsFromFile()).isTrue();
        assertThat(api.reloadStatus().origin()).isEqualTo("the body of a request");
    }

    /** Own hosts, prefixes of one host, and upstreams; each found afterwards. */
    @Test
    void tenThousandRoutesAndAThousandUpstreamsAreTakenOverInASecond() throws IOException {
        StringBuilder upstreams = new StringBuilder();
        StringBuilder routes = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            upstreams
                    .append("  - { name: u")
                    .append(i)
                    .append(", endpoints: [\"127.0.0.1:")
                    .append(legacy.port())
                    .append("\"] }\n");
        }
        for (int i = 0; i < 10_000; i++) {
            String host = i % 2 == 0 ? "h" + i + ".example" : "shop.example";
            routes.append("  - { name: r")
                    .append(i)
                    .append(", match: { host: ")
                    .append(host)
                    .append(", pathPrefix: /p")
                    .append(i)
                    .append(" }, upstream: u")
                    .append(i % 1_000)
                    .append(" }\n");
        }
        LoadResult large = read(file(upstreams.toString(), routes.toString()));
        long first = nanosOf(large);
        long back = nanosOf(read(file("", "")));
        long again = nanosOf(large);
        assertThat(Duration.ofNanos(Math.min(first, again))).isLessThan(Duration.ofSeconds(1));
        assertThat(Duration.ofNanos(back)).isLessThan(Duration.ofSeconds(1));
        assertThat(client().get("/p9999/x").answer().status()).isEqualTo(200);
        assertThat(
                        metric(
                                "crossfade_requests_total{route=\"r9999\",variant=\"none\",outcome=\"ok\",code_class=\"2xx\",}"))
                .isEqualTo(1);
    }

    private long nanosOf(LoadResult read) {
        long begin = System.nanoTime();
        assertThat(api.reload("large.yaml", true, () -> read)).isInstanceOf(Reload.Done.class);
        return System.nanoTime() - begin;
    }

    // ---- what the tests say

    private String file(String upstreams, String routes) {
        return """
                version: 1
                data: "%s"
                transport: auto
                eventLoops: 2
                admin: { address: "127.0.0.1:9900" }
                control: { tick: 100ms }
                limits: { requestLine: 8KiB, head: 32KiB, backlog: 100, maxConnections: 50 }
                listeners:
                  - { name: edge, address: "127.0.0.1:0" }
                upstreams:
                  - { name: legacy, endpoints: ["127.0.0.1:%d"], responseTimeout: 30s }
                  - { name: next, endpoints: ["127.0.0.1:%d"] }
                %sroutes:
                  - { name: all, match: { pathPrefix: / }, upstream: legacy }
                %s""".formatted(data.resolve("data"), legacy.port(), next.port(), upstreams, routes);
    }

    private String rollout(String weight) {
        return file("", "").replace("upstream: legacy }", "rollout: orders }") + """
                rollouts:
                  - { name: orders, variants: { baseline: legacy, canary: next }, unit: { from: [{ header: X-User-Id }] }, weight: %s, analysis: off }
                """.formatted(weight);
    }

    private String withListener(int port) {
        return file("", "")
                .replace("upstreams:", "  - { name: second, address: \"127.0.0.1:" + port + "\" }\nupstreams:");
    }

    private static LoadResult read(String yaml) {
        return ConfigLoader.parse(Path.of("test.yaml"), yaml, Map.of());
    }

    private List<Problem> reload(String yaml) {
        Reload result = api.reload("test.yaml", true, () -> read(yaml));
        return result instanceof Reload.Refused refused ? refused.problems() : List.of();
    }

    private void operate(String rollout, Verb verb, int weight) throws Exception {
        Operation.Receipt receipt = api.control()
                .submit(rollout, new Operation(verb, "tester", "test", weight, null, null, null, false))
                .get(5, TimeUnit.SECONDS);
        assertThat(receipt.result()).as(receipt.detail()).isEqualTo(Operation.Result.ACCEPTED);
    }

    private InetSocketAddress edge() {
        return api.listeners().values().iterator().next();
    }

    private RawClient client() throws IOException {
        return client(edge());
    }

    private RawClient client(InetSocketAddress to) throws IOException {
        RawClient client = new RawClient(to);
        clients.add(client);
        return client;
    }

    private static boolean refuses(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, 2_000);
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return free.getLocalPort();
        }
    }

    private double metric(String sample) throws IOException {
        StringWriter text = new StringWriter();
        api.writeMetrics("text/plain; version=0.0.4; charset=utf-8", text);
        return text.toString()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(0);
    }
}
