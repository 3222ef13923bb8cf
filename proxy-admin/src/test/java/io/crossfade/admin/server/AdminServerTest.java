package io.crossfade.admin.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.crossfade.admin.FakeServer;
import io.crossfade.admin.api.Assignment;
import io.crossfade.admin.api.Health;
import io.crossfade.admin.api.OperationAnswer;
import io.crossfade.admin.api.Problem;
import io.crossfade.admin.api.Rollout;
import io.crossfade.admin.api.Rollouts;
import io.crossfade.admin.api.Routes;
import io.crossfade.admin.api.Upstreams;
import io.crossfade.admin.api.Wire;
import io.crossfade.control.ControlApi;
import io.crossfade.control.Operation;
import io.crossfade.rollout.Mode;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole admin API over real sockets, against a server that only pretends to proxy. */
class AdminServerTest {
    private static final String ORDERS = "/v1/rollouts/orders";
    private static final String OPERATIONS = ORDERS + "/operations";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong now = new AtomicLong();
    private final FakeServer fake = new FakeServer();
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        Ticker ticker = now::get;
        admin = new AdminServer(fake, ticker);
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    @Test
    void aRolloutReadsAsTheContractSays() throws Exception {
        HttpResponse<String> response = get(ORDERS);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("ETag")).contains("\"v7\"");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        Rollout rollout = Wire.answer(response.body(), Rollout.class);
        assertThat(rollout.phase()).isEqualTo("baking");
        assertThat(rollout.weight().set()).isEqualTo(0.05);
        assertThat(rollout.since()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(rollout.gates()).containsExactly(new Rollout.Gate(2, 0.25, "ahead"));
        assertThat(rollout.levels())
                .containsExactly(new Rollout.Level("errors", 0.031, 0.005, false, 0.02, true, 0.05));
        assertThat(rollout.verdicts().get(0).logEvidence())
                .as("no infinity in JSON")
                .isNull();
        assertThat(Wire.tree(response.body()).propertyNames())
                .contains(
                        "name",
                        "phase",
                        "attempt",
                        "step",
                        "steps",
                        "weight",
                        "variants",
                        "verdicts",
                        "gates",
                        "since",
                        "next");
    }

    @Test
    void aGateThatWaitsSaysSo() throws Exception {
        fake.become(FakeServer.status("gated", 1, 5_000, 8));

        assertThat(Wire.answer(get(ORDERS).body(), Rollout.class).gates())
                .containsExactly(new Rollout.Gate(2, 0.25, "waiting"));
    }

    @Test
    void everyResourceHasAStrongETag() throws Exception {
        for (String path : new String[] {"/v1/rollouts", ORDERS, "/v1/routes", "/v1/upstreams", "/v1/config"}) {
            HttpResponse<String> response = get(path);
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            assertThat(response.headers().firstValue("ETag").orElseThrow())
                    .as(path)
                    .matches("\"[cv][0-9a-f]+\"");
        }
        assertThat(Wire.answer(get("/v1/rollouts").body(), Rollouts.class).rollouts())
                .hasSize(1);
        assertThat(Wire.answer(get("/v1/routes").body(), Routes.class)
                        .routes()
                        .get(0)
                        .rollout())
                .isEqualTo("orders");
        assertThat(Wire.answer(get("/v1/upstreams").body(), Upstreams.class)
                        .upstreams()
                        .get(0)
                        .breaker())
                .isEqualTo("closed");
    }

    @Test
    void theConfigComesInTheWordsOfTheFile() throws Exception {
        String config = get("/v1/config").body();

        assertThat(config)
                .contains("\"steps\":[{\"setWeight\":\"1%\",\"bake\":\"1m\",\"gate\":\"none\"}")
                .contains(
                        "\"margin\":\"1.5x\",\"limit\":\"1%\",\"statuses\":[\"5xx\"],\"onFail\":{\"rollback\":\"immediate\"}")
                .contains("\"quantiles\":[\"p50\",\"p90\",\"p99\",\"p99.9\"]")
                .contains("\"from\":[{\"header\":\"x-user-id\"},\"clientIp\"]")
                .contains(
                        "\"admin\":{\"address\":\"127.0.0.1:0\",\"maxConnections\":256,\"idleTimeout\":\"1m\",\"headTimeout\":\"10s\","
                                + "\"bodyTimeout\":\"30s\",\"body\":1048576,\"maxPipelined\":16,\"maxEventStreams\":64,\"maxIdempotencyKeys\":10000}")
                .contains(
                        "\"maxConnections\":50000,\"backlog\":4096,\"readBuffer\":131072,\"receiveBuffer\":0,\"writeHigh\":65536,"
                                + "\"writeLow\":32768,\"lingerTimeout\":\"2s\",\"lingerBytes\":262144,\"drainTimeout\":\"30s\"}");
    }

