package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.control.Operation.Result;
import io.crossfade.rollout.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal of several files: closed, kept for a while, verified through all of them; and what is left when one is damaged. */
final class JournalFilesTest {
    private static final long DAY = Duration.ofDays(1).toMillis();

    @TempDir
    Path folder;

    @TempDir
    Path copies;

    /** A rollout by hand that changes its weight once a day, for some days. */
    private void days(int days) {
        try (Bench bench = new Bench(folder, Bench.manual("orders", 10_000))) {
            for (int day = 0; day < days; day++) {
                bench.ask(Bench.setWeight(10_000 + day));
                bench.wall.addAndGet(DAY);
                bench.pass(1_000);
                bench.feed.settle();
            }
        }
    }

    /** A file is closed after nine days and kept until its youngest line is 90 days old. */
    @Test
    void filesAreClosedAndGoWhenAllOfTheirLinesAreOld() throws IOException {
        days(120);
        List<String> names = journals();
        assertThat(names).hasSizeBetween(10, 13).doesNotContain("journal-000000000001.jsonl");
        assertThat(verified().problem()).isEmpty();
        Audit.Page oldest = page(Long.MAX_VALUE);
        while (oldest.before() > 0) {
            oldest = page(oldest.before());
        }
        String last = oldest.lines().get(oldest.lines().size() - 1);
        assertThat(last).contains("\"type\":\"continued\"").contains("\"rollout\":\"orders\"");
        long age = 119
                - Duration.ofMillis(Instant.parse(last.replaceFirst(".*\"at\":\"([^\"]*)\".*", "$1"))
                                        .toEpochMilli()
                                - Bench.WALL)
                        .toDays();
        assertThat(age).isBetween(90L, 102L);
        try (Bench again = new Bench(folder, Bench.manual("orders", 10_000))) {
            assertThat(again.weight()).isEqualTo(10_119);
            assertThat(again.status().version()).isEqualTo(242);
        }
    }

    @Test
    void aRestartAfterAnyChangeOfTheFilesStandsWhereItStood() throws IOException {
        WatchedStorage storage = new WatchedStorage(Bench.disk(folder));
        List<Integer> inForce = new ArrayList<>();
        try (Bench bench = new Bench(storage, 16 << 20, Bench.manual("orders", 10_000))) {
            bench.ask(Bench.setWeight(20_000));
            bench.wall.addAndGet(10 * DAY);
            storage.onChange(() -> {
                inForce.add(bench.weight());
                Bench.copy(folder, copies.resolve(String.valueOf(inForce.size())));
            });
            bench.ask(Bench.setWeight(20_001));
            bench.pass(1_000);
            bench.feed.settle();
            storage.onChange(() -> {});
        }
        assertThat(journals()).hasSize(2);
        assertThat(inForce).hasSizeGreaterThanOrEqualTo(8);
        for (int i = 0; i < inForce.size(); i++) {
            try (Bench again = new Bench(copies.resolve(String.valueOf(i + 1)), Bench.manual("orders", 10_000))) {
                assertThat(again.control.health().problem())
                        .as("copy %d", i + 1)
                        .doesNotContain("unreadable");
                assertThat(again.weight()).as("copy %d", i + 1).isIn(20_000, 20_001);
            }
        }
    }

    @Test
    void aChangeInAnyFileIsFoundAndNamed() throws IOException {
        days(30);
        List<String> names = journals();
        assertThat(names).hasSize(4);
        for (String name : names) {
            Path file = folder.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            byte[] changed = whole.clone();
            changed[whole.length / 2] ^= 1;
            Files.write(file, changed);
            assertThat(verified().problem()).startsWith(name + ": line ");
            Files.delete(file);
            assertThat(verified().problem()).isNotEmpty();
            Files.write(file, whole);
        }
        assertThat(verified().problem()).isEmpty();
    }

    /** A head kept elsewhere is held against the journal also when files have been closed since. */
    @Test
    void aHeadThatWasKeptElsewhereMustBeThere() throws IOException {
        days(3);
        Audit.Verdict then = verified();
        days(30);
        Audit audit = new Audit(folder);
        assertThat(audit.verify(new Audit.Known(then.sequence(), then.hash())).problem())
                .isEmpty();
        assertThat(audit.verify(new Audit.Known(then.sequence() + 1, then.hash()))
                        .problem())
                .contains("has no line " + (then.sequence() + 1));
    }

    @Test
    void pagesTellEachLineOnce() throws IOException {
        days(25);
        List<String> told = new ArrayList<>();
        Audit.Page page = page(Long.MAX_VALUE);
        told.addAll(page.lines());
        while (page.before() > 0) {
            page = page(page.before());
            told.addAll(page.lines());
        }
        List<String> all = new ArrayList<>();
        for (String name : journals()) {
            all.addAll(Files.readAllLines(folder.resolve(name)));
        }
        Collections.reverse(all);
        assertThat(told).isEqualTo(all);
    }

