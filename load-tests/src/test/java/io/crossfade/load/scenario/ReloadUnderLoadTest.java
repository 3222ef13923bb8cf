package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.crossfade.load.scenario.Answer.Ask;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A configuration that is swapped a hundred times while users ask: nobody sees an error, no connection is closed without
 * {@code Connection: close}, and it is not slow.
 */
@Tag("slow")
class ReloadUnderLoadTest {
    private static final int SWAPS = 100;
    private static final int STEADY = 40_000;
    private static final int REQUESTS = 140_000;
    private static final double PER_SECOND = 4_000;

    @TempDir
    Path folder;

    @Test
    void aHundredSwapsUnderAHundredThousandRequests() throws Exception {
        long seed = new SplittableRandom().nextLong();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        long[] steady = new long[STEADY];
        long[] swapping = new long[REQUESTS - STEADY];
        AtomicInteger answers = new AtomicInteger();
        AtomicLong failed = new AtomicLong();
        int swaps = 0;
        try (Service legacy = Service.start("legacy", seed);
                Service next = Service.start("next", seed + 1);
                Edge edge = Edge.start(folder, config(0, legacy.port(), next.port()))) {
            try (Users users = Users.start(
                    edge.port(),
                    32,
                    PER_SECOND,
                    i -> i < REQUESTS ? new Ask("/", random.nextInt(5_000)) : null,
                    answer -> {
                        int number = answers.getAndIncrement();
                        failed.addAndGet(answer.status() == 200 ? 0 : 1);
                        long nanos = answer.endedNanos() - answer.sentNanos();
                        if (number < STEADY) {
                            steady[number] = nanos;
                        } else {
                            swapping[number - STEADY] = nanos;
                        }
                    })) {
                for (; swaps < SWAPS; swaps++) {
                    int due = STEADY + (REQUESTS - STEADY) / SWAPS * swaps;
                    await().pollInterval(Duration.ofMillis(2))
                            .atMost(Duration.ofSeconds(60))
                            .until(() -> answers.get() >= due);
                    Files.writeString(folder.resolve("crossfade.yaml"), config(swaps + 1, legacy.port(), next.port()));
                    HttpResponse<String> applied = edge.admin().reload();
                    assertThat(applied.statusCode()).as(applied.body()).isEqualTo(200);
                    assertThat(applied.body()).contains("\"changed\"");
                }
                assertThat(answers.get()).isLessThan(REQUESTS);
                users.await(120);
            }
        }
        System.out.printf(
                "%d swaps under %d requests, %d failed; p99 %.2f ms, before the swaps %.2f ms%n",
                swaps, REQUESTS - STEADY, failed.get(), p99(swapping), p99(steady));
        assertThat(swaps).isEqualTo(SWAPS);
        assertThat(failed).hasValue(0);
        assertThat(p99(swapping)).isLessThanOrEqualTo(2 * p99(steady));
    }

    private static double p99(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length * 99 / 100] / 1e6;
    }

    /** Each differs from the one before in routes, upstreams, limits, listeners, breakers and analysis. */
    private static String config(int number, int legacyPort, int nextPort) {
        StringBuilder routes = new StringBuilder();
        for (int i = 0; i < number % 7; i++) {
            routes.append(
                    "  - { name: extra-%d, match: { pathPrefix: /extra/%d }, upstream: legacy }%n".formatted(i, i));
        }
        String second = number % 2 == 0 ? "" : ", { name: second, address: \"127.0.0.1:0\" }";
        return """
                version: 1
                listeners: [{ name: edge, address: "127.0.0.1:0" }%s]
                admin: { address: "127.0.0.1:0" }
                data: ./data
                upstreams:
                  - { name: legacy, endpoints: ["127.0.0.1:%d"], maxIdle: %d, breaker: { window: %d } }
                  - { name: next, endpoints: ["127.0.0.1:%d"], responseTimeout: %ds }
                limits: { maxRequests: %d, fields: %d }
                routes:
                %s  - { name: shop, match: { pathPrefix: / }, rollout: shop }
                rollouts:
                  - name: shop
                    variants: { baseline: legacy, canary: next }
                    unit: { from: [{ header: X-User-Id }, clientIp] }
                    weight: 10%%
                    analysis: { metrics: [{ name: errors, margin: %.2fx }] }
                """.formatted(
                        second,
                        legacyPort,
                        100 + number,
                        100 + number,
                        nextPort,
                        30 + number % 9,
                        number % 2 == 0 ? 100_000 : 20,
                        100 + number,
                        routes,
                        1.5 + number / 100.0);
    }
}