    @Test
    void explainsAnAssignment() throws Exception {
        assertThat(Wire.answer(
                        get("/v1/assignments:explain?route=shop&unit=alice%20b").body(), Assignment.class))
                .isEqualTo(new Assignment("shop", "orders", "alice b", "canary", 321, 0.05, "hash"));
        assertProblem(get("/v1/assignments:explain?route=nowhere&unit=a"), 404, "not-found");
        assertProblem(get("/v1/assignments:explain?route=shop"), 400, "bad-request");
    }

    @ParameterizedTest
    @CsvSource({
        "ACCEPTED, 202, ",
        "ILLEGAL, 409, illegal-operation",
        "STALE, 412, version-conflict",
        "INVALID, 422, invalid-operation",
        "UNKNOWN_ROLLOUT, 404, unknown-rollout",
        "JOURNAL_UNAVAILABLE, 507, journal-unavailable",
        "OVERLOADED, 503, overloaded"
    })
    void everyResultHasItsStatus(Operation.Result result, int status, String word) throws Exception {
        fake.answerWith(result, "because");

        HttpResponse<String> response = post("{\"type\":\"promote\"}", "If-Match", "\"v7\"");

        assertThat(response.statusCode()).isEqualTo(status);
        if (word == null) {
            assertThat(response.headers().firstValue("Location")).contains(ORDERS);
            assertThat(Wire.answer(response.body(), OperationAnswer.class))
                    .isEqualTo(new OperationAnswer("orders", "promote", false, "because", 7));
        } else {
            assertProblem(response, status, word);
            assertThat(Wire.answer(response.body(), Problem.class).detail()).isEqualTo("because");
        }
    }

    @Test
    void theTableAboveNamesEveryResult() {
        assertThat(Operation.Result.values()).hasSize(7);
    }

    @Test
    void everyWordOfTheContractIsAnOperation() throws Exception {
        String[] words = {
            "start",
            "pause",
            "resume",
            "promote",
            "promoteFull",
            "stepBack",
            "hold",
            "setWeight",
            "abort",
            "rollback",
            "retry"
        };
        fake.answerWith(Operation.Result.ACCEPTED, "ok");
        for (String word : words) {
            now.addAndGet(1_000_000_000L);
            String weight = word.equals("setWeight") ? ",\"weight\":\"12.5%\"" : "";
            assertThat(post("{\"type\":\"" + word + "\"" + weight + "}", "If-Match", "*")
                            .statusCode())
                    .as(word)
                    .isEqualTo(202);
        }
        assertThat(fake.operations.stream().map(Operation::verb))
                .containsExactlyInAnyOrderElementsOf(EnumSet.allOf(Verb.class));
        assertThat(fake.operations.stream().filter(o -> o.weight() != null).map(Operation::weight))
                .containsExactly(12_500);
    }

    @Test
    void writesNeedTheVersionThatWasRead() throws Exception {
        assertProblem(post("{\"type\":\"promote\"}"), 428, "version-required");
        assertProblem(post("{\"type\":\"promote\"}", "If-Match", "\"v6\""), 412, "version-conflict");
        assertProblem(post("{\"type\":\"promote\"}", "If-Match", "W/\"v7\""), 412, "version-conflict");
        assertThat(fake.operations).isEmpty();

        assertThat(post("{\"type\":\"promote\"}", "If-Match", "\"v6\", \"v7\"").statusCode())
                .isEqualTo(202);
        assertThat(fake.operations.get(0).ifVersion()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "pause", "hold"})
    void whatStopsTheCanaryNeedsNoVersionAndNoBudget(String word) throws Exception {
        for (int i = 0; i < WriteBudget.PER_SECOND + 5; i++) {
            assertThat(post("{\"type\":\"" + word + "\"}").statusCode()).isEqualTo(202);
        }
        assertThat(fake.operations.get(0).ifVersion()).isNull();
    }

