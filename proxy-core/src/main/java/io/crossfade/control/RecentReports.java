package io.crossfade.control;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntSupplier;

/** The newest rollbacks and holds of all rollouts, by sequence; added to by the control thread, read by any. */
final class RecentReports {
    private final IntSupplier most;
    private final ConcurrentSkipListMap<Long, Report> reports = new ConcurrentSkipListMap<>();

    /** @param most so many are kept */
    RecentReports(IntSupplier most) {
        this.most = most;
    }

    void add(Report report) {
        reports.put(report.sequence(), report);
        while (reports.size() > most.getAsInt()) {
            reports.pollFirstEntry();
        }
    }

    /** The newest last. */
    List<Report> all() {
        return List.copyOf(reports.values());
    }

    Optional<Report> get(long sequence) {
        return Optional.ofNullable(reports.get(sequence));
    }
}
