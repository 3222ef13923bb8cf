package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.load.scenario.Answer.Ask;
import io.crossfade.load.scenario.Service.Behaviour;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A million requests of a pair that fails as often on both sides move nothing; then the canary breaks, and is gone at once. */
@Tag("slow")
class HealthyPairTest {
    private static final int REQUESTS = Integer.getInteger("scenario.requests", 1_000_000);
    private static final double PER_SECOND = 12_000;
    private static final int POPULATION = 200_000;
    private static final int MOST_USERS = 8;

    /** With the analysis that every rollout has: errors and latency. */
    private static final String BY_HAND = "weight: 10%\n";

    @TempDir
    Path folder;

    @Test
    void aMillionRequestsWithAFewFailuresOnBothSides() throws Exception {
        long seed = new SplittableRandom().nextLong();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        AtomicLong failed = new AtomicLong();
        AtomicLong canary = new AtomicLong();
        try (Service legacy = Service.start("legacy", seed);
                Service next = Service.start("next", seed + 1);
                Edge edge = Edge.start(folder, Edge.config(legacy.port(), next.port(), BY_HAND))) {
            legacy.failing(0.005);
            next.failing(0.005);
            long began = System.nanoTime();
            try (Users users = Users.start(
                    edge.port(),
                    32,
                    PER_SECOND,
                    i -> i < REQUESTS ? new Ask("/", random.nextInt(POPULATION)) : null,
                    answer -> {
                        failed.addAndGet(answer.failed() ? 1 : 0);
                        canary.addAndGet(answer.server().equals("next") ? 1 : 0);
                    })) {
                users.await(400);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    "%d requests in %.0f s, %d failed, %d on the canary; %s%n",
                    REQUESTS,
                    seconds,
                    failed.get(),
                    canary.get(),
                    edge.admin().rollout("shop").path("verdicts"));
            assertThat(failed.get()).isBetween((long) (0.004 * REQUESTS), (long) (0.006 * REQUESTS));
            assertThat(edge.admin().rollout("shop").path("attempt").asInt()).isEqualTo(1);
            assertThat(edge.admin().weight("shop")).isEqualTo(0.1);
            assertThat(edge.admin().phase("shop")).isEqualTo("progressing");

            legacy.failing(0);
            next.behave(Behaviour.STATUS_500);
            Set<Integer> failing = ConcurrentHashMap.newKeySet();
            try (Users users =
                    Users.start(edge.port(), 4, 300, i -> new Ask("/", random.nextInt(POPULATION)), answer -> {
                        if (answer.failed()) {
                            failing.add(answer.user());
                        }
                    })) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> edge.admin().weight("shop") == 0);
                users.end();
            }
            System.out.println(failing.size() + " users failed after that");
            assertThat(failing).hasSizeBetween(1, MOST_USERS);
        }
    }
}
