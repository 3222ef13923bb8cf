package io.crossfade.admin.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.admin.FakeServer;
import io.crossfade.admin.api.ConfigContents;
import io.crossfade.admin.api.ConfigDifference;
import io.crossfade.admin.api.ConfigProblem;
import io.crossfade.admin.api.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /v1/config}, {@code POST /v1/config:check} and {@code :diff}. */
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
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        Path file = Files.writeString(folder.resolve("crossfade.yaml"), FILE);
        admin = AdminServer.start(new FakeServer(), new ConfigFile(file, Map.of("PORT", "8081")));
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
