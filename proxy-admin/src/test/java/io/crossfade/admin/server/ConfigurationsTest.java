package io.crossfade.admin.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.admin.FakeServer;
import io.crossfade.admin.api.ConfigContents;
import io.crossfade.admin.api.ConfigDifference;
import io.crossfade.admin.api.ConfigProblem;
import io.crossfade.admin.api.ConfigStatus;
import io.crossfade.admin.api.Wire;
import io.crossfade.config.Problem;
import io.crossfade.runtime.Reload;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /v1/config} and {@code :status}, {@code POST /v1/config:check}, {@code :diff} and {@code :apply}. */
class ConfigurationsTest {
    private static final String FILE = """
            version: 1
            listeners: [{ name: edge, address: "127.0.0.1:${PORT}" }]
            upstreams: [{ name: legacy, endpoints: ["127.0.0.1:1"] }]
            routes: [{ name: all, match: { pathPrefix: / }, upstream: legacy }]
            """;

    @TempDir
    private Path folder = Path.of("");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private FakeServer fake = new FakeServer();
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        Path file = Files.writeString(folder.resolve("crossfade.yaml"), FILE);
        fake = new FakeServer(folder.resolve("data"));
        admin = AdminServer.start(fake, new ConfigFile(file, Map.of("PORT", "8081")));
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    @Test
    void theConfigurationInForceComesAsAFileThatChangesNothing() throws Exception {
        HttpResponse<String> yaml = send(request("/v1/config").header("Accept", "application/yaml"));

        assertThat(yaml.headers().firstValue("Content-Type")).hasValue("application/yaml");
        assertThat(yaml.headers().firstValue("ETag").orElseThrow()).startsWith("\"c");
        assertThat(yaml.body()).startsWith("version: 1\n").contains("requestLine: 8KiB");
        ConfigDifference difference = Wire.answer(post(":diff", yaml.body()).body(), ConfigDifference.class);
        assertThat(difference.changes()).isEmpty();
        assertThat(difference.restart()).isFalse();
        assertThat(send(request("/v1/config").header("Accept", "text/html")).statusCode())
                .isEqualTo(406);
    }

    @Test
    void aBodyIsCheckedWithTheEnvironmentOfTheServer() throws Exception {
        HttpResponse<String> right = post(":check", FILE);
        assertThat(right.statusCode()).isEqualTo(200);
        assertThat(Wire.answer(right.body(), ConfigContents.class)).isEqualTo(new ConfigContents(1, 1, 1, 0));

        HttpResponse<String> wrong =
                post(":check", FILE.replace("${PORT}", "${PART}").replace("legacy }]", "legcy }]"));
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        ConfigProblem problem = Wire.answer(wrong.body(), ConfigProblem.class);
        assertThat(problem.type()).isEqualTo("urn:crossfade:problem:invalid-configuration");
        assertThat(problem.detail())
                .contains("environment variable PART is not set")
                .endsWith("and 1 more: see problems");
        assertThat(problem.problems()).hasSize(2);
        assertThat(problem.problems().get(1).line()).isEqualTo(4);
        assertThat(problem.problems().get(1).key()).isEqualTo("routes[0].upstream");
        assertThat(problem.problems().get(1).message()).contains("did you mean legacy?");
    }

    @Test
    void withoutABodyItIsTheFileAsItIsNow() throws Exception {
        assertThat(Wire.answer(post(":check", "").body(), ConfigContents.class).routes())
                .isEqualTo(1);
        Files.writeString(folder.resolve("crossfade.yaml"), "version: 2\n");
        assertThat(Wire.answer(post(":check", "").body(), ConfigProblem.class).problems())
                .extracting(ConfigProblem.Mistake::key)
                .containsExactly("listeners", "upstreams", "routes", "version");
        Files.delete(folder.resolve("crossfade.yaml"));
        assertThat(post(":diff", "").body()).contains("no such file");
    }

    @Test
    void aDifferenceNamesEachChangeAndWhatNeedsARestart() throws Exception {
        String changed = send(request("/v1/config").header("Accept", "application/yaml"))
                .body()
                .replace("requestLine: 8KiB", "requestLine: 4KiB")
                .replace("transport: auto", "transport: nio");

        ConfigDifference difference = Wire.answer(post(":diff", changed).body(), ConfigDifference.class);

        assertThat(difference.restart()).isTrue();
        assertThat(difference.changes())
                .extracting(change -> change.what()
                        + ' '
                        + change.section()
                        + ' '
                        + change.key()
                        + ' '
                        + change.before()
                        + ' '
                        + change.after()
                        + ' '
                        + change.restart())
                .containsExactly("changed limits requestLine 8KiB 4KiB false", "changed  transport auto nio true");
    }

