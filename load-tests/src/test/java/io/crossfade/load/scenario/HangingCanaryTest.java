package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.load.scenario.Answer.Ask;
import io.crossfade.load.scenario.Service.Behaviour;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What users see of a canary of 10 % that hangs, grows slow or loses its paths, by how long they wait. */
@Tag("slow")
class HangingCanaryTest {
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);
    private static final Duration WARM = Duration.ofSeconds(10);
    private static final Duration AFTERWARDS = Duration.ofSeconds(2);

    /** Longer than any rollback may take. */
    private static final double MOST_SECONDS = 18;

    /** A second until it is overdue, and half of one for the look and the answer. */
    private static final double MOST_MILLIS = 1_500;

    /** So long the stalls are watched; no stalls without it. */
    private static final int STALL_MINUTES = Integer.getInteger("scenario.stallMinutes", 0);

    private static final int STALLS = 5;

    /** Whether all of the matrix is played; else what a build has time for. */
    private static final boolean ALL = STALL_MINUTES > 0 || Boolean.getBoolean("scenario.matrix");

    private static final String REST = "-Dscenario.matrix=true plays all of the matrix";
    private static final double MILLIS = 2;
    private static final double SIGMA = 0.2;

    @TempDir
    Path folder;

    private final long seed = new SplittableRandom().nextLong();

    /** Users of one kind, and what they got. */
    private static final class Crowd {
        final String name;
        final int perSecond;
        final int population;
        final Duration patience;
        final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();

        Crowd(String name, int perSecond, int population, Duration patience) {
            this.name = name;
            this.perSecond = perSecond;
            this.population = population;
            this.patience = patience;
        }

        Users start(int port, SplittableRandom random) throws IOException {
            return Users.start(
                    port, 1_000, perSecond, patience, i -> new Ask("/", random.nextInt(population)), answers::add);
        }

        /**
         * Milliseconds by which twice the baseline's p99 before the harm is beyond a second, on a machine that has too much to do:
         * so much later is a request overdue.
         */
        double overdueLaterMillis(long harmNanos) {
            double[] before = answers.stream()
                    .filter(answer -> answer.sentNanos() - harmNanos < 0)
                    .mapToDouble(Answer::millis)
                    .sorted()
                    .toArray();
            return before.length == 0 ? 0 : Math.max(0, 2 * before[before.length * 99 / 100] - 1_000);
        }

        List<Answer> since(long nanos) {
            return answers.stream()
                    .filter(answer -> answer.sentNanos() - nanos > 0)
                    .toList();
        }
    }

    /** Users who wait for half a second, two, fifteen, or for ever. */
    @ParameterizedTest
    @ValueSource(ints = {500, 2_000, 15_000, Integer.MAX_VALUE})
    void aHangIsFoundInSecondsHoweverLongUsersWait(int millis) throws Exception {
        Assumptions.assumeTrue(ALL || millis == 2_000, REST);
        Crowd crowd = new Crowd("hang", 1_000, 10_000, Duration.ofMillis(millis));
        assertThat(harm(crowd, next -> next.behave(Behaviour.SILENT))).isLessThan(5);
    }

    @Test
    void aHangIsFoundByFewUsersToo() throws Exception {
        Crowd crowd = new Crowd("few", 200, 1_000, Duration.ofSeconds(2));
        assertThat(harm(crowd, next -> next.behave(Behaviour.SILENT))).isLessThan(15);
    }

    @Test
    void fiftyTimesSlowerBeginsItsWayBack() throws Exception {
        Assumptions.assumeTrue(ALL, REST);
        Crowd crowd = new Crowd("slow", 1_000, 10_000, Users.FOR_EVER);
        assertThat(harm(crowd, next -> next.latency(50 * MILLIS, SIGMA))).isLessThan(5);
    }

    @Test
    void lostPathsAreNeverPromoted() throws Exception {
        Crowd crowd = new Crowd("lost", 1_000, 10_000, Users.FOR_EVER);
        assertThat(harm(crowd, next -> next.behave(Behaviour.STATUS_404))).isLessThan(2);
    }

    /** What is done to the canary. */
    private interface Harm {
        void to(Service next);
    }

    /** Seconds from the harm until the rollout has no canary any more, or is held; less those by which what hangs is overdue later. */
    private double harm(Crowd crowd, Harm harm) throws Exception {
        System.out.println("seed " + seed);
        try (Service legacy = Service.start("legacy", seed);
                Service next = Service.start("next", seed + 1);
                Edge edge = Edge.start(folder, config(legacy.port(), next.port()))) {
            legacy.latency(MILLIS, SIGMA);
            next.latency(MILLIS, SIGMA);
            try (Users users = crowd.start(edge.port(), new SplittableRandom(seed))) {
                Thread.sleep(WARM.toMillis());
                long began = System.nanoTime();
                harm.to(next);
                double seconds = watch(edge, began);
                Thread.sleep(AFTERWARDS.toMillis());
                users.end();
                judge(crowd, began, seconds, edge);
                return seconds - crowd.overdueLaterMillis(began) / 1_000;
            }
        }
    }

    private static double watch(Edge edge, long began) throws InterruptedException {
        double seconds = 0;
        while (seconds < MOST_SECONDS) {
            JsonNode rollout = edge.admin().rollout("shop");
            boolean held = rollout.path("phase").asString().equals("held");
            seconds = (System.nanoTime() - began) / 1e9;
            if (held || rollout.path("weight").path("set").asDouble() == 0) {
                return seconds;
            }
            Thread.sleep(20);
        }
        return MOST_SECONDS;
    }

    /** Nobody who waits for two seconds or longer sees an error, gives up, or waits for long. */
    private static void judge(Crowd crowd, long began, double seconds, Edge edge) {
        Seen seen = tell(crowd, began, seconds, edge);
        assertThat(seen.failed).as(crowd.name).isZero();
        if (crowd.patience.compareTo(HALF_A_SECOND) > 0) {
            assertThat(seen.gaveUp).as(crowd.name).isZero();
            assertThat(seen.longestMillis).as(crowd.name).isLessThan(MOST_MILLIS + crowd.overdueLaterMillis(began));
        }
    }

    /** What users saw from a second before the harm on. */
    private record Seen(long failed, long gaveUp, double longestMillis) {}

    private static Seen tell(Crowd crowd, long began, double seconds, Edge edge) {
        List<Answer> since = crowd.since(began - Duration.ofSeconds(1).toNanos());
        double longest = since.stream()
                .filter(answer -> answer.server().equals("legacy"))
                .mapToDouble(Answer::millis)
                .max()
                .orElse(0);
        long failed = since.stream().filter(Answer::failed).count();
        long gaveUp = since.stream().filter(Answer::gaveUp).count();
        System.out.printf(
                "%s: weight 0 or held after %.2f s; of %d requests %d failed, %d were given up; the longest wait for the baseline"
                        + " %.0f ms, %.0f recalled, %.0f of them refused at first; %s%n",
                crowd.name,
                seconds,
                since.size(),
                failed,
                gaveUp,
                longest,
                metric(edge, "crossfade_assignments_total{rollout=\"shop\",reason=\"overdue\",}"),
                metric(edge, "crossfade_recalls_refused_total{rollout=\"shop\",reason=\"budget\",}"),
                edge.admin().rollout("shop").path("decision").path("lines"));
        return new Seen(failed, gaveUp, longest);
    }

    private static double metric(Edge edge, String name) {
        return edge.admin()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    /** A service that stands still for two seconds now and then is no reason to go back. */
    @Test
    void aFewStallsRollNothingBack() throws Exception {
        Assumptions.assumeTrue(STALL_MINUTES > 0, "-Dscenario.stallMinutes=10 watches five stalls in ten minutes");
        System.out.println("seed " + seed);
        Crowd crowd = new Crowd("stalls", 1_000, 10_000, Duration.ofSeconds(15));
        try (Service legacy = Service.start("legacy", seed);
                Service next = Service.start("next", seed + 1);
                Edge edge = Edge.start(folder, config(legacy.port(), next.port()))) {
            legacy.latency(MILLIS, SIGMA);
            next.latency(MILLIS, SIGMA);
            try (Users users = crowd.start(edge.port(), new SplittableRandom(seed))) {
                long between = TimeUnit.MINUTES.toMillis(STALL_MINUTES) / (STALLS + 1);
                for (int i = 0; i < STALLS; i++) {
                    Thread.sleep(between);
                    long began = System.nanoTime();
                    next.standStill(Duration.ofSeconds(2));
                    Thread.sleep(5_000);
                    tell(crowd, began, 0, edge);
                    assertThat(edge.admin().weight("shop")).isEqualTo(0.1);
                }
                Thread.sleep(between);
                users.end();
            }
            System.out.println(edge.admin().rollout("shop").path("verdicts"));
            assertThat(edge.admin().weight("shop")).isEqualTo(0.1);
            assertThat(edge.admin().rollout("shop").path("attempt").asInt()).isEqualTo(1);
        }
    }

    /** With the response timeout that stands when nothing is said, 30 s, and without a warm-up, as both services start now. */
    private static String config(int legacy, int next) {
        return Edge.config(legacy, next, """
                weight: 10%
                analysis: { metrics: [{ name: errors }, { name: latency, warmup: 0s }, { name: client-errors }] }
                """).replace("responseTimeout: 500ms, ", "");
    }
}
