package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.ControlSettings;
import io.crossfade.control.Operation.Result;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left after a kill, a full disk, a damaged file: restart is replay, and nothing else. */
final class RestartTest {
    @TempDir
    Path folder;

    @TempDir
    Path copies;

    private static Plan plan() {
        return Bench.steps(10_000, 60_000, 50_000, 60_000, 100_000, 60_000);
    }

    /** A story with every kind of move, quiet after each line. */
    private static Stream<Runnable> story(Bench bench) {
        return Stream.of(
                () -> bench.ask(Verb.START),
                () -> {
                    bench.feed.succeed(0, 9_000, 1_000);
                    bench.pass(30_000);
                },
                () -> {
                    bench.feed.fail(0, false, 3);
                    bench.feed.fail(0, true, 1);
                    bench.pass(10_000);
                },
                () -> bench.ask(Verb.PAUSE),
                () -> bench.ask(Verb.RESUME),
                () -> bench.ask(Bench.setWeight(20_000)),
                () -> {
                    bench.feed.slow(0, true, 5);
                    bench.feed.slow(0, false, 7);
                    bench.feed.succeed(0, 9_000, 2_000);
                    bench.pass(59_000);
                },
                () -> bench.pass(1_000),
                () -> bench.ask(Verb.STEP_BACK),
                () -> {
                    bench.feed.fail(0, true, 12);
                    bench.feed.settle();
                },
                () -> bench.pass(1_000),
                () -> bench.ask(Verb.RETRY),
                () -> {
                    bench.feed.fail(0, true, 2);
                    bench.pass(1_000);
                },
                () -> bench.ask(Verb.ABORT));
    }

    @Test
    void aKillAtAnyQuietMomentLosesNothing() {
        List<RolloutStatus> before = new ArrayList<>();
        try (Bench bench = new Bench(folder, plan())) {
            story(bench).forEach(act -> {
                act.run();
                bench.pass(1_000);
                before.add(bench.status());
                Bench.copy(folder, copies.resolve(String.valueOf(before.size())));
            });
        }
        for (int i = 0; i < before.size(); i++) {
            try (Bench again = new Bench(copies.resolve(String.valueOf(i + 1)), plan())) {
                assertThat(again.status()).isEqualTo(before.get(i));
                assertThat(again.weight()).isEqualTo(before.get(i).weight());
                assertThat(again.control.health().problem()).isEmpty();
            }
        }
        assertThat(before).extracting(RolloutStatus::phase).contains("baking", "paused", "rolledBack", "failed");
    }

    /** At the moment of each write the disk is copied, also with the write half done; then each copy is started. */
    @Test
    void aKillAtAnyWriteLeavesAWholeDecisionOrNone() {
        List<Integer> inForce = new ArrayList<>();
        WatchedStorage storage = new WatchedStorage(Bench.disk(folder));
        List<Integer> all;
        try (Bench bench = new Bench(storage, 16 << 20, plan())) {
            storage.onChange(() -> {
                inForce.add(bench.weight());
                Bench.copy(folder, copies.resolve(String.valueOf(inForce.size())));
            });
            story(bench).forEach(act -> {
                act.run();
                bench.feed.settle(); // so that at most one move has acted and is not on the disk
            });
            storage.onChange(() -> {});
            all = List.copyOf(bench.weights);
        }
        assertThat(inForce).hasSizeGreaterThan(40);
        for (int i = 0; i < inForce.size(); i++) {
            try (Bench again = new Bench(copies.resolve(String.valueOf(i + 1)), plan())) {
                assertThat(again.control.health().journalReadable()).isTrue();
                assertThat(neighbours(all, inForce.get(i))).as("copy %d", i + 1).contains(again.weight());
                int last = again.control.eventsAfter(0, 1_000).size();
                assertThat(last == 0
                                || !again.control
                                        .eventsAfter(0, 1_000)
                                        .get(last - 1)
                                        .json()
                                        .contains("\"more\""))
                        .isTrue();
            }
        }
    }

