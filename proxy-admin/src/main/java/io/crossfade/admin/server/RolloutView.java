package io.crossfade.admin.server;

import io.crossfade.admin.api.Rollout;
import io.crossfade.control.LevelStatus;
import io.crossfade.control.RolloutStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns what control publishes into what the API shows: buckets into ratios, milliseconds into instants. */
final class RolloutView {
    private static final double BUCKETS = 100_000;

    private RolloutView() {}

    static Rollout of(RolloutStatus status, @Nullable Double observed) {
        return new Rollout(
                status.name(),
                status.phase(),
                status.attempt(),
                status.step(),
                status.steps().stream()
                        .map(step -> new Rollout.Step(ratio(step.weight()), step.bakeMillis() / 1000.0, step.gate()))
                        .toList(),
                new Rollout.Weight(ratio(status.weight()), observed),
                new Rollout.Variants(status.baseline(), status.canary()),
                status.verdicts().stream().map(RolloutView::verdict).toList(),
                gates(status),
                instant(status.sinceEpochMillis()),
                status.next(),
                decision(status.decision()),
                asked(status.asked()),
                status.release().isEmpty() ? null : status.release(),
                status.levels().stream().map(RolloutView::level).toList());
    }

    static double ratio(int buckets) {
        return buckets / BUCKETS;
    }

    private static String instant(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).toString();
    }

    private static Rollout.Verdict verdict(RolloutStatus.Verdict v) {
        return new Rollout.Verdict(
                v.metric(), v.detector(), v.verdict(), finite(v.logEvidence()), finite(v.logThreshold()), v.needs());
    }

    private static Rollout.Level level(LevelStatus l) {
        return new Rollout.Level(l.metric(), l.value(), l.target(), l.met(), l.alert(), l.raised(), l.critical());
    }

    /** JSON has no infinity: the logarithm of no evidence at all is left out. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static Map<String, Double> finite(Map<String, Double> numbers) {
        return numbers.entrySet().stream()
                .filter(e -> Double.isFinite(e.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
    }

    private static List<Rollout.Gate> gates(RolloutStatus status) {
        List<Rollout.Gate> gates = new ArrayList<>();
        for (int i = 0; i < status.steps().size(); i++) {
            RolloutStatus.Step step = status.steps().get(i);
            if (step.gate()) {
                gates.add(new Rollout.Gate(i, ratio(step.weight()), gateState(status, i)));
            }
        }
        return gates;
    }

    private static String gateState(RolloutStatus status, int step) {
        if (step <= status.step()) {
            return "passed";
        }
        return status.phase().equals("gated") && step == status.step() + 1 ? "waiting" : "ahead";
    }

    static Rollout.@Nullable Asked asked(RolloutStatus.@Nullable Asked a) {
        if (a == null) {
            return null;
        }
        Integer weight = a.weight();
        return new Rollout.Asked(
                a.sequence(),
                instant(a.atEpochMillis()),
                a.verb(),
                a.actor(),
                a.reason(),
                weight == null ? null : ratio(weight));
    }

    private static Rollout.@Nullable Decision decision(RolloutStatus.@Nullable Decision d) {
        return d == null
                ? null
                : new Rollout.Decision(
                        d.sequence(),
                        instant(d.atEpochMillis()),
                        d.kind(),
                        d.mode(),
                        d.reason(),
                        d.lines(),
                        finite(d.numbers()));
    }
}
