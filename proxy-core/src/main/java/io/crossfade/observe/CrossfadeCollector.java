package io.crossfade.observe;

import io.crossfade.admit.RecallRefused;
import io.crossfade.outcome.Outcome;
import io.prometheus.client.Collector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns the merged counters and the readings of others into Prometheus metrics, each time it is scraped. */
@SuppressWarnings("LongDoubleConversion") // a Prometheus value is a double, exact up to 2^53
final class CrossfadeCollector extends Collector {
    /**
     * Upper bounds of the histogram in seconds. A latency bucket that a bound cuts through is counted above it; it is at
     * most a sixteenth wide, and so is the error.
     */
    static final double[] BOUNDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120
    };

    private static final double NANOS_PER_SECOND = 1e9;
    private static final String[] CODE_CLASSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final String version;
    private final Counters counters;
    private final Readings readings;

    CrossfadeCollector(String version, Counters counters, Readings readings) {
        this.version = version;
        this.counters = counters;
        this.readings = readings;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        List<MetricFamilySamples> families = new ArrayList<>();
        requests(families);
        rollouts(families, readings.rollouts().get());
        breakers(families, readings.breakers().get());
        upstreams(families, readings.upstreams().get());
        process(families);
        return families;
    }

    private void requests(List<MetricFamilySamples> families) {
        Family total = counter(
                "crossfade_requests", "Exchanges that ended, by how.", "route", "variant", "outcome", "code_class");
        Family duration = new Family(
                "crossfade_request_duration_seconds",
                Type.HISTOGRAM,
                "From the request's head to the end of the answer.",
                "route",
                "variant");
        List<Counters.Series> all = counters.allSeries();
        for (int i = 0; i < all.size(); i++) {
            endings(total, i, all.get(i));
            durations(duration, i, all.get(i));
        }
        Family refused = counter(
                "crossfade_refused_requests",
                "Requests and answers refused because of what they are, by why.",
                "reason");
        for (int i = 0; i < counters.refusalReasons().size(); i++) {
            refused.add(counters.refusals(i), counters.refusalReasons().get(i));
        }
        Family assigned =
                counter("crossfade_assignments", "Requests given a variant of a rollout, by why.", "rollout", "reason");
        Family notRecalled = counter(
                "crossfade_recalls_refused",
                "Requests overdue at the canary that did not go to the baseline at once, by why.",
                "rollout",
                "reason");
        List<String> names = counters.rollouts();
        for (int rollout = 0; rollout < names.size(); rollout++) {
            for (int reason = 0; reason < counters.assignmentReasons().size(); reason++) {
                assigned.add(
                        counters.assignments(rollout, reason),
                        names.get(rollout),
                        counters.assignmentReasons().get(reason));
            }
            for (RecallRefused why : RecallRefused.values()) {
                notRecalled.add(counters.recallsRefused(rollout, why), names.get(rollout), why.word());
            }
        }
        Family inFlight = gauge("crossfade_requests_in_flight", "Requests begun and not ended.");
        inFlight.add(counters.inFlight());
        Family dropped =
                counter("crossfade_dropped_fields", "Request fields left out because of an underscore in their name.");
        dropped.add(counters.fieldsDropped());
        families.addAll(List.of(
                total.samples(),
                duration.samples(),
                refused.samples(),
                dropped.samples(),
                assigned.samples(),
                notRecalled.samples(),
                inFlight.samples()));
    }

    /** Leaves out what never happened, but for the good ending, so that it starts at zero. */
    private void endings(Family total, int number, Counters.Series series) {
        for (Outcome outcome : Outcome.values()) {
            for (int codeClass = 0; codeClass < CODE_CLASSES.length; codeClass++) {
                long count = counters.count(number, outcome, codeClass);
                if (count > 0 || (outcome == Outcome.OK && codeClass == 2)) {
                    total.add(count, series.route(), series.variant(), outcome.word(), CODE_CLASSES[codeClass]);
                }
            }
        }
    }

    private void durations(Family duration, int number, Counters.Series series) {
        double sum = counters.durationNanos(number) / NANOS_PER_SECOND;
        long[] latency = counters.latency(number);
        long below = 0;
        int bucket = 0;
        for (double bound : BOUNDS) {
            while (bucket < latency.length && LatencyBuckets.upperNanos(bucket) <= bound * NANOS_PER_SECOND) {
                below += latency[bucket++];
            }
            duration.addBucket(below, series.route(), series.variant(), doubleToGoString(bound));
        }
        while (bucket < latency.length) {
            below += latency[bucket++];
        }
        duration.addBucket(below, series.route(), series.variant(), "+Inf");
        duration.addNamed("_count", below, series.route(), series.variant());
        duration.addNamed("_sum", sum, series.route(), series.variant());
    }

    private static void rollouts(List<MetricFamilySamples> families, List<Readings.Rollout> rollouts) {
        Family weight = gauge(
                "crossfade_rollout_weight_ratio",
                "The canary's share of units, as set, and of recent requests, as observed.",
                "rollout",
                "variant",
                "kind");
        Family phase = gauge("crossfade_rollout_phase", "1 for the phase the rollout is in.", "rollout", "phase");
        Family step = gauge("crossfade_rollout_step", "Number of the current step, -1 before the first.", "rollout");
        Family rollbacks = counter("crossfade_rollbacks", "Rollbacks by mode and reason.", "rollout", "mode", "reason");
        for (Readings.Rollout rollout : rollouts) {
            String name = rollout.name();
            weights(weight, rollout);
            states(phase, Readings.Rollout.PHASES, rollout.phase(), name);
            step.add(rollout.step(), name);
            rollout.rollbacks().forEach(kind -> rollbacks.add(kind.count(), name, kind.mode(), kind.reason()));
        }
        List.of(weight, phase, step, rollbacks).forEach(f -> families.add(f.samples()));
        analysis(families, rollouts);
    }

    private static void weights(Family weight, Readings.Rollout rollout) {
        weight.addKnown(rollout.setWeight(), rollout.name(), "canary", "set");
        weight.addKnown(1 - rollout.setWeight(), rollout.name(), "baseline", "set");
        weight.addKnown(rollout.observedWeight(), rollout.name(), "canary", "observed");
        weight.addKnown(1 - rollout.observedWeight(), rollout.name(), "baseline", "observed");
    }

    private static void analysis(List<MetricFamilySamples> families, List<Readings.Rollout> rollouts) {
        String[] labels = {"rollout", "metric", "detector"};
        Family evidence =
                gauge("crossfade_analysis_log_evidence", "Natural logarithm of a detector's evidence.", labels);
        Family threshold =
                gauge("crossfade_analysis_log_threshold", "Where a detector's evidence makes it trip.", labels);
        Family verdict = gauge(
                "crossfade_analysis_verdict",
                "1 for the worst verdict of a metric's detectors.",
                "rollout",
                "metric",
                "verdict");
        Family alert = gauge("crossfade_metric_alert", "1 while the alert of a metric is raised.", "rollout", "metric");
        for (Readings.Rollout rollout : rollouts) {
            rollout.alerts().forEach(a -> alert.add(a.raised() ? 1 : 0, rollout.name(), a.metric()));
            for (Readings.Verdict view : rollout.verdicts()) {
                evidence.add(view.logEvidence(), rollout.name(), view.metric(), view.detector());
                threshold.add(view.logThreshold(), rollout.name(), view.metric(), view.detector());
            }
            rollout.verdicts().stream()
                    .map(Readings.Verdict::metric)
                    .distinct()
                    .forEach(metric -> states(
                            verdict,
                            Readings.Verdict.WORST_FIRST,
                            worst(rollout.verdicts(), metric),
                            rollout.name(),
                            metric));
        }
        List.of(evidence, threshold, verdict, alert).forEach(family -> families.add(family.samples()));
    }

    private static String worst(List<Readings.Verdict> verdicts, String metric) {
        return Readings.Verdict.WORST_FIRST.stream()
                .filter(word -> verdicts.stream()
                        .anyMatch(v -> v.metric().equals(metric) && v.verdict().equals(word)))
                .findFirst()
                .orElse("");
    }

    private static void breakers(List<MetricFamilySamples> families, List<Readings.Breaker> breakers) {
        Family state =
                gauge("resilience4j_circuitbreaker_state", "1 for the state the breaker is in.", "name", "state");
        Family rate = gauge(
                "resilience4j_circuitbreaker_failure_rate",
                "Percent of the last calls that failed, -1 while there are too few.",
                "name");
        Family refused = counter(
                "resilience4j_circuitbreaker_not_permitted_calls", "Calls the breaker did not let through.", "name");
        for (Readings.Breaker breaker : breakers) {
            states(state, Readings.Breaker.STATES, breaker.state(), breaker.name());
            rate.add(breaker.failureRate(), breaker.name());
            refused.add(breaker.notPermitted(), breaker.name());
        }
        List.of(state, rate, refused).forEach(family -> families.add(family.samples()));
    }

    private static void upstreams(List<MetricFamilySamples> families, List<Readings.Upstream> upstreams) {
        Family connections = gauge(
                "crossfade_upstream_connections",
                "Connections that carry a request (active) or wait for one (idle).",
                "upstream",
                "state");
        for (Readings.Upstream upstream : upstreams) {
            connections.add(upstream.active(), upstream.name(), "active");
            connections.add(upstream.idle(), upstream.name(), "idle");
        }
        families.add(connections.samples());
    }

    private void process(List<MetricFamilySamples> families) {
        Family dropped = counter(
                "crossfade_observations_dropped",
                "Observations lost to a full queue: evidence is incomplete by so many.");
        dropped.add(readings.observationsDropped().getAsLong());
        Family alive = gauge(
                "crossfade_control_alive",
                "Whether the thread that decides runs and has looked in the last ten seconds.");
        alive.add(readings.controlAlive().getAsBoolean() ? 1 : 0);
        Map<String, Long> counts = readings.adminRefused().get();
        Family refused =
                counter("crossfade_admin_refused", "Connections and calls that the admin port refused.", "reason");
        Readings.ADMIN_REFUSALS.forEach(reason -> refused.add(counts.getOrDefault(reason, 0L), reason));
        families.add(alive.samples());
        families.add(refused.samples());
        Readings.Reload reload = readings.reload().get();
        Family successful = gauge(
                "crossfade_config_last_reload_successful",
                "Whether the last configuration that was to be put in force was; 1 when there was none since the start.");
        successful.add(reload.successful() ? 1 : 0);
        Family successTime = gauge(
                "crossfade_config_last_reload_success_timestamp_seconds",
                "When the configuration in force was put there.");
        successTime.add(reload.successSeconds());
        Readings.Journal journal = readings.journal().get();
        Family writable = gauge("crossfade_journal_writable", "Whether moves towards a canary can be made durable.");
        writable.add(journal.writable() ? 1 : 0);
        Family pending = gauge("crossfade_journal_pending_events", "Events that are not on the disk yet.");
        pending.add(journal.pendingEvents());
        Family build = gauge("crossfade_build_info", "Always 1; says what is running.", "version");
        build.add(1, version);
        List.of(dropped, writable, pending, successful, successTime, build)
                .forEach(family -> families.add(family.samples()));
    }

    private static void states(Family family, List<String> words, String current, String... labels) {
        for (String word : words) {
            family.add(word.equals(current) ? 1 : 0, append(labels, word));
        }
    }

    private static String[] append(String[] values, String last) {
        List<String> all = new ArrayList<>(List.of(values));
        all.add(last);
        return all.toArray(String[]::new);
    }

    /** @param name without {@code _total}, which the text format adds */
    private static Family counter(String name, String help, String... labels) {
        return new Family(name, Type.COUNTER, help, labels);
    }

    private static Family gauge(String name, String help, String... labels) {
        return new Family(name, Type.GAUGE, help, labels);
    }

    /** One metric while its samples are put together. */
    private static final class Family {
        private final String name;
        private final Type type;
        private final String help;
        private final List<String> labels;
        private final List<MetricFamilySamples.Sample> samples = new ArrayList<>();

        Family(String name, Type type, String help, String... labels) {
            this.name = name;
            this.type = type;
            this.help = help;
            this.labels = List.of(labels);
        }

        void add(double value, String... labelValues) {
            addNamed(type == Type.COUNTER ? "_total" : "", value, labelValues);
        }

        /** A value that is not known yet is left out. */
        void addKnown(double value, String... labelValues) {
            if (!Double.isNaN(value)) {
                add(value, labelValues);
            }
        }

        void addNamed(String suffix, double value, String... labelValues) {
            samples.add(new MetricFamilySamples.Sample(name + suffix, labels, List.of(labelValues), value));
        }

        void addBucket(double value, String... labelValues) {
            samples.add(new MetricFamilySamples.Sample(
                    name + "_bucket",
                    List.of(append(labels.toArray(String[]::new), "le")),
                    List.of(labelValues),
                    value));
        }

        MetricFamilySamples samples() {
            return new MetricFamilySamples(name, type, help, samples);
        }
    }
}
