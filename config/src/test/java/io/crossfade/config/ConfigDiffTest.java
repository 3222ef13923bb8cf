package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of two configurations. */
final class ConfigDiffTest {

    private static final String BEFORE = """
            version: 1
            listeners: [{ name: edge, address: '127.0.0.1:8080' }]
            upstreams: [{ name: legacy, endpoints: ['h:1'] }, { name: next, endpoints: ['h:2', 'h:3'] }]
            routes: [{ name: all, match: { host: a.example }, rollout: shift }, { name: rest, match: {}, upstream: legacy }]
            rollouts: [{ name: shift, variants: { baseline: legacy, canary: next }, weight: 5% }]
            """;

    @Test
    void theSameIsNoChange() {
        assertThat(between(BEFORE, BEFORE)).isEmpty();
        assertThat(between(
                        BEFORE,
                        BEFORE.replace("'h:1'", "\"h:1\"")
                                + "limits: { fields: 100 }\ncontrol:\ntransport: auto\nwatch: false\n"))
                .isEmpty();
        assertThat(between(
                        BEFORE,
                        BEFORE.replace(
                                "{ name: legacy, endpoints: ['h:1'] }, { name: next, endpoints: ['h:2', 'h:3'] }",
                                "{ name: next, endpoints: ['h:2', 'h:3'] }, { name: legacy, endpoints: ['h:1'] }")))
                .isEmpty();
    }

    @Test
    void valuesAreNamedWithTheirKeysOldAndNew() {
        String after = BEFORE.replace("['h:1'] }", "['h:1'], responseTimeout: 10s, breaker: { window: 50 } }")
                        .replace("['h:2', 'h:3']", "['h:2']")
                        .replace("weight: 5%", "weight: 10%, analysis: off")
                        .replace("host: a.example", "host: b.example, methods: [GET]")
                + "limits: { maxConnections: 7, idleTimeout: 1h30m }\nwatch: true\n";

        assertThat(between(BEFORE, after))
                .containsExactly(
                        "~ upstreams legacy responseTimeout: 30s -> 10s",
                        "~ upstreams legacy breaker.window: 100 -> 50",
                        "~ upstreams next endpoints: [h:2, h:3] -> [h:2]",
                        "~ routes all match.host: a.example -> b.example",
                        "+ routes all match.methods: [GET]",
                        "~ rollouts shift weight: 5% -> 10%",
                        "~ rollouts shift analysis: { falseAlarm: { budget: 0.1%, perCanaryRequests: 10000000 }, baselineLimit: 5%, metrics:"
                                + " [{ name: errors, margin: 1.5x, limit: 1%, statuses: [5xx], onFail: { rollback: immediate } },"
                                + " { name: latency, quantiles: [p50, p90, p99, p99.9], margin: 2x, warmup: 1m,"
                                + " onFail: { rollback: graceful } }, { name: client-errors, onFail: hold }], advance:"
                                + " { evidence: 99%, extendUpTo: 8h } } -> off",
                        "~ limits idleTimeout: 1m -> 1h30m",
                        "~ limits maxConnections: 50000 -> 7",
                        "~ watch: false -> true");
    }

    @Test
    void whatComesAndGoesIsNamedOnce() {
        String after = BEFORE.replace(
                        "{ name: next, endpoints: ['h:2', 'h:3'] }", "{ name: newer, endpoints: ['h:4'] }")
                .replace("canary: next", "canary: newer")
                .replace(", { name: rest, match: {}, upstream: legacy }", "")
                .replace("'127.0.0.1:8080' }", "'127.0.0.1:8080' }, { name: two, address: '127.0.0.1:8081' }");

        assertThat(between(BEFORE, after))
                .containsExactly(
                        "+ listeners two",
                        "- upstreams next",
                        "+ upstreams newer",
                        "- routes rest",
                        "~ rollouts shift variants.canary: next -> newer");
    }

    @Test
    void whatNeedsARestartIsMarked() {
        String after = BEFORE
                + "data: /var/x\ntransport: nio\neventLoops: 2\nadmin: { address: '127.0.0.1:1', maxPipelined: 3 }\n";

        assertThat(between(BEFORE, after))
                .containsExactly(
                        "~ admin address: 127.0.0.1:9900 -> 127.0.0.1:1 (needs a restart)",
                        "~ admin maxPipelined: 16 -> 3",
                        "~ data: /etc/crossfade/data -> /var/x (needs a restart)",
                        "~ transport: auto -> nio (needs a restart)",
                        "~ eventLoops: 0 -> 2 (needs a restart)");
    }

    @Test
    void aChangeSaysSomething() {
        assertThat(new Change("upstreams", "next", "", null, "x", false).what()).isEqualTo("added");
        assertThat(new Change("upstreams", "next", "", "x", null, false).what()).isEqualTo("removed");
        assertThat(new Change("", "", "data", "x", "y", true).what()).isEqualTo("changed");
        assertThatThrownBy(() -> new Change("", "", "data", null, null, true))
                .hasMessage("before: nothing and after nothing (expected: one of them at least)");
        assertThatThrownBy(() -> new Change("", "", "", "a", "b", true)).hasMessageStartingWith("key: none");
    }

    private static List<String> between(String before, String after) {
        return ConfigDiff.between(Loading.config(before), Loading.config(after)).stream()
                .map(Change::toString)
                .toList();
    }
}