    @Test
    void theEleventhWriteOfASecondWaits() throws Exception {
        for (int i = 0; i < WriteBudget.PER_SECOND; i++) {
            assertThat(post("{\"type\":\"promote\"}", "If-Match", "*").statusCode())
                    .isEqualTo(202);
        }
        HttpResponse<String> refused = post("{\"type\":\"promote\"}", "If-Match", "*");
        assertProblem(refused, 429, "rate-limited");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");

        now.addAndGet(100_000_000L);
        assertThat(post("{\"type\":\"promote\"}", "If-Match", "*").statusCode()).isEqualTo(202);
    }

    @Test
    void theSameKeyIsDoneOnce() throws Exception {
        String body = "{\"type\":\"setWeight\",\"weight\":\"7%\"}";
        HttpResponse<String> first = post(body, "If-Match", "\"v7\"", "Idempotency-Key", "k1");
        HttpResponse<String> again = post(body, "If-Match", "\"v7\"", "Idempotency-Key", "k1");

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(fake.operations).hasSize(1);
        assertProblem(post("{\"type\":\"pause\"}", "Idempotency-Key", "k1"), 422, "idempotency-conflict");

        now.addAndGet(Duration.ofHours(25).toNanos());
        assertProblem(post(body, "If-Match", "\"v7\"", "Idempotency-Key", "k1"), 412, "version-conflict");
    }

