package io.crossfade.rollout;

import java.util.List;
import java.util.stream.Collectors;

/** What guards a canary that has everybody: the baseline answers nobody, so nothing can be compared with it. */
final class Alone {
    /** A clause for a person: by what it is still judged, and by what no longer; empty when it is judged by nothing at all. */
    static String guards(Evidence evidence) {
        List<Metric> metrics = Metrics.ALL.stream().filter(evidence::judges).toList();
        String still = words(metrics, true);
        String no = words(metrics, false);
        return (still.isEmpty() ? "" : "; at 100% there is no baseline to compare with, still on guard: " + still)
                + (no.isEmpty() ? "" : "; off guard: " + no);
    }

    private static String words(List<Metric> metrics, boolean alone) {
        return metrics.stream()
                .filter(metric -> metric.judgesAlone() == alone)
                .map(Metric::word)
                .collect(Collectors.joining(", "));
    }

    private Alone() {}
}
