package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.crossfade.config.LoadResult.Loaded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

/** The schema and the loader say the same of the shape of a file. */
final class JsonSchemaTest {

    private static final int ROUNDS = Integer.getInteger("mutation.rounds", 500);
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(JsonSchema.text(), InputFormat.JSON);

    @ParameterizedTest
    @MethodSource("io.crossfade.config.ConfigLoaderTest#examples")
    void everyExampleIsValidAndNamesItsSchema(Path example) throws IOException {
        String yaml = Files.readString(example);

        assertThat(complaints(yaml)).isEmpty();
        String first = yaml.lines().findFirst().orElseThrow();
        assertThat(first).startsWith("# yaml-language-server: $schema=");
        assertThat(example.resolveSibling(first.substring(first.indexOf('=') + 1))
                        .normalize())
                .isEqualTo(Path.of("schema/crossfade.schema.json"));
    }

    static Stream<String> good() {
        return Stream.of(
                        Stream.of(
                                Loading.with(""),
                                Loading.with("limits:\ncontrol:\nadmin:\nrollouts:\n"),
                                Loading.with("limits: { fields: '100', maxRequests: 10k, body: 6GiB, maxAge: 1d2h }\n"),
                                Loading.with("eventLoops: ${N:-3}\ntransport: \"${T:-nio}\"\nwatch: 'true'\n"),
                                Loading.with("data: 7\nwatch: true\n"),
                                Loading.with("admin: { address: '[::1]:7', maxConnections: 1 }\n"),
                                Loading.with("").replace("version: 1", "version: '1'"),
                                Loading.withListener(
                                        "{ name: 7, address: 'localhost:0', trustedPeers: , underscoreNames: drop }"),
                                Loading.withListener(
                                        "{ name: true, address: '1.2.3.4:5', trustedPeers: ['::1', 10.0.0.0/8] }"),
                                Loading.withUpstream("{ name: 1.5, endpoints: ['[::1]:80', x_y.z:1], breaker: }"),
                                Loading.withUpstream(
                                        "{ name: n, endpoints: ['h:1'], connectTimeout: '${T:-5s}', breaker: { window: 5 } }"),
                                Loading.withRoute("{ name: a, match: , upstream: next }"),
                                Loading.withRoute(
                                        "{ name: a, match: { host: Shop.Example., methods: , headers: }, rollout: shift }"),
                                Loading.withRoute(
                                        "{ name: a, match: { headers: { X-A: 5, x-b: true } }, upstream: next, maxBody: 0B }"),
                                Loading.withRoute(
                                        "{ name: a, match: {}, upstream: next, streaming: false, maxBody: 7KiB }"),
                                Loading.withRoute("{ name: a, match: {}, upstream: next, streaming: true }")),
                        Stream.of(
                                        "",
                                        ", risk: low",
                                        ", risk: low, steps: [{ setWeight: 5% }]",
                                        ", weight: 12.340%",
                                        ", steps: [{ setWeight: 5%, bake: 0s, gate: goNoGo }]",
                                        ", unit: { from: [clientIp], salt: 5, affinity: user }",
                                        ", unit: { from: [{ cookie: a }, { header: B }] }",
                                        ", unit:",
                                        ", analysis: off",
                                        ", analysis:",
                                        ", analysis: { metrics: [{ name: errors, onFail: hold }] }",
                                        ", analysis: { metrics: [{ name: latency, quantiles: [p5, p99.9], margin: 1x }] }",
                                        ", analysis: { metrics: [{ name: errors, target: 0.5%, alert: 2%, critical: 5% }] }",
                                        ", analysis: { metrics: [{ name: user-success, critical: 90%, alert: 95% }] }",
                                        ", analysis: { sharedFate: hold, advance: { otherwise: hold, evidence: 95% } }",
                                        ", analysis: { falseAlarm: { budget: 1%, perCanaryRequests: 20k } }")
                                .map(Loading::withRollout))
                .flatMap(files -> files);
    }

    @ParameterizedTest
    @MethodSource("good")
    void whatTheLoaderTakesIsValid(String yaml) {
        assertThat(ConfigLoader.parse(Loading.FILE, yaml.getBytes(StandardCharsets.UTF_8), Map.of()))
                .as(yaml)
                .isInstanceOf(Loaded.class);
        assertThat(complaints(yaml)).as(yaml).isEmpty();
    }

