package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The configuration with every default filled in. */
final class EffectiveConfigTest {

    private static final String RICH = """
            version: 1
            listeners: [{ name: edge, address: '[::1]:8080', trustedPeers: [10.0.0.0/8, '::1'], underscoreNames: allow }]
            upstreams:
              - { name: legacy, endpoints: ['h:1', '[::1]:81'], idleExpiry: 1ms, breaker: { window: 7, failureRate: 12.5% } }
              - { name: next, endpoints: ['h:2'], maxIdle: 0 }
            routes:
              - name: all
                match: { host: '[::1]', pathPrefix: /a%20b, methods: [PUT, GET], headers: { X-A: '5', x-b: 'true', x-c: ': #' } }
                rollout: climb
                maxBody: 1025B
                recall: off
              - { name: up, match: {}, upstream: next, streaming: true }
              - { name: "7", match: { pathPrefix: /seven }, rollout: hand }
            rollouts:
              - { name: climb, risk: critical, variants: { baseline: legacy, canary: next }, unit: { from: [{ cookie: Uid }] } }
              - { name: hand, variants: { baseline: legacy, canary: next }, weight: 0.001%, analysis: off, recall: { budget: 7.5% } }
              - name: own
                variants: { baseline: next, canary: legacy }
                unit: { from: [{ header: X-A }, clientIp], salt: "0x5" }
                steps: [{ setWeight: 33.333%, bake: 1h30m, gate: goNoGo }, { setWeight: 100%, bake: 0s }]
                analysis:
                  metrics: [{ name: latency, quantiles: [p75, p99.9], onFail: hold }]
                  falseAlarm: { budget: 0.0000001%, perCanaryRequests: 7 }
            limits: { body: 1KiB, receiveBuffer: 3KiB, writeHigh: 1B, writeLow: 0B, maxAge: 1m1s1ms }
            control: { observationQueue: 2 }
            transport: io_uring
            watch: true
            """;

    @ParameterizedTest
    @MethodSource("io.crossfade.config.ConfigLoaderTest#examples")
    void anExampleIsTheSameWhenItsEffectiveFormIsLoaded(Path example) throws IOException {
        sameAgain(Loading.config(Loading.load(Files.readString(example))));
    }

    @Test
    void everyKeyIsTheSameWhenTheEffectiveFormIsLoaded() {
        sameAgain(Loading.config(RICH));
    }

    @Test
    void defaultsAreFilledInInTheWordsOfTheFile() {
        String yaml = EffectiveConfig.yaml(Loading.config(RICH));

        assertThat(yaml)
                .startsWith("version: 1\nlisteners:\n")
                .contains("address: 127.0.0.1:9900\n")
                .contains("connectTimeout: 2s\n", "minimumCalls: 7\n", "failureRate: 12.5%\n")
                .contains("requestLine: 8KiB\n", "maxRequests: 100000\n", "- clientIp\n", "bake: 1h30m\n");
    }

    @Test
    void theNumbersOfTheApiAreBytes() {
        Map<String, Object> view = EffectiveConfig.inNumbers(Loading.config(Loading.with("")));

        assertThat(view.get("limits")).asString().contains("requestLine=8192,", "body=16777216,", "maxAge=1h,");
        assertThat(view.get("routes")).asString().contains("maxBody=16MiB");
    }

    private static void sameAgain(Config config) {
        String yaml = EffectiveConfig.yaml(config);
        assertThat(Loading.config(Loading.load(yaml))).as(yaml).isEqualTo(config);
    }
}