    /** An audit that says `unnamed` for somebody who said who he is is worse than none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann lee",
                "ann,bob",
                "J\u00fcrgen",
                "<b>",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void anActorThatIsNotValidIsRefused(String actor) throws Exception {
        HttpResponse<String> response = post("{\"type\":\"hold\"}", "Crossfade-Actor", actor);
        assertProblem(response, 400, "bad-request");
        assertThat(Wire.answer(response.body(), Problem.class).detail())
                .startsWith("Crossfade-Actor: \"")
                .contains("(expected: 1 to 64 letters, digits or ._@-, or no such field)");
        assertThat(fake.operations).isEmpty();
    }

    @Test
    void anActorIsWhatTheCallerSaysAndUnnamedWhereHeSaysNothing() throws Exception {
        post("{\"type\":\"hold\"}", "Crossfade-Actor", "ann.lee_2@shop-x");
        post("{\"type\":\"hold\"}");
        assertThat(fake.operations)
                .extracting(Operation::actor)
                .containsExactly("ann.lee_2@shop-x (127.0.0.1)", "unnamed (127.0.0.1)");
    }

    @Test
    void aKeyWhoseOperationWasRefusedForAPassingReasonMayBeTriedAgain() throws Exception {
        fake.answerWith(Operation.Result.JOURNAL_UNAVAILABLE, "disk full");
        assertProblem(post("{\"type\":\"hold\"}", "Idempotency-Key", "k"), 507, "journal-unavailable");
        fake.answerWith(Operation.Result.ACCEPTED, "ok");
        assertThat(post("{\"type\":\"hold\"}", "Idempotency-Key", "k").statusCode())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"promte\"} | 422 | type: promte (expected: one of start",
                "{} | 422 | type: missing",
                "{\"type\":\"setWeight\"} | 422 | weight: missing (expected:",
                "{\"type\":\"setWeight\",\"weight\":\"101%\"} | 422 | weight: 101%",
                "{\"type\":\"setWeight\",\"weight\":\"5\"} | 422 | weight: 5 ",
                "{\"type\":\"hold\",\"weight\":\"5%\"} | 422 | only setWeight",
                "{\"type\":\"hold\",\"mode\":\"immediate\"} | 422 | only rollback",
                "{\"type\":\"rollback\",\"mode\":\"fast\"} | 422 | immediate, graceful, complete",
                "{\"type\":\"rollback\",\"reason\":\"a\\nb\"} | 422 | reason",
                "{\"type\":\"hold\",\"wieght\":\"5%\"} | 400 | wieght",
                "{\"type\": | 400 | body",
                "[] | 400 | body",
            })
    void mistakesAreNamed(String body, int status, String detail) throws Exception {
        HttpResponse<String> response = post(body.strip(), "If-Match", "*");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(Wire.answer(response.body(), Problem.class).detail()).contains(detail.strip());
        assertThat(response.body()).doesNotContain("Exception", "\\tat ");
        assertThat(fake.operations).isEmpty();
    }

    @Test
    void dryRunAndReasonAndActorReachControl() throws Exception {
        post(
                "{\"type\":\"rollback\",\"mode\":\"graceful\",\"reason\":\"too slow\",\"dryRun\":true}",
                "Crossfade-Actor",
                "alice");

        Operation operation = fake.operations.get(0);
        assertThat(operation.dryRun()).isTrue();
        assertThat(operation.mode()).isEqualTo(Mode.GRACEFUL);
        assertThat(operation.reason()).isEqualTo("too slow");
        assertThat(operation.actor()).isEqualTo("alice (127.0.0.1)");
    }

    @Test
    void refusesWhatIsNotThere() throws Exception {
        assertProblem(get("/v1/rollouts/none"), 404, "unknown-rollout");
        assertProblem(get("/nothing"), 404, "not-found");
        HttpResponse<String> wrongMethod = send(request(ORDERS).DELETE());
        assertProblem(wrongMethod, 405, "method-not-allowed");
        assertThat(wrongMethod.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(get(OPERATIONS).headers().firstValue("Allow")).contains("POST");
        assertProblem(send(request(ORDERS).header("Accept", "text/html")), 406, "not-acceptable");
        assertProblem(
                send(request(OPERATIONS)
                        .POST(BodyPublishers.ofString("type=hold"))
                        .header("Content-Type", "text/plain")),
                415,
                "unsupported-media-type");
    }

    @Test
    void aWebPageOfAnotherOriginCannotWrite() throws Exception {
        assertProblem(post("{\"type\":\"rollback\"}", "Origin", "http://evil.example"), 403, "origin-not-allowed");
        assertProblem(post("{\"type\":\"rollback\"}", "Origin", "null"), 403, "origin-not-allowed");
        assertThat(fake.operations).isEmpty();
        assertThat(fake.refusals).containsExactly("origin", "origin");
        assertThat(post("{\"type\":\"rollback\"}", "Origin", base()).statusCode())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example, 421",
        "127.0.0.1.evil.example, 421",
        "localhost.evil.example:80, 421",
        "10.0.0.1, 421",
        "localhost, 200",
        "LOCALHOST:9999, 200",
        "127.0.0.1:1, 200",
        "127.9.9.9, 200",
        "[::1]:5, 200",
        "a b, 400"
    })
    void onlyItsOwnNamesAreServed(String host, int status) throws Exception {
        try (RawClient client = new RawClient(admin.address())) {
            client.send("GET /v1/rollouts HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(status);
        }
    }

    @Test
    void aMissingOrDoubledHostIsRefused() throws Exception {
        try (RawClient client = new RawClient(admin.address())) {
            client.send("GET /livez HTTP/1.1\r\n\r\nGET /livez HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(400);
            assertThat(client.response().status()).isEqualTo(400);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (RawClient client = new RawClient(admin.address())) {
            String hold = "{\"type\":\"hold\"}";
            client.send("POST " + OPERATIONS
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                    + hold.length() + "\r\n\r\n" + hold
                    + "GET " + ORDERS + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    + "HEAD /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(202);
            assertThat(client.response().body()).contains("\"phase\":\"held\"");
            assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    /** However the network cuts it, and whatever the connection has served before. */
    @Test
    void aRequestCutAnywhereIsAnswered() throws Exception {
        String hold = "{\"type\":\"hold\"}";
        String post = "POST " + OPERATIONS
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + hold.length()
                + "\r\n\r\n" + hold;
        try (RawClient client = new RawClient(admin.address())) {
            for (int cut = 1; cut < post.length(); cut++) {
                client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.response().status()).isEqualTo(200);
                client.send(post.substring(0, cut));
                Thread.sleep(2); // so that it is read by itself
                client.send(post.substring(cut));
                assertThat(client.response().status()).as("cut at %d", cut).isEqualTo(202);
            }
        }
    }

    @Test
    void whoDoesNotWaitForAnswersIsStoppedAtSomePoint() throws Exception {
        try (RawClient client = new RawClient(admin.address())) {
            client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1 + 16 + 5));
            int answered = 0;
            RawClient.Response response = client.response();
            for (; response.status() == 200; response = client.response()) {
                answered++;
            }
            assertThat(answered).isGreaterThanOrEqualTo(16);
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("more than 16 requests");
            assertThat(client.line()).isNull();
        }
    }

    @Test
    void aBodyInManyPiecesIsOneBody() throws Exception {
        try (RawClient client = new RawClient(admin.address())) {
            String head = "POST " + OPERATIONS
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
            client.send(head + "1\r\n{\r\n7\r\n\"type\":\r\n7\r\n\"hold\"}\r\n0\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(202);
            client.send(head + "1\r\n{\r\n");
            client.send("7\r\n\"type\":\r\n7\r\n\"hold\"}\r\n");
            client.send("80000\r\n" + " ".repeat(0x80000) + "\r\n0\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(202);
        }
    }

    @Test
    void aBodyOverOneMebibyteIsRefused() throws Exception {
        try (RawClient client = new RawClient(admin.address())) {
            client.send("POST " + OPERATIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\nabc");
            RawClient.Response response = client.response();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).contains("urn:crossfade:problem:body-too-large");
        }
        try (RawClient client = new RawClient(admin.address())) {
            client.send("POST " + OPERATIONS
                    + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n"
                    + "x".repeat(0x100001));
            assertThat(client.response().status()).isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000\u0001\r\n\r\n",
                "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            })
    void garbageIsABadRequest(String bytes) throws Exception {
        try (RawClient client = new RawClient(admin.address())) {
            client.send(bytes);
            assertThat(client.response().status()).isEqualTo(400);
        }
    }

    @Test
    void ourOwnMistakeIsAPlain500() throws Exception {
        fake.answerWith(operation -> {
            throw new IllegalStateException("secret detail");
        });
        HttpResponse<String> response = post("{\"type\":\"hold\"}");
        assertProblem(response, 500, "internal");
        assertThat(response.body()).doesNotContain("secret");
    }

    @Test
    void readyAlsoWithABrokenJournalButSaysSo() throws Exception {
        assertThat(get("/livez").body()).isEqualTo("live\n");
        assertThat(get("/readyz").body()).isEqualTo("ready\n");
        assertThat(get("/readyz?verbose").body()).contains("[+]journal: ok");

        fake.health(new ControlApi.Health(false, false, 0, 3, "journal.jsonl:7 bad checksum"));
        HttpResponse<String> verbose = get("/readyz?verbose");
        assertThat(verbose.statusCode()).isEqualTo(200);
        assertThat(verbose.body())
                .contains("[-]journal: unreadable")
                .contains("journal.jsonl:7 bad checksum")
                .contains("[-]evidence: 3 observations dropped");
        fake.health(new ControlApi.Health(true, false, 4, 0, "the disk has not answered for 2.3 s; 4 events wait"));
        assertThat(get("/readyz?verbose").body())
                .contains(
                        "[-]journal: not writable: no move towards the canary (the disk has not answered for 2.3 s; 4")
                .endsWith("ready\n");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void unreadyWhileDraining() throws Exception {
        admin.draining();

        HttpResponse<String> response = send(request("/readyz").header("Accept", "application/json"));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(Wire.answer(response.body(), Health.class).status()).isEqualTo("unready");
    }

    @Test
    void metricsFollowTheAcceptField() throws Exception {
        HttpResponse<String> plain = get("/metrics");
        assertThat(plain.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        assertThat(plain.body()).contains("crossfade_requests_in_flight 0");
        HttpResponse<String> open =
                send(request("/metrics").header("Accept", "application/openmetrics-text; version=1.0.0"));
        assertThat(open.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/openmetrics-text");
    }

    @Test
    void noGetReachesControlAsAnOperation() throws Exception {
        for (String path :
                new String[] {"/v1/rollouts", ORDERS, OPERATIONS, OPERATIONS + "?type=rollback", "/v1/config", "/readyz"
                }) {
            get(path);
        }
        assertThat(fake.operations).isEmpty();
    }

    @Test
    void everyProblemTypeHasAWord() {
        assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::word))
                .doesNotHaveDuplicates()
                .allMatch(word -> word.matches("[a-z-]+"));
    }

    private static void assertProblem(HttpResponse<String> response, int status, String word) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
        Problem problem = Wire.answer(response.body(), Problem.class);
        assertThat(problem.type()).isEqualTo("urn:crossfade:problem:" + word);
        assertThat(problem.status()).isEqualTo(status);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpResponse<String> post(String body, String... fields) throws Exception {
        HttpRequest.Builder request =
                request(OPERATIONS).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return send(request);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base() + path)).timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String base() {
        return "http://127.0.0.1:" + admin.address().getPort();
    }
}