    static Stream<String> bad() {
        return Stream.of(
                        Stream.of(
                                "[]",
                                "version: 1\n",
                                Loading.with("").replace("version: 1", "version: 2"),
                                Loading.with("").replace("version: 1\n", ""),
                                Loading.with("limit: {}\n"),
                                Loading.with("limits: []\n"),
                                Loading.with("limits: 7\n"),
                                Loading.with("limits: { fields: 8KiB }\n"),
                                Loading.with("limits: { fields: 0 }\n"),
                                Loading.with("limits: { fields: 200000 }\n"),
                                Loading.with("limits: { fields: }\n"),
                                Loading.with("limits: { head: 8 }\n"),
                                Loading.with("limits: { head: 8KB }\n"),
                                Loading.with("limits: { idleTimeout: 60 }\n"),
                                Loading.with("limits: { idleTimeout: 1.5h }\n"),
                                Loading.with("limits: { idleTimeout: 30m1h }\n"),
                                Loading.with("limits: { idleTimeout: '' }\n"),
                                Loading.with("transport: epol\n"),
                                Loading.with("watch: yes\n"),
                                Loading.with("eventLoops: -1\n"),
                                Loading.with("admin: { tokens: [] }\n"),
                                Loading.with("admin: { address: 9900 }\n"),
                                Loading.with("rollouts: {}\n"),
                                Loading.withListener("{ name: ' a', address: '1.2.3.4:80' }"),
                                Loading.withListener("{ name: a, address: 'edge:80' }"),
                                Loading.withListener("{ name: a }"),
                                Loading.withListener("{ name: a, address: '1.2.3.4:80', trustedPeers: [x] }"),
                                Loading.withListener("{ name: a, address: '1.2.3.4:80', tls: {} }"),
                                Loading.withListener(""),
                                Loading.withListener("~"),
                                Loading.withUpstream("{ name: n, endpoints: [] }"),
                                Loading.withUpstream("{ name: n, endpoints: }"),
                                Loading.withUpstream("{ name: n, endpoints: ['http://h:80'] }"),
                                Loading.withUpstream("{ name: n, endpoints: ['h:1'], breaker: { failureRate: 0.5 } }"),
                                Loading.withUpstream("{ name: n, endpoints: ['h:1'], breaker: off }"),
                                Loading.withUpstream("{ name: n, endpoints: ['h:1'], retries: 3 }"),
                                Loading.withRoute("{ name: a, match: {}, upstream: next, rollout: shift }"),
                                Loading.withRoute("{ name: a, match: {} }"),
                                Loading.withRoute("{ name: a, upstream: next }"),
                                Loading.withRoute("{ name: a, match: { pathPrefix: api }, upstream: next }"),
                                Loading.withRoute("{ name: a, match: { methods: [get] }, upstream: next }"),
                                Loading.withRoute("{ name: a, match: { headers: { 'a b': c } }, upstream: next }"),
                                Loading.withRoute("{ name: a, match: { headers: { a: } }, upstream: next }"),
                                Loading.withRoute("{ name: a, match: { host: 'x:80' }, upstream: next }"),
                                Loading.withRoute(
                                        "{ name: a, match: {}, upstream: next, streaming: true, maxBody: 5B }")),
                        Stream.of(
                                        ", risk: hi",
                                        ", weight: 5",
                                        ", weight: 5%, steps: [{ setWeight: 5%, bake: 1h }]",
                                        ", steps: []",
                                        ", steps: [{ setWeight: 5% }]",
                                        ", steps: [{ bake: 1h }]",
                                        ", steps: [{ setWeight: 5%, bake: 1h, gate: yes }]",
                                        ", unit: { from: [] }",
                                        ", unit: { from: [clientIP] }",
                                        ", unit: { from: [{ claim: a }] }",
                                        ", unit: { from: [{ header: a, cookie: b }] }",
                                        ", unit: { affinity: none }",
                                        ", fallback: {}",
                                        ", analysis: of",
                                        ", analysis: { metrics: [] }",
                                        ", analysis: { metrics: [{}] }",
                                        ", analysis: { metrics: [{ name: throughput, limit: 1% }] }",
                                        ", analysis: { metrics: [{ name: errors, quantiles: [p50] }] }",
                                        ", analysis: { metrics: [{ name: errors, limit: 1%, critical: 1% }] }",
                                        ", analysis: { metrics: [{ name: errors, alert: 2 }] }",
                                        ", analysis: { metrics: [{ name: latency, alert: 2% }] }",
                                        ", analysis: { metrics: [{ name: errors, onFail: { rollback: complete } }] }",
                                        ", analysis: { metrics: [{ name: latency, quantiles: [50] }] }",
                                        ", analysis: { sharedFate: rollback }",
                                        ", analysis: { advance: { otherwise: abort } }")
                                .map(Loading::withRollout))
                .flatMap(files -> files);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatTheLoaderRefusesForItsShapeIsInvalid(String yaml) {
        assertThat(Loading.problems(Loading.load(yaml))).isNotEmpty();
        assertThat(complaints(yaml)).as(yaml).isNotEmpty();
    }

    /** What only the loader can know. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "limits: { readBuffer: 2MiB }\n",
                "limits: { fields: '200000' }\n",
                "eventLoops: ${NOT_SET}\n",
                "rollouts: [{ name: a, variants: { baseline: x, canary: y } }]\n",
                "admin: { address: '127.0.0.1:8080' }\n"
            })
    void theLoaderAloneRefuses(String section) {
        String yaml = Loading.with(section);
        assertThat(Loading.problems(Loading.load(yaml))).isNotEmpty();
        assertThat(complaints(yaml)).as(yaml).isEmpty();
    }

    @Test
    void noFileThatTheLoaderTakesIsInvalid() throws IOException {
        long seed = Long.getLong("mutation.seed", System.nanoTime());
        System.out.println("JsonSchemaTest seed: " + seed + " (-Dmutation.seed=" + seed + ")");
        Random random = new Random(seed);
        List<byte[]> files = new ArrayList<>();
        for (Path example : ConfigLoaderTest.examples()) {
            files.add(Files.readAllBytes(example));
        }
        good().forEach(yaml -> files.add(yaml.getBytes(StandardCharsets.UTF_8)));
        int taken = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] content = MutationTest.mutate(files.get(random.nextInt(files.size())), random);
            if (ConfigLoader.parse(Loading.FILE, content, Map.of()) instanceof Loaded) {
                String yaml = new String(content, StandardCharsets.UTF_8);
                assertThat(complaints(yaml))
                        .as("seed %s, round %s:\n%s", seed, round, yaml)
                        .isEmpty();
                taken++;
            }
        }
        assertThat(taken).as("taken of %s", ROUNDS).isGreaterThan(ROUNDS / 20);
    }

    private static List<String> complaints(String yaml) {
        try {
            return SCHEMA.validate(yaml, InputFormat.YAML).stream()
                    .map(Object::toString)
                    .toList();
        } catch (JacksonException e) {
            return List.of("no YAML: " + e.getMessage());
        }
    }
}