    @Test
    void withoutABodyTheFileIsReadAgain() throws Exception {
        HttpResponse<String> applied = post(":apply", "");
        assertThat(applied.statusCode()).isEqualTo(200);
        ConfigStatus.Applied first = Wire.answer(applied.body(), ConfigStatus.Applied.class);
        assertThat(first.changes()).isNotEmpty();
        assertThat(first.revision()).isNull();
        assertThat(fake.config().listeners().get(0).address().getPort()).isEqualTo(8081);
        assertThat(Wire.answer(post(":apply", "").body(), ConfigStatus.Applied.class)
                        .changes())
                .isEmpty();
        assertThat(status().differsFromFile()).isFalse();
        assertThat(folder.resolve("data")).doesNotExist();

        Files.writeString(folder.resolve("crossfade.yaml"), FILE.replace("legacy }]", "legcy }]"));
        HttpResponse<String> refused = post(":apply", "");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(Wire.answer(refused.body(), ConfigProblem.class).problems())
                .extracting(ConfigProblem.Mistake::key)
                .containsExactly("routes[0].upstream");
    }

    @Test
    void aBodyIsAppliedOnTopOfTheConfigurationThatWasRead() throws Exception {
        HttpResponse<String> unread = post(":apply", FILE);
        assertThat(unread.statusCode()).isEqualTo(428);
        String tag = send(request("/v1/config")).headers().firstValue("ETag").orElseThrow();
        assertThat(unread.headers().firstValue("ETag")).hasValue(tag);
        assertThat(unread.body()).contains(tag.replace("\"", "\\\""));
        assertThat(applied(FILE, "\"c0\"").statusCode()).isEqualTo(412);
        assertThat(applied("version: 2", tag).statusCode()).isEqualTo(422);
        assertThat(fake.reloads()).isEqualTo(1);

        HttpResponse<String> done = applied(FILE, tag);
        assertThat(done.statusCode()).isEqualTo(200);
        String revision = Wire.answer(done.body(), ConfigStatus.Applied.class).revision();
        assertThat(Files.readString(folder.resolve("data/revisions/" + revision)))
                .isEqualTo(FILE);
        assertThat(status().differsFromFile()).isTrue();
        assertThat(status().origin()).isEqualTo("the API");
        String now = send(request("/v1/config")).headers().firstValue("ETag").orElseThrow();
        assertThat(done.headers().firstValue("ETag")).hasValue(now);
        assertThat(applied(FILE, tag).statusCode()).isEqualTo(412);
        assertThat(post(":apply", "").statusCode()).isEqualTo(200);
        assertThat(status().differsFromFile()).isFalse();
    }

    @Test
    void whatCannotBeKeptIsInForceAllTheSame() throws Exception {
        Files.writeString(folder.resolve("data"), "a file where the folder should be");
        String tag = send(request("/v1/config")).headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> done = applied(FILE, tag);
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(Wire.answer(done.body(), ConfigStatus.Applied.class).revision())
                .isNull();
        assertThat(fake.config().listeners().get(0).address().getPort()).isEqualTo(8081);
    }

    @Test
    void onlyTheNewestRevisionsAreKept() throws Exception {
        Revisions revisions = new Revisions(folder);
        Instant first = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < Revisions.KEPT + 2; i++) {
            assertThat(revisions.keep("version: 1\n", first.plusMillis(i))).isNotNull();
        }
        try (Stream<Path> files = Files.list(folder.resolve("revisions"))) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .hasSize(Revisions.KEPT)
                    .first()
                    .isEqualTo("2026-01-01T00-00-00.002Z.yaml");
        }
    }

    @Test
    void theStatusTellsTheLastMistakesAndWhatHasDrifted() throws Exception {
        fake.reloaded(
                new Reload.Status(
                        false,
                        1_700_000_000_000L,
                        "the start",
                        false,
                        List.of(new Problem("crossfade.yaml", 3, 5, "routes", "missing"))),
                List.of(new Reload.Drift("orders", 1_000, 5_000)));
        ConfigStatus status = status();
        assertThat(status.successful()).isFalse();
        assertThat(status.since()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(status.problems())
                .containsExactly(new ConfigProblem.Mistake("crossfade.yaml", 3, 5, "routes", "missing"));
        assertThat(status.drift()).containsExactly(new ConfigStatus.Drift("orders", 0.01, 0.05));
    }

    private ConfigStatus status() throws Exception {
        return Wire.answer(send(request("/v1/config:status")).body(), ConfigStatus.class);
    }

    private HttpResponse<String> applied(String yaml, String ifMatch) throws Exception {
        return send(request("/v1/config:apply")
                .header("Content-Type", "application/yaml")
                .header("If-Match", ifMatch)
                .POST(BodyPublishers.ofString(yaml)));
    }

    @Test
    void otherMethodsAndTypesAreRefused() throws Exception {
        assertThat(send(request("/v1/config:check")).statusCode()).isEqualTo(405);
        HttpRequest.Builder json = request("/v1/config:diff")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"));
        assertThat(send(json).statusCode()).isEqualTo(415);
    }

    private HttpResponse<String> post(String verb, String yaml) throws Exception {
        return send(request("/v1/config" + verb)
                .header("Content-Type", "application/yaml")
                .POST(BodyPublishers.ofString(yaml)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + admin.address().getPort() + path));
    }
}
