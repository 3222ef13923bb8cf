package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.control.Operation.Result;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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

    @TempDir
    Path folder;

    @Test
    void replaysToTheSameStatuses() throws IOException {
        try (Bench bench = new Bench(Bench.copy(former("before"), folder.resolve("data")), 4_096, PLANS)) {
            assertThat(bench.control.statuses())
                    .map(RolloutStatus::toString)
                    .isEqualTo(Files.readAllLines(former("statuses.txt")));
            assertThat(bench.control.health().problem()).isEmpty();
        }
    }

    /** A begun attempt writes a checkpoint, which holds every bit of the evidence. */
    @Test
    void goesOnByteForByte() throws IOException {
        Path data = Bench.copy(former("before"), folder.resolve("data"));
        try (Bench bench = new Bench(data, 4_096, PLANS)) {
            Operation start = Bench.operation(Verb.START);
            assertThat(Bench.done(bench.control.submit("late", start)).result()).isEqualTo(Result.ACCEPTED);
        }
        assertThat(data.resolve(EvidenceLog.FILE))
                .hasSameBinaryContentAs(former("after").resolve(EvidenceLog.FILE));
        List<String> was = Files.readAllLines(former("before").resolve(Journal.FILE));
        List<String> now = Files.readAllLines(data.resolve(Journal.FILE));
        assertThat(now).startsWith(was.toArray(String[]::new));
        assertThat(now)
                .map(FormerBuildTest::withoutSeal)
                .isEqualTo(Files.readAllLines(former("after").resolve(Journal.FILE)).stream()
                        .map(FormerBuildTest::withoutSeal)
                        .toList());
        assertThat(now.subList(was.size(), now.size())).isNotEmpty().allMatch(line -> line.contains("\"hash\":"));
    }

    private static String withoutSeal(String line) {
        return line.replaceFirst(",\"(crc|hash)\":\"[0-9a-f]*\"}$", "}");
    }

    /** Rollouts that the configuration names later are read from the journal as those that it names at the start. */
    @Test
    void itDoesNotMatterWhenARolloutIsNamed() throws IOException {
        Path data = Bench.copy(former("before"), folder.resolve("data"));
        List<Numbered> all = Bench.numbered(PLANS);
        try (Bench bench = new Bench(data, 4_096)) {
            assertThat(bench.control.statuses()).isEmpty();
            bench.configure(all.subList(0, 1));
            bench.configure(all);
            Stream<String> was = Files.readAllLines(former("statuses.txt")).stream();
            assertThat(bench.control.statuses()).map(RolloutStatus::toString).isEqualTo(was.toList());
        }
    }

    private static Path former(String name) {
        try {
            return Path.of(Objects.requireNonNull(FormerBuildTest.class.getResource("/control/former/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
