package io.crossfade.admin.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crossfade.admin.api.DecisionReport;
import io.crossfade.admin.api.Wire;
import io.crossfade.control.ControlApi;
import io.crossfade.control.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a report of each rollback and hold into the data folder, {@code reports/decision-<sequence>.md} and {@code .json}; the newest
 * are kept. What is missing is written, so a report that a kill has prevented comes at the next start.
 *
 * <p>{@link #journaled} may be called from any thread and never blocks; the rest belongs to the thread of the executor.
 */
final class Reports {
    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);
    private static final Pattern NAME = Pattern.compile("decision-([0-9]{1,18})\\.(md|json)");

    private final ControlApi control;
    private final Path folder;
    private final IntSupplier kept;
    private final Executor executor;
    private final AtomicBoolean asked = new AtomicBoolean();
    private boolean failing;

    /**
     * @param data folder of the server
     * @param kept so many of the newest reports are kept
     */
    Reports(ControlApi control, Path data, IntSupplier kept, Executor executor) {
        this.control = control;
        this.folder = data.resolve("reports");
        this.kept = kept;
        this.executor = executor;
    }

    /** Something was journaled: at most one look at the reports waits for the executor. */
    void journaled(String type) {
        if ((type.equals("rolledBack") || type.equals("held")) && asked.compareAndSet(false, true)) {
            look();
        }
    }

    /** Writes what is missing, soon. */
    void look() {
        try {
            executor.execute(this::write);
        } catch (RejectedExecutionException full) {
            asked.set(false);
            LOG.debug("reports are written with the next one, or at the next start");
        }
    }

    private void write() {
        asked.set(false);
        try {
            writeMissing();
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn("reports of decisions cannot be written into {}", folder, e);
            }
            failing = true;
        } catch (RuntimeException bug) {
            LOG.error("reports of decisions cannot be written", bug);
        }
    }

    private void writeMissing() throws IOException {
        TreeMap<Long, Report> known = new TreeMap<>();
        control.reports().forEach(report -> known.put(report.sequence(), report));
        Set<Long> there = there();
        if (known.isEmpty() && there.isEmpty()) {
            return;
        }
        TreeSet<Long> all = new TreeSet<>(there);
        all.addAll(known.keySet());
        while (all.size() > kept.getAsInt()) {
            all.pollFirst();
        }
        known.keySet().retainAll(all);
        known.keySet().removeAll(there);
        write(known.values());
        for (long sequence : there) {
            if (!all.contains(sequence)) {
                Files.deleteIfExists(folder.resolve(name(sequence, "md")));
                Files.deleteIfExists(folder.resolve(name(sequence, "json")));
            }
        }
    }

    /** Sequences of the reports in the folder that are whole: the JSON is written last. */
    private Set<Long> there() throws IOException {
        Set<Long> there = new TreeSet<>();
        if (!Files.isDirectory(folder)) {
            return there;
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches() && name.group(2).equals("json")) {
                    there.add(Long.valueOf(name.group(1)));
                }
            });
        }
        return there;
    }

    private void write(Collection<Report> reports) throws IOException {
        if (reports.isEmpty()) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(
                    folder, PosixFilePermissions.fromString("rwx------")); // names and reasons of people
        }
        for (Report report : reports) {
            DecisionReport view = ReportView.of(report);
            write(name(report.sequence(), "md"), ReportText.of(view));
            write(name(report.sequence(), "json"), Wire.pretty(Wire.tree(new String(Wire.bytes(view), UTF_8))) + "\n");
        }
    }

    private void write(String name, String text) throws IOException {
        Path part = folder.resolve(name + ".part");
        Files.writeString(part, text);
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-------"));
        Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String name(long sequence, String kind) {
        return "decision-" + sequence + "." + kind;
    }
}
