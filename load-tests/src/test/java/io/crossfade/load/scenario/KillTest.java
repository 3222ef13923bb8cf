package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossfade.load.scenario.Answer.Ask;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server that is killed at any moment of a rollout goes on where it was, and serves as soon as it would anyway. {@code -Dkills=200}
 * kills so often in sum.
 */
@Tag("slow")
class KillTest {
    private static final int KILLS = Integer.getInteger("kills", 32);
    private static final int PLAIN_STARTS = 3;
    private static final Duration READY = Duration.ofSeconds(3);

    /** What a restart may take longer than a start without a journal, in the median. */
    private static final Duration MORE = Duration.ofMillis(500);

    private static final int POPULATION = 5_000;

    @TempDir
    Path folder;

    private final long seed = new SplittableRandom().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<Duration> starts = new ArrayList<>();
    private final List<Duration> plain = new ArrayList<>();

    /** Traffic stops, the evidence settles, the server is killed: everything is as it was, the evidence to the last digit. */
    @Test
    void atRestEverythingIsAsItWas() throws Exception {
        withRollout("1h", (edge, legacy, next) -> {
            legacy.failing(0.01);
            for (int i = 0; i < KILLS / 6; i++) {
                send(edge, 300 + random.nextInt(700));
                if (edge.admin().rollout("shop").path("phase").asString().equals("completed")) {
                    edge.admin().operate("shop", "rollback", "");
                    edge.admin().operate("shop", "retry", "");
                } else if (i % 2 == 1) {
                    edge.admin().operate("shop", "promote", "");
                }
                JsonNode before = settled(edge);
                killAndRestart(edge);
                assertThat(withoutClocks(edge.admin().rollout("shop"))).isEqualTo(before);
            }
        });
    }

    /** The rollout climbs by itself under traffic; after the kill it stands where its journal ends. */
    @Test
    void underTrafficItStandsWhereItsJournalEnds() throws Exception {
        withRollout("700ms", (edge, legacy, next) -> {
            for (int i = 0; i < KILLS / 4; i++) {
                JsonNode before;
                try (Users users = Users.start(
                        edge.port(), 16, 2_000, n -> new Ask("/", random.nextInt(POPULATION)), answer -> {})) {
                    LockSupport.parkNanos(
                            random.nextInt(1_200) * 1_000_000L); // the moment of the kill is what is random
                    before = edge.admin().rollout("shop");
                    edge.kill();
                    users.end();
                }
                State atKill = State.ofJournal(edge);
                restart(edge);
                State now = State.of(edge.admin().rollout("shop"));
                assertThat(State.of(before)).isIn(State.allOfJournal(edge));
                assertThat(atKill.isAtMost(now))
                        .as(atKill + " at the kill, then " + now)
                        .isTrue();
                assertThat(State.allOfJournal(edge)).contains(now);
                if (now.phase.equals("completed")) {
                    edge.admin().operate("shop", "rollback", "");
                    edge.admin().operate("shop", "retry", "");
                }
            }
        });
    }

    /** Killed within milliseconds of an operation: it has happened or it has not, and what was answered has happened. */
    @Test
    void duringAnOperationItHasHappenedOrNot() throws Exception {
        withRollout("1h", (edge, legacy, next) -> {
            for (int i = 0; i < KILLS / 4; i++) {
                double before = edge.admin().weight("shop");
                int after = 1 + random.nextInt(99_999);
                String weight = after / 1_000 + "." + String.format("%03d", after % 1_000) + '%';
                CompletableFuture<HttpResponse<String>> answer = edge.admin()
                        .client()
                        .sendAsync(
                                edge.admin().operation("shop", "setWeight", ",\"weight\":\"" + weight + '"'),
                                BodyHandlers.ofString());
                LockSupport.parkNanos(random.nextInt(50_000) * 1_000L);
                boolean answered = answer.isDone() && !answer.isCompletedExceptionally();
                killAndRestart(edge);
                double now = edge.admin().weight("shop");
                System.out.println("asked for " + weight + " at " + before + ", answered " + answered + ": now " + now);
                assertThat(now).isIn(answered ? List.of(after / 1e5) : List.of(before, after / 1e5));
            }
        });
    }

