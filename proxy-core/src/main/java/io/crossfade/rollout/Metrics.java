package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Detector;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The metrics there are. */
public final class Metrics {
    public static final Metric ERRORS = new Errors();
    public static final Metric LATENCY = new Latency();

    public static final Metric CLIENT_ERRORS = new ClientErrors();
    public static final Metric USER_SUCCESS = new UserSuccess();
    public static final Metric THROUGHPUT = new Throughput();

    /** In the order in which they are asked; checkpoints and statuses list them in the same order. */
    public static final List<Metric> ALL = List.of(ERRORS, LATENCY, CLIENT_ERRORS, USER_SUCCESS, THROUGHPUT);

    private static final Map<Detector, Metric> BY_DETECTOR = ALL.stream()
            .flatMap(metric -> metric.detectors().stream().map(detector -> Map.entry(detector, metric)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    /** The metric that a detector judges by. */
    public static Metric of(Detector detector) {
        Metric metric = BY_DETECTOR.get(detector);
        if (metric == null) {
            throw new IllegalStateException("detector " + detector + " belongs to no metric");
        }
        return metric;
    }

    private Metrics() {}
}
