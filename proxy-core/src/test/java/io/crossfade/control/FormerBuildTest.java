package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.control.Operation.Result;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Journal and evidence log that build 49647d8 wrote, in {@code control/former}: a climb with pauses and a weight by hand, two
 * rollbacks, a retry, a draft. This build must read from them what that build read, and add to them what that build added.
 */
final class FormerBuildTest {
    private static final Plan[] PLANS = {
        Bench.steps(10_000, 60_000, 50_000, 60_000, 100_000, 60_000),
        Bench.manual("payments", 10_000),
        Bench.steps("search", 5_000, 60_000, 100_000, 60_000),
        Bench.steps("late", 20_000, 60_000, 100_000, 60_000)
    };

    private static final Path KEPT = Path.of("src/test/resources/control/former");

    /** Writes anew what this build makes of them; the diff is the review. */
    private static final boolean REWRITE = Boolean.getBoolean("rollout.rewrite");

    @TempDir
    Path folder;

    @Test
    void replaysToTheSameStatuses() throws IOException {
        try (Bench bench = new Bench(Bench.copy(KEPT.resolve("before"), folder.resolve("data")), 4_096, PLANS)) {
            List<String> statuses = bench.control.statuses().stream()
                    .map(RolloutStatus::toString)
                    .toList();
            if (REWRITE) {
                Files.write(KEPT.resolve("statuses.txt"), statuses);
            }
            assertThat(statuses).isEqualTo(Files.readAllLines(KEPT.resolve("statuses.txt")));
            assertThat(bench.control.health().problem()).isEmpty();
        }
    }

    @Test
    void theJournalGoesOnLineForLine() throws IOException {
        Path data = Bench.copy(KEPT.resolve("before"), folder.resolve("data"));
        try (Bench bench = new Bench(data, 4_096, PLANS)) {
            Operation start = Bench.operation(Verb.START);
            assertThat(Bench.done(bench.control.submit("late", start)).result()).isEqualTo(Result.ACCEPTED);
        }
        if (REWRITE) {
            Path kept = KEPT.resolve("after").resolve(Journal.FILE);
            Files.copy(data.resolve(Journal.FILE), kept, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> was = Files.readAllLines(KEPT.resolve("before").resolve(Journal.FILE));
        List<String> now = Files.readAllLines(data.resolve(Journal.FILE));
        assertThat(now).startsWith(was.toArray(String[]::new));
        List<String> then = Files.readAllLines(KEPT.resolve("after").resolve(Journal.FILE));
        assertThat(now)
                .map(FormerBuildTest::withoutSeal)
                .isEqualTo(then.stream().map(FormerBuildTest::withoutSeal).toList());
        assertThat(now.subList(was.size(), now.size())).isNotEmpty().allMatch(line -> line.contains("\"hash\":"));
    }

    /** Its checkpoints were lines of the log; this build reads them, and saves what follows as files. */
    @Test
    void theEvidenceGoesOnInFilesOfEachRollout() throws IOException {
        Path data = Bench.copy(KEPT.resolve("before"), folder.resolve("data"));
        List<String> then;
        try (Bench bench = new Bench(data, 4_096, PLANS)) {
            bench.pass(1_000); // notes the time, and by that begins a new file
            bench.feed.settle();
            then = bench.control.statuses().stream()
                    .map(RolloutStatus::toString)
                    .toList();
        }
        for (String rollout : List.of("orders", "payments", "search")) {
            assertThat(CheckpointFile.read(rollout, Files.readAllBytes(data.resolve(CheckpointFile.name(rollout)))))
                    .as(rollout)
                    .isPresent();
        }
        assertThat(data.resolve(EvidenceLog.OLD)).doesNotExist();
        assertThat(Files.size(data.resolve(EvidenceLog.FILE))).isLessThan(200);
        try (Bench again = new Bench(data, 4_096, PLANS)) {
            assertThat(again.control.statuses())
                    .map(RolloutStatus::verdicts)
                    .map(Object::toString)
                    .allSatisfy(verdicts -> assertThat(then).anyMatch(status -> status.contains(verdicts)));
        }
    }

    private static String withoutSeal(String line) {
        return line.replaceFirst(",\"(crc|hash)\":\"[0-9a-f]*\"}$", "}");
    }

    /** Rollouts that the configuration does not name have been taken out of it, and are others when they come back. */
    @Test
    void whatIsNamedLaterBeginsAnew() throws IOException {
        Path data = Bench.copy(KEPT.resolve("before"), folder.resolve("data"));
        List<Numbered> all = Bench.numbered(PLANS);
        try (Bench bench = new Bench(data, 4_096)) {
            assertThat(bench.control.statuses()).isEmpty();
            bench.configure(all.subList(0, 1));
            bench.configure(all);
            assertThat(bench.control.statuses())
                    .allSatisfy(status -> assertThat(status.phase()).isEqualTo("draft"));
        }
    }
}
