package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Config.Transport;
import io.crossfade.config.LoadResult.Loaded;
import io.crossfade.config.LoadResult.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The file as a whole: what it takes to be read at all, and its top-level keys. */
final class ConfigLoaderTest {

    /** All files there; a server that was run with one of them has left its folder beside it. */
    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("examples"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleLoads(Path example) {
        assertThat(ConfigLoader.load(example, Map.of())).isInstanceOf(Loaded.class);
    }

    @Test
    void theExamplesAreThere() throws IOException {
        assertThat(examples())
                .extracting(path -> path.getFileName().toString())
                .containsExactly("manual.yaml", "minimal.yaml", "orders.yaml");
    }

    @Test
    void aSplitFilledFromTheEnvironmentLoads() throws IOException {
        String yaml;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("split.yaml"))) {
            yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Config config = Loading.config(Loading.load(yaml, Map.of("PORT", "8081", "UPSTREAM", "9001")));

        assertThat(config.listeners().get(0).address().getPort()).isEqualTo(8081);
        assertThat(config.admin().address().getPort()).isEqualTo(9390);
        assertThat(config.upstreams().get(1).endpoints()).hasToString("[127.0.0.1:9001]");
        assertThat(config.rollouts().get(0).weight()).isEqualTo(10_000);
        assertThat(config.routes().get(0).rollout()).isEqualTo("all");
    }

    @Test
    void defaultsOfTheWhole() {
        Config config = Loading.config(Loading.with(""));

        assertThat(config.admin()).isEqualTo(Admin.defaults());
        assertThat(config.data()).isEqualTo(Path.of("/etc/crossfade/data"));
        assertThat(config.rollouts()).isEmpty();
        assertThat(config.limits()).isEqualTo(Limits.defaults());
        assertThat(config.control()).isEqualTo(ControlSettings.defaults());
        assertThat(config.transport()).isEqualTo(Transport.AUTO);
        assertThat(config.eventLoops()).isZero();
        assertThat(config.watch()).isFalse();
    }

    @Test
    void mappingOfTheWhole() {
        Config config = Loading.config(
                Loading.with(
                        "admin: { address: '[::1]:7' }\ndata: ../var\ntransport: io_uring\neventLoops: 3\nwatch: true\nlimits:\ncontrol: {}\n"));

        assertThat(config.admin().address().getPort()).isEqualTo(7);
        assertThat(config.data()).isEqualTo(Path.of("/etc/var"));
        assertThat(config.transport()).isEqualTo(Transport.IO_URING);
        assertThat(config.eventLoops()).isEqualTo(3);
        assertThat(config.watch()).isTrue();
    }

    @Test
    void fiveMistakesAreFiveMessages() {
        String yaml = """
                version: 1
                listeners:
                  - { name: edge, address: "0.0.0.0:8080" }
                upstreams:
                  - { name: legacy, endpoints: ["127.0.0.1:9001"], connectTimeout: 30 }
                  - { name: next, endpoints: ["127.0.0.1:9002"], maxConnections: 0 }
                routes:
                  - { name: orders, match: { pathPrefix: /orders }, rollout: ordes }
                  - name: rest
                    match:
                      pathPrefx: /
                    upstream: legacy
                transport: epol
                rollouts:
                  - { name: orders, variants: { baseline: legacy, canary: next } }
                """;

        assertThat(Loading.problems(yaml))
                .containsExactly(
                        "5:68  upstreams[0].connectTimeout  30 has no unit (expected: 30ms or 30s or 30m or 30h)",
                        "6:66  upstreams[1].maxConnections  0 (expected: 1..1000000)",
                        "8:62  routes[0].rollout  no rollout is called ordes (did you mean orders?)",
                        "11:7  routes[1].match.pathPrefx  unknown key (did you mean pathPrefix?)",
                        "13:12  transport  epol (did you mean epoll?)");
    }

    @Test
    void whatMustBeThereIsMissed() {
        assertThat(Loading.problems("admin: {}\n"))
                .containsExactly(
                        "1:1  version  missing (expected: version: 1)",
                        "1:1  listeners  missing (expected: a list of at least one listener)",
                        "1:1  upstreams  missing (expected: a list of at least one upstream)",
                        "1:1  routes  missing (expected: a list of at least one route)");
        assertThat(Loading.problems("version: 1\nlisteners: []\nupstreams:\nroutes: {}\n"))
                .containsExactly(
                        "2:12  listeners  an empty list (expected: at least one item)",
                        "3:11  upstreams  an empty list (expected: at least one item)",
                        "4:9  routes  keys and values (expected: a list)");
    }