    /**
     * A file system of 1 MiB that is as good as full: what was answered with 202 and goes towards the canary is there, what was refused is not.
     * A move towards the baseline acts though it cannot be written, so a kill may undo it.
     */
    @Test
    void onAFullDiskNothingIsLostOrInvented() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", data.toString()), "no tmpfs can be mounted here");
        try {
            withRollout("1h", (edge, legacy, next) -> {
                Set<Double> possible = new HashSet<>(Set.of(edge.admin().weight("shop")));
                int refused = 0;
                for (int i = 0; i < KILLS - KILLS / 6 - 2 * (KILLS / 4); i++) {
                    fill(data.resolve("filler"), random.nextInt(4) * 4_096);
                    for (int asked = 0; asked < 6; asked++) {
                        int buckets = 1 + random.nextInt(99_999);
                        double before = edge.admin().weight("shop");
                        String weight = buckets / 1_000 + "." + String.format("%03d", buckets % 1_000) + '%';
                        HttpResponse<String> answer =
                                edge.admin().ask("shop", "setWeight", ",\"weight\":\"" + weight + '"');
                        boolean up = buckets / 1e5 > before;
                        refused += answer.statusCode() == 507 ? 1 : 0;
                        if (answer.statusCode() == 202) {
                            if (up) {
                                possible.clear();
                            }
                            possible.add(buckets / 1e5);
                        }
                        assertThat(answer.statusCode()).as(answer.body()).isIn(up ? List.of(202, 507) : List.of(202));
                        send(edge, 20);
                    }
                    LockSupport.parkNanos(random.nextInt(20_000) * 1_000L);
                    killAndRestart(edge);
                    double now = edge.admin().weight("shop");
                    assertThat(now).as("kill %d", i).isIn(possible);
                    assertThat(edge.admin().get("/v1/audit:verify").body()).contains("\"ok\":true");
                    possible = new HashSet<>(Set.of(now));
                }
                System.out.println(refused + " moves were refused for want of room; for the others evidence gave way");
            });
        } finally {
            assertThat(run("umount", data.toString())).isTrue();
        }
    }

    /** Leaves so many bytes free, or a few more. */
    private static void fill(Path filler, int free) throws IOException {
        Files.deleteIfExists(filler);
        byte[] page = new byte[4_096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            // that is the point
        }
        try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.WRITE)) {
            channel.truncate(Math.max(0, channel.size() - free));
        }
    }

    private static boolean run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor() == 0;
    }

    private interface Scenario {
        void play(Edge edge, Service legacy, Service next) throws Exception;
    }

    private void withRollout(String bake, Scenario scenario) throws Exception {
        System.out.println("seed " + seed);
        try (Service legacy = Service.start("legacy", seed);
                Service next = Service.start("next", seed + 1);
                Edge edge = Edge.start(folder, Edge.config(legacy.port(), next.port(), """
                        steps:
                          - { setWeight: 1%%, bake: %1$s }
                          - { setWeight: 5%%, bake: %1$s }
                          - { setWeight: 25%%, bake: %1$s }
                          - { setWeight: 50%%, bake: %1$s }
                          - { setWeight: 100%%, bake: %1$s }
                        analysis: { metrics: [{ name: errors, limit: 5%% }] }
                        """.formatted(bake)))) {
            for (int i = 0; i < PLAIN_STARTS; i++) {
                edge.kill();
                edge.restart();
                plain.add(edge.startTime());
            }
            edge.admin().operate("shop", "start", "");
            scenario.play(edge, legacy, next);
        }
        System.out.println("ready after " + starts + ", without a story after " + plain);
        assertThat(median(starts))
                .as("median time to be ready")
                .isLessThan(READY)
                .isLessThan(median(plain).plus(MORE));
    }

    private static Duration median(List<Duration> of) {
        return of.stream().sorted().skip(of.size() / 2).findFirst().orElseThrow();
    }

    private void killAndRestart(Edge edge) throws Exception {
        edge.kill();
        restart(edge);
    }

    private void restart(Edge edge) throws Exception {
        theJournalIsReadable(edge);
        edge.restart();
        starts.add(edge.startTime());
    }

    private void theJournalIsReadable(Edge edge) throws Exception {
        String jq = Program.onPath("jq", "jq");
        Path parsed = Files.createTempFile(folder, "jq", ".log");
        try (Program tail = Program.start(
                edge.data(), parsed, List.of("sh", "-c", "tail -n 3 journal.jsonl | " + jq + " -e .seq"))) {
            assertThat(tail.await(Duration.ofSeconds(20))).as(tail.said()).isZero();
        }
    }

    private void send(Edge edge, int requests) throws Exception {
        try (Users users = Users.start(
                edge.port(), 8, 0, i -> i < requests ? new Ask("/", random.nextInt(POPULATION)) : null, answer -> {})) {
            users.await(60);
        }
    }

    /** What the API says when it says the same twice, half a second apart: longer than successes wait to be counted. */
    private static JsonNode settled(Edge edge) {
        JsonNode[] last = {withoutClocks(edge.admin().rollout("shop"))};
        Awaitility.await()
                .pollDelay(Duration.ofMillis(1_500))
                .pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    JsonNode before = last[0];
                    last[0] = withoutClocks(edge.admin().rollout("shop"));
                    return last[0].equals(before);
                });
        return last[0];
    }

    /** Time goes on and traffic is observed anew; all else must be the same. */
    private static JsonNode withoutClocks(JsonNode rollout) {
        ObjectNode same = (ObjectNode) rollout.deepCopy();
        same.remove("next");
        ((ObjectNode) same.path("weight")).remove("observed");
        same.path("verdicts")
                .forEach(verdict -> ((ObjectNode) verdict).remove("needs")); // how long, at the rate until now
        return same;
    }

    /** Where a rollout stands, as the journal's events tell it or the API. */
    private record State(int attempt, int step, int weight, String phase) {
        private static final JsonMapper JSON = JsonMapper.shared();

        static State of(JsonNode rollout) {
            long weight = Math.round(rollout.path("weight").path("set").asDouble() * 100_000);
            String phase = rollout.path("phase").asString();
            return new State(
                    rollout.path("attempt").asInt(),
                    rollout.path("step").asInt(),
                    (int) weight,
                    phase.equals("completed") || phase.equals("rolledBack") ? phase : "climbing");
        }

        static State ofJournal(Edge edge) throws IOException {
            List<State> all = allOfJournal(edge);
            return all.get(all.size() - 1);
        }

        static List<State> allOfJournal(Edge edge) throws IOException {
            List<State> all = new ArrayList<>();
            State state = new State(0, -1, 0, "climbing");
            for (String line : Files.readAllLines(edge.data().resolve("journal.jsonl"))) {
                state = state.after(JSON.readTree(line));
                all.add(state);
            }
            return all;
        }

        private State after(JsonNode event) {
            return switch (event.path("type").asString()) {
                case "attemptBegun" -> new State(event.path("attempt").asInt(), -1, 0, "climbing");
                case "stepEntered" ->
                    new State(
                            attempt,
                            event.path("step").asInt(),
                            event.path("weight").asInt(),
                            "climbing");
                case "rolledBack" -> new State(attempt, step, 0, "rolledBack");
                case "completed" -> new State(attempt, step, weight, "completed");
                default -> this;
            };
        }

        boolean isAtMost(State later) {
            return attempt < later.attempt || (attempt == later.attempt && step <= later.step);
        }
    }
}
