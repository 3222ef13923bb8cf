package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence on the disk: in pieces, with holes, a great deal of it. */
final class EvidenceLogTest {
    private static final Plan ORDERS = Bench.manual("orders", 10_000);
    private static final Plan SEARCH = Bench.manual("search", 10_000);

    @TempDir
    Path folder;

    @TempDir
    Path copies;

    /** At each write the folder is copied: what comes back is what was seen at some moment of the story. */
    @Test
    void aRestartWhileRolloutsAreSavedOneByOneLosesNothing() {
        WatchedStorage storage = new WatchedStorage(Bench.disk(folder));
        Set<Double> seen = new HashSet<>();
        int[] copied = {0};
        try (Bench bench = new Bench(storage, 2_048, ORDERS, SEARCH)) {
            bench.feed.settle();
            seen.add(evidence(bench.control.statuses().get(0)));
            storage.onChange(() -> Bench.copy(folder, copies.resolve(String.valueOf(copied[0]++))));
            for (int i = 0; i < 40; i++) {
                bench.feed.fail(0, i % 3 == 0, 1);
                bench.feed.fail(1, false, 1);
                bench.pass(1_000);
                seen.add(evidence(bench.control.statuses().get(0)));
            }
            storage.onChange(() -> {});
        }
        assertThat(copied[0]).isGreaterThan(150);
        assertThat(seen).hasSizeGreaterThan(20);
        for (int i = 0; i < copied[0]; i += 3) {
            try (Bench again = new Bench(copies.resolve(String.valueOf(i)), ORDERS, SEARCH)) {
                assertThat(again.control.health().problem()).as("copy %d", i).doesNotContain("unreadable");
                assertThat(seen)
                        .as("copy %d", i)
                        .contains(evidence(again.control.statuses().get(0)));
            }
        }
    }

    private static double evidence(RolloutStatus status) {
        return status.verdicts().get(0).logEvidence();
    }

    /** What the disk refuses is a hole; nothing behind it counts until the rollout was saved whole. */
    @Test
    void aHoleIsMendedByACheckpoint() {
        WatchedStorage storage = new WatchedStorage(Bench.disk(folder));
        RolloutStatus before;
        try (Bench bench = new Bench(storage, 1 << 20, ORDERS)) {
            bench.feed.fail(0, false, 3);
            bench.pass(1_000);
            storage.full(true);
            bench.feed.fail(0, false, 4);
            bench.pass(1_000);
            assertThat(bench.control.health().problem()).contains("evidence.jsonl cannot be written: No space left");
            bench.feed.fail(0, false, 5);
            bench.pass(1_000);
            storage.full(false);
            bench.pass(1_000);
            bench.feed.fail(0, false, 6);
            bench.pass(1_000);
            bench.pass(1_000);
            assertThat(bench.control.health().problem()).isEmpty();
            before = bench.status();
        }
        try (Bench again = new Bench(folder, ORDERS)) {
            assertThat(again.status()).isEqualTo(before);
        }
    }

    /** A disk without room for a decision gets it from the evidence. */
    @Test
    void evidenceGivesWayToTheJournal() throws IOException {
        WatchedStorage storage = new WatchedStorage(Bench.disk(folder));
        try (Bench bench = new Bench(storage, 1 << 20, ORDERS)) {
            for (int i = 0; i < 20; i++) {
                bench.feed.fail(0, false, 3);
                bench.pass(100);
            }
            assertThat(Files.size(folder.resolve(EvidenceLog.FILE))).isPositive();
            storage.full(true);
            bench.ask(Verb.ROLLBACK);
            bench.feed.settle();
            assertThat(Files.size(folder.resolve(EvidenceLog.FILE))).isZero();
        }
    }

    @Test
    void aDamagedCheckpointCostsEvidenceOfItsRolloutAlone() throws IOException {
        RolloutStatus search;
        try (Bench bench = new Bench(folder, 1_024, ORDERS, SEARCH)) {
            for (int i = 0; i < 40; i++) {
                bench.feed.fail(0, false, 1);
                bench.feed.fail(1, false, 1);
                bench.pass(100);
            }
            bench.pass(1_000);
            search = bench.control.status("search").orElseThrow();
        }
        Path file = folder.resolve(CheckpointFile.name("orders"));
        byte[] bytes = Files.readAllBytes(file);
        for (int at : new int[] {0, 5, 12, 40, bytes.length / 2, bytes.length - 1}) {
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            Files.write(file, changed);
            try (Bench again = new Bench(Bench.copy(folder, copies.resolve("at" + at)), ORDERS, SEARCH)) {
                assertThat(again.control.status("search").orElseThrow()).isEqualTo(search);
                assertThat(again.weightOf(0)).isEqualTo(10_000);
                assertThat(again.control.health().problem()).contains("evidence-orders.bin is damaged");
            }
        }
        Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        try (Bench again = new Bench(folder, ORDERS, SEARCH)) {
            assertThat(again.control.health().problem()).isEmpty();
        }
    }

    /** 4 MiB of lines, and a million of them, which are 180 MB, in the heap of the launcher: read line by line, and none is kept. */
    @Test
    @Tag("slow")
    void aFullSegmentIsReadAtOnceAndAMillionLinesInTheHeapOfAServer() throws Exception {
        for (int lines : new int[] {23_000, 1_000_000}) {
            List<String> said = BurdenTest.run(RestartCost.class, folder.resolve("of" + lines), lines);
            said.forEach(System.out::println);
            assertThat(said).contains("problem: ", "weight: 10000");
            assertThat(said).noneMatch(line -> line.equals("evidence: -Infinity"));
            long cpu = said.stream()
                    .filter(line -> line.startsWith("of which this thread used "))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
            assertThat(cpu).as("ms of CPU").isBetween(1L, lines == 23_000 ? 1_500L : 60_000L);
        }
    }
}
