package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.load.scenario.Answer.Ask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A canary that grows slow is taken back; two services that grow slow together are left alone. */
@Tag("slow")
class SlowCanaryTest {
    private static final int RUNS = 10;

    /** One median of ten scatters by a dozen requests; that of all of them by half of it. */
    private static final int ROUNDS = 3;

    /** Fifteen a second of each rollout. */
    private static final int MOST_CANARY_REQUESTS = 400;

    private static final double PER_SECOND = 1_500;
    private static final double MILLIS = 10;
    private static final double SIGMA = 0.6;
    private static final int POPULATION = 20_000;

    /** Longer than any answer. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private final long seed = new SplittableRandom().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);

    /** Ten rollouts of one server, each with its own path, salt and tenth of the users, are ten runs at once; then they retry. */
    @Test
    void fourTimesSlowerIsRolledBack() throws Exception {
        System.out.println("seed " + seed);
        AtomicIntegerArray canary = new AtomicIntegerArray(RUNS);
        AtomicLong answered = new AtomicLong();
        try (Service legacy = Service.start("legacy", seed);
                Service next = Service.start("next", seed + 1)) {
            legacy.latency(MILLIS, SIGMA);
            try (Edge edge = Edge.start(folder, tenRollouts(legacy.port(), next.port()));
                    Users users = Users.start(
                            edge.port(),
                            256,
                            PER_SECOND,
                            i -> new Ask("/r" + i % RUNS, random.nextInt(POPULATION)),
                            answer -> {
                                answered.incrementAndGet();
                                if (answer.server().equals("next")) {
                                    canary.incrementAndGet(
                                            Integer.parseInt(answer.ask().path().substring(2)));
                                }
                            })) {
                List<Integer> all = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    next.latency(MILLIS, SIGMA);
                    if (round > 0) {
                        forEachRollout(name -> edge.admin().operate(name, "retry", ""));
                    }
                    // Three windows of a second with enough requests say what is slow.
                    long from = answered.get();
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(60))
                            .until(() -> answered.get() > from + 6 * PER_SECOND);
                    int[] before = counts(canary);
                    next.latency(4 * MILLIS, SIGMA);
                    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> allGone(edge));
                    Thread.sleep(UNDER_WAY.toMillis());
                    int[] needed = counts(canary);
                    Arrays.setAll(needed, run -> needed[run] - before[run]);
                    Arrays.sort(needed);
                    System.out.println("canary requests until the rollback: " + Arrays.toString(needed) + ", median "
                            + median(Arrays.stream(needed).boxed().toList()) + "; "
                            + edge.admin().rollout("r0").path("decision").path("lines"));
                    Arrays.stream(needed).forEach(all::add);
                }
                users.end();
                System.out.println("median of all " + median(all));
                assertThat(median(all)).isLessThanOrEqualTo(MOST_CANARY_REQUESTS);
            }
        }
    }

    private static double median(List<Integer> numbers) {
        List<Integer> sorted = numbers.stream().sorted().toList();
        int half = sorted.size() / 2;
        return (sorted.get(half - 1) + sorted.get(half)) / 2.0;
    }

    private static void forEachRollout(Consumer<String> act) {
        for (int i = 0; i < RUNS; i++) {
            act.accept("r" + i);
        }
    }

    @Test
    void slowTogetherChangesNothing() throws Exception {
        System.out.println("seed " + seed);
        AtomicLong answered = new AtomicLong();
        try (Service legacy = Service.start("legacy", seed);
                Service next = Service.start("next", seed + 1);
                Edge edge = Edge.start(folder, Edge.config(legacy.port(), next.port(), "weight: 10%\n"))) {
            legacy.latency(MILLIS, SIGMA);
            next.latency(MILLIS, SIGMA);
            try (Users users = Users.start(
                    edge.port(),
                    512,
                    500,
                    i -> new Ask("/", random.nextInt(POPULATION)),
                    answer -> answered.incrementAndGet())) {
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() > 3_000);
                legacy.latency(4 * MILLIS, SIGMA);
                next.latency(4 * MILLIS, SIGMA);
                Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> answered.get() > 33_000);
                assertThat(edge.admin().weight("shop")).isEqualTo(0.1);
                users.end();
                System.out.println(edge.admin().rollout("shop").path("verdicts"));
            }
            assertThat(edge.admin().phase("shop")).isEqualTo("progressing");
        }
    }

    private static boolean allGone(Edge edge) {
        for (JsonNode rollout : edge.admin().json("/v1/rollouts").path("rollouts")) {
            if (!rollout.path("phase").asString().equals("rolledBack")) {
                return false;
            }
        }
        return true;
    }

    private static int[] counts(AtomicIntegerArray array) {
        int[] counts = new int[array.length()];
        Arrays.setAll(counts, array::get);
        return counts;
    }

    private static String tenRollouts(int legacy, int next) {
        StringBuilder config = new StringBuilder(Edge.head());
        config.append("upstreams:\n  - { name: legacy, endpoints: [\"127.0.0.1:" + legacy + "\"] }\n");
        config.append("  - { name: next, endpoints: [\"127.0.0.1:" + next + "\"] }\nroutes:\n");
        for (int i = 0; i < RUNS; i++) {
            config.append("  - { name: r%d, match: { pathPrefix: /r%d }, rollout: r%d }\n".formatted(i, i, i));
        }
        config.append("rollouts:\n");
        for (int i = 0; i < RUNS; i++) {
            config.append("""
                      - name: r%d
                        variants: { baseline: legacy, canary: next }
                        unit: { from: [{ header: X-User-Id }, clientIp] }
                        weight: 10%%
                        analysis: { metrics: [{ name: errors }, { name: latency, warmup: 0s }] }
                    """.formatted(i));
        }
        return config.toString();
    }
}
