package io.crossfade.runtime;

import io.crossfade.assign.Buckets;
import io.crossfade.assign.Reason;
import io.crossfade.config.Config;
import io.crossfade.config.ControlSettings;
import io.crossfade.config.LoadResult;
import io.crossfade.config.Upstream;
import io.crossfade.control.Control;
import io.crossfade.control.ControlApi;
import io.crossfade.control.DiskLedger;
import io.crossfade.control.RolloutStatus;
import io.crossfade.control.Surroundings;
import io.crossfade.observe.Metrics;
import io.crossfade.observe.Readings;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.upstream.UpstreamPool;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * A running server: the data plane, the control thread that moves its weights, and what both have to show.
 *
 * <p>The control thread takes up the journal before the first listener opens, so no request is ever assigned by a weight
 * that was not in force before.
 */
public final class Server implements ServerApi {
    private static final Compiled.Series NOT_ROUTED = new Compiled.Series(List.of(), List.of());

    private final DataPlane dataPlane;
    private final Control control;
    private final Reloads reloads;
    private final ObservedShare observed;
    private final Metrics metrics;
    private final Refusals refusals = new Refusals();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Server(Config config) throws IOException {
        this.dataPlane = new DataPlane(config);
        this.control = startControl(config, dataPlane);
        this.reloads = new Reloads(dataPlane, control::configure, System::currentTimeMillis);
        this.observed = new ObservedShare(this::observedCounts);
        dataPlane.everySecond(observed::tick);
        this.metrics = new Metrics(
                version(),
                dataPlane.counters(),
                new Readings(
                        this::rolloutReadings,
                        this::breakerReadings,
                        this::upstreamReadings,
                        () -> dataPlane.feed().dropped(),
                        this::journalReading,
                        () -> control.alive(),
                        refusals::counts,
                        this::reloadReading));
    }

    /** The event loops run already: what keeps the control thread from starting ends them again. */
    private static Control startControl(Config config, DataPlane dataPlane) throws IOException {
        Supplier<ControlSettings> settings = () -> dataPlane.inForce().config().control();
        try {
            return Control.start(
                    DiskLedger.open(
                            config.data(),
                            settings,
                            () -> dataPlane.inForce().config().retention().journal()),
                    settings,
                    dataPlane.inForce().rollouts(),
                    new Surroundings(dataPlane.feed(), dataPlane, System::nanoTime, System::currentTimeMillis));
        } catch (IOException | RuntimeException e) {
            dataPlane.close();
            throw e;
        }
    }

