package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.ControlSettings;
import io.crossfade.control.Operation.Receipt;
import io.crossfade.control.Operation.Result;
import io.crossfade.rollout.Event;
import io.crossfade.rollout.RolloutState;
import io.crossfade.rollout.Verb;
import io.crossfade.rollout.analysis.Batch;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may wait for a disk that does not answer is bounded, and the bounds say so. */
final class DiskLedgerTest {
    @TempDir
    Path folder;

    private WatchedStorage disk;

    @BeforeEach
    void open() {
        disk = new WatchedStorage(Bench.disk(folder));
    }

    @AfterEach
    void release() {
        disk.release();
    }

    @Test
    void evidenceIsLeftOutWhenTooMuchWaits() {
        try (Ledger ledger = stalled()) {
            int batches = 0;
            while (!ledger.savingDue() && batches <= EvidenceQueue.MOST) {
                ledger.evidence(batch(99));
                batches++;
            }
            assertThat(batches).isEqualTo(EvidenceQueue.MOST / 100 + 1);
            assertThat(ledger.savingDue("orders")).isTrue();
            assertThat(ledger.standing(0).problem()).isEqualTo("evidence.jsonl lacks something until all is saved");
            ledger.allSaved(0);
            assertThat(ledger.standing(0).problem()).isEmpty();
            disk.release();
        }
    }

    @Test
    void itIsFullWithSoManyEvents() {
        try (Ledger ledger = stalled()) {
            for (int i = 2; i < DiskLedger.MOST_EVENTS; i++) {
                hold(ledger);
            }
            assertThat(ledger.full()).isFalse();
            hold(ledger);
            assertThat(ledger.full()).isTrue();
            assertThat(ledger.standing(500).writable()).isTrue();
            assertThat(ledger.standing(DiskLedger.PATIENCE_MILLIS).writable()).isFalse();
            disk.release();
        }
    }

    /** The queue of a bench takes four operations. */
    @Test
    void operationsThatWaitForAPendingMoveAreBounded() {
        try (Bench bench = new Bench(disk, 16 << 20, Bench.steps(10_000, 60_000, 100_000, 60_000))) {
            bench.feed.settle();
            disk.stall();
            List<CompletableFuture<Receipt>> starts = new ArrayList<>();
            IntStream.range(0, 6).forEach(i -> {
                starts.add(bench.control.submit("orders", Bench.operation(Verb.START)));
                bench.feed.settle();
            });
            assertThat(starts.subList(0, 5)).noneMatch(CompletableFuture::isDone);
            assertThat(Bench.done(starts.get(5)).result()).isEqualTo(Result.OVERLOADED);
            assertThat(Bench.done(starts.get(5)).detail())
                    .isEqualTo("4 operations wait for the journal already; try again");
            disk.release();
            assertThat(Bench.done(starts.get(0)).result()).isEqualTo(Result.ACCEPTED);
            assertThat(Bench.done(starts.get(4)).result()).isEqualTo(Result.ILLEGAL);
        }
    }

    /** With one move in a sync that does not return. */
    private Ledger stalled() {
        Ledger ledger = DiskLedger.open(disk, ControlSettings::defaults, Bench.KEPT);
        ledger.begin(Runnable::run);
        disk.stall();
        hold(ledger);
        Awaitility.await().until(() -> disk.inSync);
        return ledger;
    }

    private static void hold(Ledger ledger) {
        Event held = new Event.Paused(0);
        Move move = Move.of("orders", RolloutState.draft(), List.of(held));
        ledger.commit(ledger.number(move, Instant.EPOCH), 0, Ledger.Answer.NOTHING_FOLLOWS);
    }

    private static EvidenceLine.Written batch(int failures) {
        List<Batch.Failure> all = IntStream.range(0, failures)
                .mapToObj(unit -> new Batch.Failure(unit, 10_000, true, true, 0, 0))
                .toList();
        return new EvidenceLine.Seen(0, "orders", new Batch(0, 10_000, all, 0, 0, List.of()));
    }
}
