package io.crossfade.control;

import io.crossfade.config.ControlSettings;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.analysis.Batch;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** How long a restart takes with so many lines of evidence; a program, because its heap is that of the launcher. */
final class RestartCost {
    private static final Plan ORDERS = Bench.manual("orders", 10_000);

    /** @param words the data folder, and how many lines are added to it before the restart */
    public static void main(String[] words) throws Exception {
        Path folder = Path.of(words[0]);
        int lines = Integer.parseInt(words[1]);
        try (Control first = start(folder)) {
            while (first.statuses().get(0).weight() == 0) {
                Thread.onSpinWait();
            }
        }
        write(folder.resolve(EvidenceLog.FILE), lines);
        long began = System.nanoTime();
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        try (Control again = start(folder)) {
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
            System.out.println("of which this thread used " + TimeUnit.NANOSECONDS.toMillis(used) + " ms of CPU");
            RolloutStatus status = again.statuses().get(0);
            System.out.println("restart: " + took + " ms");
            System.out.println("problem: " + again.health().problem());
            System.out.println("evidence: " + status.verdicts().get(0).logEvidence());
            System.out.println("weight: " + status.weight());
        }
        System.exit(0);
    }

    private static Control start(Path folder) throws Exception {
        Ledger ledger = DiskLedger.open(folder, ControlSettings::defaults, Bench.KEPT);
        MeasuredFeed feed = new MeasuredFeed(1);
        Surroundings around =
                new Surroundings(feed, (rollout, weight, recall) -> {}, System::nanoTime, System::currentTimeMillis);
        Control control = Control.start(ledger, ControlSettings::defaults, Bench.numbered(ORDERS), around);
        feed.look();
        return control;
    }

    /** Batches of one failure of the baseline each, by a unit that nobody has seen. */
    private static void write(Path file, int lines) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        try (OutputStream out =
                new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.APPEND), 1 << 20)) {
            for (int i = 0; i < lines; i++) {
                Batch.Failure failure = new Batch.Failure(random.nextLong(), 10_000, false, true, 900, 99);
                Batch batch = new Batch(10_000 + 10L * i, 10_000, List.of(failure), 0, 0, List.of());
                out.write(SealedLine.seal(
                        new EvidenceLine.Seen(2, "orders", batch).json().put("n", 1_000L + i)));
            }
        }
    }
}