    /** A weight and those that were in force right before and after it. */
    private static List<Integer> neighbours(List<Integer> all, int weight) {
        List<Integer> near = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) == weight) {
                near.addAll(all.subList(Math.max(0, i - 1), Math.min(all.size(), i + 2)));
            }
        }
        return near;
    }

    /** At 100% the baseline answers nobody any more: what was slow before is slow after a restart. */
    @Test
    void whatIsSlowIsKnownAfterARestart() {
        Plan plan = Bench.steps(95_000, 2_000, 100_000, 60_000);
        try (Bench bench = new Bench(folder, plan)) {
            bench.ask(Verb.START);
            bench.feed.latencies = new long[] {250, 150, 90, 10};
            bench.feed.succeed(0, 500, 9_500);
            bench.pass(1_500);
            bench.feed.succeed(0, 500, 9_500);
            bench.pass(1_500);
            assertThat(bench.weight()).isEqualTo(100_000);
            assertThat(bench.feed.tau).isNotEmpty();
            bench.pass(5_000);
        }
        try (Bench again = new Bench(folder, plan)) {
            again.pass(1_500);
            assertThat(again.weight()).isEqualTo(100_000);
            assertThat(again.feed.tau).containsExactly(1_000, 3_000, 4_000, 4_000);
        }
    }

    @Test
    void neitherDowntimeNorAJumpOfTheWallClockIsBakeTime() {
        try (Bench bench = new Bench(folder, Bench.steps(10_000, 60_000, 100_000, 60_000))) {
            bench.ask(Verb.START);
            bench.feed.succeed(0, 9_000, 1_000);
            bench.pass(50_000);
        }
        try (Bench again = new Bench(folder, Bench.steps(10_000, 60_000, 100_000, 60_000))) {
            again.wall.addAndGet(3_600_000);
            again.pass(9_000);
            assertThat(again.status().phase()).isEqualTo("baking");
            assertThat(again.weight()).isEqualTo(10_000);
            again.wall.addAndGet(-7_200_000);
            again.pass(1_000);
            assertThat(again.weight()).isEqualTo(100_000);
        }
    }

    @Test
    void evidenceThatTripsAtTheRestartRollsBackAtOnce() throws IOException {
        byte[] lagging;
        try (Bench bench = new Bench(folder, Bench.manual("orders", 10_000))) {
            bench.feed.succeed(0, 9_000, 1_000);
            bench.pass(1_000);
            lagging = Files.readAllBytes(folder.resolve(JournalHead.FILE));
            bench.feed.fail(0, true, 12);
            bench.feed.settle();
            assertThat(bench.weight()).isZero();
        }
        Path journal = folder.resolve(Journal.FILE);
        List<String> lines = Files.readAllLines(journal);
        assertThat(lines.get(lines.size() - 1)).contains("rolledBack");
        Files.write(journal, lines.subList(0, lines.size() - 1));
        Files.write(folder.resolve(JournalHead.FILE), lagging);
        try (Bench again = new Bench(folder, Bench.manual("orders", 10_000))) {
            assertThat(again.weights).containsExactly(0, 10_000, 0);
            assertThat(again.decision().reason()).startsWith("errors-");
        }
    }

    @Test
    void aFullDiskRefusesMovesTowardsTheCanaryAndNothingElse() throws IOException {
        WatchedStorage storage = new WatchedStorage(Bench.disk(folder));
        try (Bench bench = new Bench(storage, 16 << 20, plan())) {
            bench.ask(Verb.START);
            String before = Files.readString(folder.resolve(Journal.FILE));
            storage.full(true);
            assertThat(bench.ask(Verb.PROMOTE).result()).isEqualTo(Result.JOURNAL_UNAVAILABLE);
            assertThat(bench.weight()).isEqualTo(10_000);
            assertThat(bench.control.health().journalWritable()).isFalse();
            assertThat(bench.control.health().problem()).contains("No space left on device");

            bench.feed.succeed(0, 9_000, 1_000);
            bench.pass(120_000);
            assertThat(bench.weight()).as("the climb waits for the disk").isEqualTo(10_000);

            assertThat(bench.ask(Verb.PAUSE).result()).isEqualTo(Result.ACCEPTED);
            assertThat(bench.ask(Verb.ROLLBACK).result()).isEqualTo(Result.ACCEPTED);
            assertThat(bench.weight()).isZero();
            assertThat(bench.ask(Verb.RETRY).result()).isEqualTo(Result.JOURNAL_UNAVAILABLE);
            assertThat(Files.readString(folder.resolve(Journal.FILE))).startsWith(before);

            storage.full(false);
            bench.pass(1_000);
            assertThat(bench.control.health().journalWritable()).isTrue();
            assertThat(bench.control.health().problem()).isEmpty();
            assertThat(Files.readString(folder.resolve(Journal.FILE)).lines())
                    .hasSize(7)
                    .last()
                    .asString()
                    .contains("rolledBack");
            assertThat(bench.ask(Verb.RETRY).result()).isEqualTo(Result.ACCEPTED);
        }
        try (Bench again = new Bench(folder, plan())) {
            assertThat(again.status().attempt()).isEqualTo(2);
            assertThat(again.weight()).isEqualTo(10_000);
        }
    }

    @Test
    void whatWaitsForTheDiskIsBounded() {
        WatchedStorage storage = new WatchedStorage(Bench.disk(folder));
        try (Bench bench = new Bench(storage, 16 << 20, plan())) {
            bench.ask(Verb.START);
            storage.full(true);
            for (int i = 0; i < DiskLedger.MOST_EVENTS; i++) {
                assertThat(bench.ask(Verb.HOLD).result()).isEqualTo(Result.ACCEPTED);
                if (i == 0) {
                    i++; // the first one is two events
                }
            }
            assertThat(bench.ask(Verb.HOLD).result()).isEqualTo(Result.JOURNAL_UNAVAILABLE);
            assertThat(bench.ask(Verb.ROLLBACK).result()).isEqualTo(Result.ACCEPTED);
            assertThat(bench.weight()).isZero();
        }
    }

    @Test
    void anyTornTailIsCutAndReported() throws IOException {
        Path head = folder.resolve(JournalHead.FILE);
        byte[] lagging;
        try (Bench bench = new Bench(folder, plan())) {
            bench.ask(Verb.START);
            lagging = Files.readAllBytes(head);
            bench.ask(Verb.PROMOTE);
        }
        Path journal = folder.resolve(Journal.FILE);
        byte[] bytes = Files.readAllBytes(journal);
        byte[] known = Files.readAllBytes(head);
        int start = decisionEnd(bytes, "\"step\":0");
        for (int length = start; length <= bytes.length; length += bytes.length - length > 20 ? 61 : 1) {
            Files.write(journal, Arrays.copyOf(bytes, length));
            Files.write(head, lagging);
            try (Storage storage = Bench.disk(folder)) {
                Journal.Opened opened = Journal.open(storage, Bench.KEPT);
                int whole = length == bytes.length ? bytes.length : start;
                assertThat(Files.size(journal)).isEqualTo(whole);
                assertThat(head).hasBinaryContent(length == bytes.length ? known : lagging);
                assertThat(opened.journal().problem(0))
                        .isEqualTo(
                                whole == length
                                        ? ""
                                        : "journal.jsonl: cut " + (length - whole)
                                                + " bytes of a decision that was not completely written");
                opened.journal().close();
            }
        }
        Files.write(journal, Arrays.copyOf(bytes, bytes.length - 1));
        Files.write(head, lagging);
        try (Bench again = new Bench(folder, plan())) {
            assertThat(again.weight()).isEqualTo(10_000);
            assertThat(again.control.health().problem()).contains("cut");
            assertThat(again.control.health().journalWritable()).isTrue();
        }
    }

    /** Bytes up to the end of the line that holds a text. */
    private static int decisionEnd(byte[] bytes, String text) {
        String all = new String(bytes, StandardCharsets.UTF_8);
        return all.indexOf('\n', all.indexOf(text)) + 1;
    }

    @Test
    void damageInTheMiddleKeepsEverybodyOnTheBaselineAndTheFileAsItIs() throws IOException {
        try (Bench bench = new Bench(folder, plan())) {
            bench.ask(Verb.START);
            bench.ask(Verb.PROMOTE);
        }
        Path journal = folder.resolve(Journal.FILE);
        byte[] bytes = Files.readAllBytes(journal);
        bytes[20] ^= 1;
        Files.write(journal, bytes);
        FakeFeed feed = new FakeFeed();
        List<Integer> weights = new ArrayList<>();
        try (Control control = Control.start(
                DiskLedger.open(folder, ControlSettings::defaults, Bench.KEPT),
                ControlSettings::defaults,
                Bench.numbered(plan()),
                new Surroundings(
                        feed,
                        (rollout, weight, recall) -> weights.add(weight),
                        System::nanoTime,
                        System::currentTimeMillis))) {
            assertThat(control.health().journalReadable()).isFalse();
            assertThat(control.health().problem()).contains("journal.jsonl: line 1 is damaged");
            for (Verb type : Verb.values()) {
                assertThat(Bench.done(control.submit("orders", Bench.operation(type)))
                                .result())
                        .isEqualTo(Result.JOURNAL_UNAVAILABLE);
            }
            feed.fail(0, true, 100);
            feed.settle();
            assertThat(weights).isNotEmpty().containsOnly(0);
            assertThat(control.status("orders").orElseThrow().next()).contains("line 1 is damaged");
        }
        assertThat(Files.readAllBytes(journal)).isEqualTo(bytes);
    }

    @Test
    void aFolderThatCannotBeMadeKeepsEverybodyOnTheBaseline() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        FakeFeed feed = new FakeFeed();
        List<Integer> weights = new ArrayList<>();
        try (Control control = Control.start(
                DiskLedger.open(file.resolve("data"), ControlSettings::defaults, Bench.KEPT),
                ControlSettings::defaults,
                Bench.numbered(Bench.manual("orders", 10_000)),
                new Surroundings(
                        feed,
                        (rollout, weight, recall) -> weights.add(weight),
                        System::nanoTime,
                        System::currentTimeMillis))) {
            assertThat(control.health().journalReadable()).isFalse();
            assertThat(control.health().problem())
                    .startsWith("journal unreadable")
                    .contains("file");
            assertThat(weights).isNotEmpty().containsOnly(0);
        }
    }

    @Test
    void theEvidenceLogStaysSmallAndAnyDamageOfItCostsEvidenceOnly() throws IOException {
        Path evidence = folder.resolve(EvidenceLog.FILE);
        RolloutStatus before;
        try (Bench bench = new Bench(folder, 8_192, Bench.manual("orders", 10_000))) {
            for (int i = 0; i < 600; i++) {
                bench.feed.succeed(0, 900, 100);
                bench.feed.fail(0, false, 1);
                bench.pass(100);
            }
            bench.pass(1_000);
            before = bench.status();
        }
        assertThat(Files.size(evidence)).isLessThan(600 * 150);
        Bench.copy(folder, copies.resolve("whole"));
        Files.writeString(evidence, "rubbish", StandardOpenOption.APPEND);
        Bench.copy(folder, copies.resolve("torn"));
        Files.writeString(evidence, "rubbish");
        try (Bench again = new Bench(copies.resolve("whole"), Bench.manual("orders", 10_000))) {
            assertThat(again.status()).isEqualTo(before);
        }
        try (Bench again = new Bench(copies.resolve("torn"), Bench.manual("orders", 10_000))) {
            assertThat(again.status()).isEqualTo(before);
            assertThat(again.control.health().problem()).contains("the last 7 bytes are damaged");
        }
        try (Bench again = new Bench(folder, Bench.manual("orders", 10_000))) {
            assertThat(again.weight()).isEqualTo(10_000);
            assertThat(again.status().version()).isEqualTo(before.version());
        }
    }
}
