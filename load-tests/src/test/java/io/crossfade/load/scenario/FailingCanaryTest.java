package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.load.scenario.Answer.Ask;
import io.crossfade.load.scenario.Service.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** A canary of 10 % that begins to fail every request is gone after a handful of users and within a second. */
@Tag("slow")
class FailingCanaryTest {
    private static final int MOST_USERS = 8;

    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double PER_SECOND = 1_000;
    private static final int POPULATION = 50_000;

    /** Half of what two cores can: where threads wait for a core, a service that is asked less is slower in truth. */
    private static final double HEALTHY_PER_SECOND = 10_000;

    private static final int YOUNG = 3_000;

    /** An hour of 1,000 requests per second would be eighteen times as many. */
    private static final int OLD = Integer.getInteger("scenario.healthy", 200_000);

    /** With the analysis that every rollout has: errors and latency. */
    private static final String BY_HAND = "weight: 10%\n";

    @TempDir
    Path folder;

    private final long seed = new SplittableRandom().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"HEALTHY", "STATUS_404"})
    void freshlyStarted(Behaviour behaviour) throws Exception {
        failsAfter(YOUNG, behaviour, PER_SECOND);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"HEALTHY", "STATUS_404"})
    void afterALongLife(Behaviour behaviour) throws Exception {
        failsAfter(OLD, behaviour, PER_SECOND);
    }

    /** Where hardly any are under way when the first is known to have failed. */
    @Test
    void noAnswerAtALowRate() throws Exception {
        failsAfter(YOUNG, Behaviour.SILENT, 20);
    }

    private void failsAfter(int healthy, Behaviour behaviour, double perSecond) throws Exception {
        assertThat(users(failures(healthy, behaviour, perSecond))).hasSizeBetween(1, MOST_USERS);
    }

    private static Set<Integer> users(List<Answer> failures) {
        Set<Integer> users = new HashSet<>();
        failures.forEach(failure -> users.add(failure.user()));
        return users;
    }

    /** All that users saw fail, from the canary's first failure until well after the rollback. */
    private List<Answer> failures(int healthy, Behaviour behaviour, double perSecond) throws Exception {
        System.out.println("seed " + seed);
        try (Service legacy = Service.start("legacy", seed);
                Service next = Service.start("next", seed + 1);
                Edge edge = Edge.start(
                        Files.createTempDirectory(folder, "edge"), Edge.config(legacy.port(), next.port(), BY_HAND))) {
            ConcurrentLinkedQueue<Answer> failures = new ConcurrentLinkedQueue<>();
            liveWell(edge, healthy);
            legacy.latency(2, 0.2);
            next.latency(2, 0.2);
            AtomicLong answered = new AtomicLong();
            try (Users users = Users.start(
                    edge.port(),
                    connections(behaviour),
                    perSecond,
                    i -> new Ask("/", random.nextInt(POPULATION)),
                    answer -> {
                        answered.incrementAndGet();
                        if (answer.failed()) {
                            failures.add(answer);
                        }
                    })) {
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() > perSecond / 2);
                assertThat(failures).isEmpty();
                next.behave(behaviour);
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(5))
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> edge.admin().weight("shop") == 0);
                long shown = System.nanoTime();
                long already = answered.get();
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() > already + perSecond);
                users.end();
                List<Answer> all = new ArrayList<>(failures);
                judge(behaviour, all, shown, next, edge);
                return all;
            }
        }
    }

    /** Those whose requests are under way at the decision fail as well, so there are few; who waits for no answer needs many. */
    private static int connections(Behaviour behaviour) {
        return behaviour == Behaviour.SILENT ? 128 : 4;
    }

    private void liveWell(Edge edge, int requests) throws IOException, InterruptedException {
        AtomicLong failed = new AtomicLong();
        try (Users users = Users.start(
                edge.port(),
                32,
                HEALTHY_PER_SECOND,
                i -> i < requests ? new Ask("/", random.nextInt(POPULATION)) : null,
                answer -> failed.addAndGet(answer.failed() ? 1 : 0))) {
            users.await(300);
        }
        assertThat(failed).hasValue(0);
        assertThat(edge.admin().phase("shop"))
                .as(() -> edge.admin().rollout("shop").path("decision").toString())
                .isEqualTo("progressing");
    }

    /** The deciding failure is the last but those that were under way: at most the eighth. */
    private static void judge(Behaviour behaviour, List<Answer> failures, long shown, Service next, Edge edge) {
        Answer deciding = failures.get(Math.min(MOST_USERS, failures.size()) - 1);
        double shownMillis = (shown - deciding.endedNanos()) / 1e6;
        double lastMillis = (next.lastReceivedNanos() - deciding.endedNanos()) / 1e6;
        System.out.printf(
                "%s: %d users failed; from the deciding failure to weight 0 in the API %.1f ms, to the canary's last request"
                        + " %.1f ms; failures at %s ms; %s%n",
                behaviour,
                users(failures).size(),
                shownMillis,
                lastMillis,
                failures.stream()
                        .map(failure -> (failure.endedNanos() - failures.get(0).endedNanos()) / 1_000_000)
                        .toList(),
                edge.admin().rollout("shop").path("decision").path("lines"));
        JsonNode numbers = edge.admin().rollout("shop").path("decision").path("numbers");
        assertThat(numbers.path("canaryUnits").asInt()).isBetween(1, failures.size());
        assertThat(shown - deciding.endedNanos()).isLessThan(SOON_NANOS);
        assertThat(next.lastReceivedNanos() - deciding.endedNanos()).isLessThan(SOON_NANOS);
    }
}