    @Test
    void otherVersionsAndNumbersOutOfRangeAreRefused() {
        assertThat(Loading.problems(Loading.with("eventLoops: 5k\n").replace("version: 1", "version: 2")))
                .containsExactly("1:10  version  2 (expected: 1)", "5:13  eventLoops  5k (expected: 0..1024)");
    }

    @Test
    void theAdminApiStaysOnLoopback() {
        assertThat(Loading.problems(Loading.with("admin: { address: '0.0.0.0:9900', tokens: [] }\n")))
                .containsExactly(
                        "5:19  admin.address  0.0.0.0:9900 (expected: a loopback address such as 127.0.0.1:9900, because"
                                + " the admin API has no tokens or roles yet and whoever reaches it may do everything)",
                        "5:35  admin.tokens  not supported by this version (expected: no such key)");
    }

    @Test
    void aPortIsTakenOnce() {
        assertThat(Loading.problems(Loading.with("admin: { address: '127.0.0.1:8080' }\n")))
                .containsExactly(
                        "5:19  admin.address  127.0.0.1:8080 is taken by another listener (expected: another port)");
    }

    @Test
    void syntaxErrorsHaveAPlace() {
        assertThat(Loading.problems("version: 1\nlisteners: [\nroutes: ]]\n"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("3:");
        assertThat(Loading.problems("version: 1\n\tlisteners: []\n"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("2:1  not YAML: ");
    }

    @Test
    void whatYamlOffersBeyondPlainDataIsRefused() {
        assertThat(Loading.problems(Loading.with("limits: &l { fields: 7 }\ncontrol: *l\ntransport: !!str nio\n")))
                .containsExactly(
                        "5:9  limits  an anchor (expected: the value without &l)",
                        "6:10  control  an alias (expected: the value itself)",
                        "7:12  transport  a tag (expected: the value without a tag)");
        assertThat(Loading.problems(Loading.with("---\nversion: 1\n")))
                .containsExactly("6:1  a second document begins here (expected: one document per file)");
    }

    @Test
    void aKeyIsWrittenOnce() {
        assertThat(Loading.problems(Loading.with("limits: { fields: 7, head: 8KiB, fields: 8 }\n")))
                .containsExactly("5:34  limits.fields  is there already, in line 5 (expected: once)");
    }

    @Test
    void inputIsBounded() {
        String deep = "[".repeat(32) + "]".repeat(32);
        assertThat(Loading.problems(Loading.with("data: " + deep + "\n")))
                .containsExactly("5:38  data" + "[0]".repeat(31) + "  nested too deeply (expected: at most 32 levels)");
        assertThat(Loading.problems("#" + "x".repeat(ConfigLoader.LARGEST_FILE)))
                .containsExactly("  too large (expected: at most 16MiB)");
        assertThat(Loading.problems("#" + "x".repeat(ConfigLoader.LARGEST_FILE - 1)))
                .containsExactly("  the file is empty (expected: version, listeners, upstreams, routes)");
        assertThat(Loading.problems("[".repeat(ConfigLoader.LARGEST_FILE))).hasSize(1);
        assertThat(Loading.problems("- x\n".repeat(20_000))).isNotEmpty();
    }

    @Test
    void endlessMistakesAreCounted() {
        List<String> problems = Loading.problems(Loading.with("rollouts:\n" + "- upstrea\n".repeat(5_000)));
        assertThat(problems).hasSize(Problems.MOST + 1).last().isEqualTo("  and 4000 more problems");

        String endpoints = "h:1, ".repeat(20_000);
        assertThat(Loading.problems(Loading.withUpstream("{ name: next, endpoints: [" + endpoints + "] }")))
                .hasSize(Problems.MOST);
    }

    @Test
    void aFileThatCannotBeReadIsOneProblem(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("none.yaml");
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThat(((Rejected) ConfigLoader.load(missing, Map.of())).problems())
                .containsExactly(new Problem(missing.toString(), 0, 0, "", "cannot be read: no such file"));
        assertThat(((Rejected) ConfigLoader.load(folder, Map.of())).problems()).hasSize(1);
        assertThat(((Rejected) ConfigLoader.load(binary, Map.of())).problems())
                .containsExactly(new Problem(binary.toString(), 0, 0, "", "not a text in UTF-8"));
    }

    @Test
    void aProblemNamesFileAndPlace() {
        assertThat(new Problem("a.yaml", 12, 7, "routes[1].match", "unknown key (did you mean x?)"))
                .hasToString("a.yaml:12:7  routes[1].match  unknown key (did you mean x?)");
        assertThat(new Problem("a.yaml", 1, 1, "a", "\u001b[2J\u202e")).hasToString("a.yaml:1:1  a  \\u001b[2J\\u202e");
    }
}