    /**
     * Returns when every listener accepts.
     *
     * @throws IOException with the address in its message, when a listener cannot be bound
     */
    public static ServerApi start(Config config) throws IOException {
        Server server = new Server(config);
        try {
            server.dataPlane.listen();
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** The version of this build, "dev" outside a jar. */
    public static String version() {
        String version = Server.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    @Override
    public Config config() {
        return dataPlane.inForce().config();
    }

    @Override
    public Reload reload(String origin, boolean file, Supplier<LoadResult> source) {
        return reloads.reload(origin, file, source);
    }

    @Override
    public Reload.Status reloadStatus() {
        return reloads.status();
    }

    @Override
    public List<Reload.Drift> drift() {
        return config().rollouts().stream()
                .filter(spec -> spec.steps().isEmpty())
                .flatMap(spec -> control.status(spec.name()).stream()
                        .filter(status -> status.weight() != spec.weight())
                        .map(status -> new Reload.Drift(spec.name(), spec.weight(), status.weight())))
                .toList();
    }

    @Override
    public ControlApi control() {
        return control;
    }

    @Override
    public Map<String, InetSocketAddress> listeners() {
        return dataPlane.bound();
    }

    @Override
    public String transport() {
        return dataPlane.transport();
    }

    @Override
    public Optional<Assigned> explain(String route, String unit) {
        Snapshot.Route found = dataPlane.snapshots().current().route(route);
        if (found == null) {
            return Optional.empty();
        }
        Snapshot.RolloutView view = found.view();
        if (view == null) {
            return Optional.of(new Assigned(route, "", unit, "none", 0, 0, "no-rollout"));
        }
        long hash = view.split().unit(unit);
        return Optional.of(new Assigned(
                route,
                view.name(),
                unit,
                view.split().canary(hash) ? "canary" : "baseline",
                view.split().bucket(hash),
                view.split().weight(),
                Reason.HASH.word()));
    }

    @Override
    public VariantStats stats(String rollout, String variant) {
        List<Integer> allSeries = series(rollout, variant);
        long[] latency = new long[0];
        for (int series : allSeries) {
            long[] ofSeries = dataPlane.counters().latency(series);
            latency = latency.length == 0 ? new long[ofSeries.length] : latency;
            for (int i = 0; i < latency.length; i++) {
                latency[i] += ofSeries[i];
            }
        }
        return new VariantStats(
                sum(allSeries, dataPlane.counters()::requests),
                sum(allSeries, dataPlane.counters()::failures),
                latency,
                LongStream.range(0, latency.length)
                        .map(i -> dataPlane.feed().bucketUpperNanos((int) i))
                        .toArray());
    }

    @Override
    public double observedWeight(String rollout) {
        return observed.ratio(rollout);
    }

    @Override
    public List<UpstreamStatus> upstreams() {
        Compiled inForce = dataPlane.inForce();
        Map<String, String> breakers = inForce.breakerStates();
        List<UpstreamStatus> statuses = new ArrayList<>();
        for (Upstream upstream : inForce.config().upstreams()) {
            UpstreamPool.Census census = inForce.census(upstream.name());
            statuses.add(new UpstreamStatus(
                    upstream.name(),
                    upstream.endpoints().stream()
                            .map(Upstream.Endpoint::toString)
                            .toList(),
                    breakers.getOrDefault(upstream.name(), "closed"),
                    census.busy(),
                    census.idle()));
        }
        return statuses;
    }

    @Override
    public void refused(String reason) {
        refusals.count(reason);
    }

    @Override
    public void writeMetrics(String contentType, Writer out) throws IOException {
        metrics.write(contentType, out);
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        dataPlane.close();
        control.close();
        metrics.close();
    }

    private List<Integer> series(String rollout, String variant) {
        Compiled.Series series = dataPlane.inForce().series().getOrDefault(rollout, NOT_ROUTED);
        return variant.equals("canary") ? series.canary() : variant.equals("baseline") ? series.baseline() : List.of();
    }

    private Map<String, ObservedShare.Count> observedCounts() {
        Map<String, ObservedShare.Count> counts = new HashMap<>();
        dataPlane
                .inForce()
                .series()
                .forEach((rollout, series) -> counts.put(
                        rollout,
                        new ObservedShare.Count(
                                series,
                                sum(series.baseline(), dataPlane.counters()::requests),
                                sum(series.canary(), dataPlane.counters()::requests))));
        return counts;
    }

    private static long sum(List<Integer> series, ToLongFunction<Integer> count) {
        return series.stream().mapToLong(count).sum();
    }

    private List<Readings.Rollout> rolloutReadings() {
        return control.statuses().stream().map(this::reading).toList();
    }

    private Readings.Rollout reading(RolloutStatus status) {
        return new Readings.Rollout(
                status.name(),
                status.phase(),
                status.step(),
                status.weight() / (double) Buckets.COUNT,
                observed.ratio(status.name()),
                status.rollbacks().stream()
                        .map(kind -> new Readings.Rollbacks(kind.mode(), kind.reason(), kind.count()))
                        .toList(),
                status.verdicts().stream()
                        .map(v -> new Readings.Verdict(
                                v.metric(), v.detector(), v.verdict(), v.logEvidence(), v.logThreshold()))
                        .toList(),
                status.levels().stream()
                        .filter(level -> level.alert() != null)
                        .map(level -> new Readings.Alert(level.metric(), level.raised()))
                        .toList());
    }

    private Readings.Journal journalReading() {
        ControlApi.Health health = control.health();
        return new Readings.Journal(health.journalWritable(), health.journalPending());
    }

    private Readings.Reload reloadReading() {
        Reload.Status status = reloads.status();
        return new Readings.Reload(status.successful(), status.successMillis() / 1_000.0);
    }

    private List<Readings.Breaker> breakerReadings() {
        return dataPlane.inForce().guards().values().stream()
                .map(Compiled.Guard::breaker)
                .map(b -> new Readings.Breaker(b.name(), b.state(), b.failureRate(), b.notPermitted()))
                .toList();
    }

    private List<Readings.Upstream> upstreamReadings() {
        return upstreams().stream()
                .map(u -> new Readings.Upstream(u.name(), u.connectionsBusy(), u.connectionsIdle()))
                .toList();
    }
}