    @Test
    void anAcceptedJournalKeepsEverybodyOnTheBaselineUntilRetry() throws IOException {
        try (Bench bench = new Bench(folder, Bench.manual("orders", 10_000))) {
            bench.ask(Bench.setWeight(50_000));
        }
        Path journal = folder.resolve(Journal.FILE);
        byte[] damaged = Files.readAllBytes(journal);
        damaged[damaged.length / 2] ^= 1;
        Files.write(journal, damaged);
        try (Bench bench = new Bench(folder, Bench.manual("orders", 10_000), Bench.manual("fresh", 30_000))) {
            assertThat(bench.control.health().journalReadable()).isFalse();
            assertThat(bench.weights).containsOnly(0);
            Operation.Receipt receipt = Bench.done(bench.control.accept("ann", "a disk flipped a bit"));
            assertThat(receipt.result()).as(receipt.detail()).isEqualTo(Result.ACCEPTED);
            assertThat(bench.weights).containsOnly(0);
            assertThat(bench.status().phase()).isEqualTo("rolledBack");
            assertThat(bench.decision().reason()).isEqualTo("journal-accepted");
            assertThat(bench.control.health().problem()).isEmpty();
            assertThat(Bench.done(bench.control.accept("ann", "again")).result())
                    .isEqualTo(Result.ILLEGAL);
            bench.pass(10_000);
            assertThat(bench.weights).containsOnly(0);
            assertThat(bench.ask(Verb.RETRY).result()).isEqualTo(Result.ACCEPTED);
            assertThat(bench.weightOf(0)).isEqualTo(10_000);
            assertThat(bench.weightOf(1)).isZero();
        }
        assertThat(verified().problem()).isEmpty();
        String first = Files.readAllLines(journal).get(0);
        assertThat(first).contains("\"type\":\"accepted\"", "\"actor\":\"ann\"", "a disk flipped a bit", "is damaged");
        assertThat(first).contains(Sha256.hex(damaged));
        try (Bench again = new Bench(folder, Bench.manual("orders", 10_000))) {
            assertThat(again.weight()).isEqualTo(10_000);
            assertThat(again.status().attempt()).isEqualTo(2);
        }
    }

    /** Each write of an acceptance may be the last: the journal is damaged then as before, or accepted. */
    @Test
    void aDeathWithinAnAcceptanceInventsNothing() throws IOException {
        try (Bench bench = new Bench(folder, Bench.manual("orders", 10_000))) {
            bench.ask(Bench.setWeight(50_000));
        }
        Path journal = folder.resolve(Journal.FILE);
        byte[] whole = Files.readAllBytes(journal);
        Files.write(journal, Arrays.copyOf(whole, whole.length - 1));
        WatchedStorage storage = new WatchedStorage(Bench.disk(folder));
        int[] changes = {0};
        try (Bench bench = new Bench(storage, 16 << 20, Bench.manual("orders", 10_000))) {
            storage.onChange(() -> Bench.copy(folder, copies.resolve(String.valueOf(++changes[0]))));
            assertThat(Bench.done(bench.control.accept("ann", "cut")).result()).isEqualTo(Result.ACCEPTED);
            bench.feed.settle();
            storage.onChange(() -> {});
        }
        assertThat(changes[0]).isGreaterThanOrEqualTo(4);
        for (int i = 1; i <= changes[0]; i++) {
            try (Bench again = new Bench(copies.resolve(String.valueOf(i)), Bench.manual("orders", 10_000))) {
                assertThat(again.weights).as("copy %d", i).containsOnly(0);
                boolean accepted = again.control.health().journalReadable();
                assertThat(
                                accepted
                                        ? again.status().phase()
                                        : again.control.health().problem())
                        .containsAnyOf("rolledBack", "journal unreadable");
            }
        }
    }

    @Test
    void theFolderIsForItsOwnerAlone() throws IOException {
        Path data = folder.resolve("data");
        try (Bench bench = new Bench(data, Bench.manual("orders", 10_000))) {
            bench.feed.fail(0, false, 1);
            bench.feed.settle();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
        try (var files = Files.list(data)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    private Audit.Verdict verified() throws IOException {
        return new Audit(folder).verify(null);
    }

    private Audit.Page page(long before) throws IOException {
        return new Audit(folder).list(before, 7);
    }

    /** The oldest first. */
    private List<String> journals() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.matches("journal.*\\.jsonl"))
                    .sorted()
                    .toList();
        }
    }
}
