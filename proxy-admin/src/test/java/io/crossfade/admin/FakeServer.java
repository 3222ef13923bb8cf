package io.crossfade.admin;

import io.crossfade.config.Change;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigDiff;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.LoadResult;
import io.crossfade.control.ControlApi;
import io.crossfade.control.LevelStatus;
import io.crossfade.control.Operation;
import io.crossfade.control.Report;
import io.crossfade.control.RolloutStatus;
import io.crossfade.runtime.Reload;
import io.crossfade.runtime.ServerApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A server of one rollout, {@code orders}, whose control obeys like the real one in the little that the admin room needs. */
@NullMarked
public final class FakeServer implements ServerApi, ControlApi {
    private static final int MEMORY = 1_024;

    public final List<Operation> operations = new CopyOnWriteArrayList<>();
    /** What the admin port has refused, in words. */
    public final List<String> refusals = new CopyOnWriteArrayList<>();

    private final List<JournaledEvent> events = new CopyOnWriteArrayList<>();
    private final List<Consumer<JournaledEvent>> listeners = new CopyOnWriteArrayList<>();
    private volatile Config config;
    private volatile List<Reload.Drift> drift = List.of();
    private volatile Reload.Status reloadStatus =
            new Reload.Status(true, 1_700_000_000_000L, "the start", false, List.of());
    private volatile ControlApi.Health health = new ControlApi.Health(true, true, 0, 0, "");
    private volatile RolloutStatus status = status("baking", 1, 5_000, 7);
    private volatile Function<Operation, Operation.Receipt> decision = this::obey;
    private final List<Report> reports = new CopyOnWriteArrayList<>();
    private volatile boolean silent;
    private volatile int reloads;

    public FakeServer() {
        this("", "");
    }

    /** With a data folder of its own. */
    public FakeServer(Path data) {
        this.config = example("", "", data.toString());
    }

    /** With these keys of the sections {@code admin} and {@code limits}, such as {@code body: 1KiB, maxPipelined: 1}. */
    public FakeServer(String admin, String limits) {
        this.config = example(admin, limits, "/tmp/crossfade");
    }

    public static RolloutStatus status(String phase, int step, int weight, long version) {
        return new RolloutStatus(
                "orders",
                "legacy",
                "next",
                phase,
                1,
                step,
                List.of(
                        new RolloutStatus.Step(1_000, 60_000, false),
                        new RolloutStatus.Step(5_000, 60_000, false),
                        new RolloutStatus.Step(25_000, 60_000, true)),
                weight,
                version,
                List.of(
                        new RolloutStatus.Verdict(
                                "errors",
                                "C",
                                "Pass",
                                Double.NEGATIVE_INFINITY,
                                18.42,
                                "trips after 6 more failing users on the canary"),
                        new RolloutStatus.Verdict(
                                "errors",
                                "S",
                                "Inconclusive",
                                3.5,
                                18.42,
                                "passes after about 380 more canary requests, 4 min at this rate")),
                1_700_000_000_000L,
                "25% after an approval",
                null,
                List.of(),
                null,
                "2.0",
                List.of(new LevelStatus("errors", 0.031, 0.005, false, 0.02, true, 0.05)));
    }

    /** As if it had decided so, or had been asked so. */
    public static RolloutStatus status(
            String phase, RolloutStatus.@Nullable Decision decision, RolloutStatus.@Nullable Asked asked) {
        RolloutStatus s = status(phase, 1, 0, 9);
        return new RolloutStatus(
                s.name(),
                s.baseline(),
                s.canary(),
                s.phase(),
                s.attempt(),
                s.step(),
                s.steps(),
                s.weight(),
                s.version(),
                s.verdicts(),
                s.sinceEpochMillis(),
                s.next(),
                decision,
                s.rollbacks(),
                asked,
                s.release(),
                s.levels());
    }

    /** As if it had last been reloaded so. */
    public void reloaded(Reload.Status next, List<Reload.Drift> nextDrift) {
        reloadStatus = next;
        drift = nextDrift;
    }

    /** How often a reload was asked for. */
    public int reloads() {
        return reloads;
    }

    /** As if it had been reloaded. */
    public void become(Config next) {
        config = next;
    }

    public void become(RolloutStatus next) {
        status = next;
    }

    public void answerWith(Function<Operation, Operation.Receipt> next) {
        decision = next;
    }

    public void answerWith(Operation.Result result, String detail) {
        decision = operation -> new Operation.Receipt(result, detail, status.version());
    }

    /** From now on operations are taken and never answered. */
    public void fallSilent() {
        silent = true;
    }

    public void health(ControlApi.Health next) {
        health = next;
    }

    /** Journals an event with the next sequence. */
    public void journal(String type) {
        long sequence = events.isEmpty() ? 1 : events.get(events.size() - 1).sequence() + 1;
        journal(new JournaledEvent(sequence, type, "orders", "{\"seq\":" + sequence + ",\"type\":\"" + type + "\"}"));
    }

