package io.crossfade.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.load.scenario.Answer.Ask;
import io.crossfade.load.scenario.Service.Behaviour;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that takes two seconds for each fsync: a canary that fails is gone as soon as on a good disk, nobody waits for the disk,
 * and what was decided is there after a kill. The stall is a library of a few lines that is preloaded into the server.
 */
@Tag("slow")
class StallingDiskTest {
    private static final int MOST_USERS = 8;
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int PER_SECOND = 1_000;
    private static final int POPULATION = 50_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final long seed = new SplittableRandom().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void theWayBackDoesNotWaitForTheDisk() throws Exception {
        System.out.println("seed " + seed);
        Path stalls = folder.resolve("stalls");
        List<String> environment = List.of("LD_PRELOAD=" + library(), "STALL_WHILE=" + stalls);
        try (Service legacy = Service.start("legacy", seed);
                Service next = Service.start("next", seed + 1);
                Edge edge = Edge.startIn(
                        environment,
                        Files.createDirectory(folder.resolve("edge")),
                        Edge.config(legacy.port(), next.port(), "weight: 10%\n"))) {
            failsOn("a good disk", edge, next);
            next.behave(Behaviour.HEALTHY);
            edge.admin().operate("shop", "retry", "");
            edge.admin().setWeight("shop", "9%");
            Files.createFile(stalls);
            theDiskStalls(edge);
            failsOn("a disk that stalls", edge, next);
            Awaitility.await().atMost(PATIENCE).until(() -> isWritten(edge));
            edge.kill();
            Files.delete(stalls);
            edge.restart();
            assertThat(edge.admin().phase("shop")).isEqualTo("rolledBack");
            assertThat(edge.admin().weight("shop")).isZero();
            assertThat(edge.admin().get("/v1/audit:verify").body()).contains("\"ok\":true");
        }
    }

    private void failsOn(String disk, Edge edge, Service next) throws Exception {
        ConcurrentLinkedQueue<Answer> failures = new ConcurrentLinkedQueue<>();
        AtomicLong answered = new AtomicLong();
        AtomicLong slowest = new AtomicLong();
        try (Users users =
                Users.start(edge.port(), 16, PER_SECOND, i -> new Ask("/", random.nextInt(POPULATION)), answer -> {
                    answered.incrementAndGet();
                    if (answer.failed()) {
                        failures.add(answer);
                    }
                    slowest.accumulateAndGet(answer.endedNanos() - answer.sentNanos(), Math::max);
                })) {
            await(answered, 3 * PER_SECOND);
            assertThat(failures).isEmpty();
            slowest.set(0);
            next.behave(Behaviour.STATUS_500);
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(PATIENCE)
                    .until(() -> edge.admin().weight("shop") == 0);
            long shown = System.nanoTime();
            await(answered, answered.get() + 3 * PER_SECOND);
            users.end();
            judge(disk, new ArrayList<>(failures), shown, next, slowest.get());
        }
    }

    /** Both rollbacks are in the journal. */
    private static boolean isWritten(Edge edge) throws IOException {
        return Files.readAllLines(edge.data().resolve("journal.jsonl")).stream()
                        .filter(line -> line.contains("\"type\":\"rolledBack\""))
                        .count()
                == 2;
    }

    /** An operation that must be on the disk before it is answered shows that the library is at work. */
    private static void theDiskStalls(Edge edge) {
        long asked = System.nanoTime();
        edge.admin().setWeight("shop", "10%");
        assertThat(System.nanoTime() - asked).isGreaterThan(STALL_NANOS);
    }

    private static void judge(String disk, List<Answer> failures, long shown, Service next, long slowest) {
        Set<Integer> users = new TreeSet<>();
        failures.forEach(failure -> users.add(failure.user()));
        Answer deciding = failures.get(Math.min(MOST_USERS, failures.size()) - 1);
        System.out.printf(
                "%s: %d users failed; from the deciding failure to weight 0 in the API %.1f ms, to the canary's last request %.1f ms;"
                        + " the slowest answer took %.1f ms%n",
                disk,
                users.size(),
                (shown - deciding.endedNanos()) / 1e6,
                (next.lastReceivedNanos() - deciding.endedNanos()) / 1e6,
                slowest / 1e6);
        assertThat(users).hasSizeBetween(1, MOST_USERS);
        assertThat(shown - deciding.endedNanos()).isLessThan(STALL_NANOS);
        assertThat(next.lastReceivedNanos() - deciding.endedNanos()).isLessThan(SOON_NANOS);
        assertThat(slowest).as("nobody waits for the disk").isLessThan(SOON_NANOS);
    }

    private static void await(AtomicLong answered, long so) {
        Awaitility.await().atMost(PATIENCE).until(() -> answered.get() >= so);
    }

    private Path library() throws Exception {
        String compiler = Program.onPath("gcc", "gcc");
        Path source = folder.resolve("stall.c");
        try (InputStream text = StallingDiskTest.class.getResourceAsStream("stall.c")) {
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path library = folder.resolve("stall.so");
        List<String> command =
                List.of(compiler, "-shared", "-fPIC", "-nostdlib", "-o", library.toString(), source.toString());
        try (Program compilation = Program.start(folder, folder.resolve("gcc.log"), command)) {
            assertThat(compilation.await(PATIENCE)).as(compilation.said()).isZero();
        }
        return library;
    }
}