    public void journal(JournaledEvent event) {
        events.add(event);
        if (events.size() > MEMORY) {
            events.remove(0);
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    public int subscribers() {
        return listeners.size();
    }

    private Operation.Receipt obey(Operation operation) {
        if (operation.ifVersion() != null && operation.ifVersion() != status.version()) {
            return new Operation.Receipt(Operation.Result.STALE, "it is now v" + status.version(), status.version());
        }
        if (!operation.dryRun()) {
            long version = status.version() + 1;
            switch (operation.verb()) {
                case ROLLBACK -> status = status("rolledBack", status.step(), 0, version);
                case ABORT -> status = status("failed", status.step(), 0, version);
                case PAUSE -> status = status("paused", status.step(), status.weight(), version);
                case HOLD -> status = status("held", status.step(), status.weight(), version);
                case SET_WEIGHT -> {
                    Integer weight = operation.weight();
                    status = status("baking", status.step(), weight == null ? 0 : weight, version);
                }
                case PROMOTE_FULL -> status = status("completed", 2, 100_000, version);
                case START, RESUME, PROMOTE, STEP_BACK, RETRY ->
                    status = status("baking", status.step(), status.weight(), version);
            }
        }
        return new Operation.Receipt(Operation.Result.ACCEPTED, operation.verb() + " done", status.version());
    }

    @Override
    public List<RolloutStatus> statuses() {
        return List.of(status);
    }

    @Override
    public Optional<RolloutStatus> status(String rollout) {
        return rollout.equals("orders") ? Optional.of(status) : Optional.empty();
    }

    @Override
    public synchronized CompletableFuture<Operation.Receipt> submit(String rollout, Operation operation) {
        operations.add(operation);
        return silent ? new CompletableFuture<>() : CompletableFuture.completedFuture(decision.apply(operation));
    }

    @Override
    public CompletableFuture<Operation.Receipt> accept(String actor, String reason) {
        String detail = actor + " accepted: " + reason;
        return CompletableFuture.completedFuture(
                health.journalReadable()
                        ? new Operation.Receipt(Operation.Result.ILLEGAL, "there is nothing to accept", 0)
                        : new Operation.Receipt(Operation.Result.ACCEPTED, detail, 9));
    }

    @Override
    public List<JournaledEvent> eventsAfter(long after, int max) {
        return events.stream().filter(e -> e.sequence() > after).limit(max).toList();
    }

    /** As if it had rolled back or held. */
    public void report(Report report) {
        reports.add(report);
    }

    @Override
    public List<Report> reports() {
        return reports;
    }

    @Override
    public Optional<Report> report(long sequence) {
        return reports.stream().filter(r -> r.sequence() == sequence).findFirst();
    }

    @Override
    public boolean alive() {
        return true;
    }

    @Override
    public void refused(String reason) {
        refusals.add(reason);
    }

    @Override
    public AutoCloseable subscribe(Consumer<JournaledEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public ControlApi.Health health() {
        return health;
    }

    @Override
    public Config config() {
        return config;
    }

    @Override
    public synchronized Reload reload(String origin, boolean file, Supplier<LoadResult> source) {
        reloads++;
        LoadResult result = source.get();
        if (result instanceof LoadResult.Loaded loaded) {
            List<Change> changes = ConfigDiff.between(config, loaded.config());
            config = loaded.config();
            reloadStatus = new Reload.Status(true, 1_700_000_000_000L, origin, !file, List.of());
            return new Reload.Done(changes);
        }
        return new Reload.Refused(((LoadResult.Rejected) result).problems());
    }

    @Override
    public Reload.Status reloadStatus() {
        return reloadStatus;
    }

    @Override
    public List<Reload.Drift> drift() {
        return drift;
    }

    @Override
    public double observedWeight(String rollout) {
        return Double.NaN;
    }

    @Override
    public ControlApi control() {
        return this;
    }

    @Override
    public Map<String, InetSocketAddress> listeners() {
        return Map.of("edge", new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080));
    }

    @Override
    public String transport() {
        return "nio, 2 event loops";
    }

    @Override
    public Optional<Assigned> explain(String route, String unit) {
        if (route.equals("rest")) {
            return Optional.of(new Assigned(route, "", unit, "none", 0, 0, "no-rollout"));
        }
        return route.equals("shop")
                ? Optional.of(new Assigned(route, "orders", unit, "canary", 321, 5_000, "hash"))
                : Optional.empty();
    }

    @Override
    public VariantStats stats(String rollout, String variant) {
        return new VariantStats(1_000, 3, new long[] {900, 100}, new long[] {1_000_000, 2_000_000});
    }

    @Override
    public List<UpstreamStatus> upstreams() {
        return List.of(new UpstreamStatus("legacy", List.of("127.0.0.1:9001"), "closed", 1, 2));
    }

    @Override
    public void writeMetrics(String contentType, Writer out) throws IOException {
        out.write("# " + contentType + "\ncrossfade_requests_in_flight 0\n");
    }

    @Override
    public void close() {}

    private static Config example(String admin, String limits, String data) {
        String yaml =
                """
                version: 1
                listeners: [{ name: edge, address: "127.0.0.1:0" }]
                admin: { %s }
                data: %s
                eventLoops: 2
                upstreams:
                  - { name: legacy, endpoints: ["127.0.0.1:9001"] }
                  - { name: next, endpoints: ["127.0.0.1:9002"] }
                routes: [{ name: shop, match: { host: shop.example, pathPrefix: / }, rollout: orders }]
                rollouts:
                  - name: orders
                    risk: medium
                    variants: { baseline: legacy, canary: next }
                    unit: { from: [{ header: x-user-id }, clientIp] }
                    steps:
                      - { setWeight: 1%%, bake: 1m, gate: none }
                      - { setWeight: 5%%, bake: 1m, gate: none }
                      - { setWeight: 25%%, bake: 1m, gate: goNoGo }
                limits: { %s }
                """.formatted(admin.contains("address:") ? admin : "address: \"127.0.0.1:0\", " + admin, data, limits);
        try {
            Path file = Files.createTempFile("fake", ".yaml");
            try {
                LoadResult result = ConfigLoader.load(Files.writeString(file, yaml), Map.of());
                if (result instanceof LoadResult.Loaded loaded) {
                    return loaded.config();
                }
                throw new IllegalArgumentException(result.toString());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
