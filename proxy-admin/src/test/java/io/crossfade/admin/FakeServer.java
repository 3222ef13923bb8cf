package io.crossfade.admin;

import io.crossfade.config.Admin;
import io.crossfade.config.Config;
import io.crossfade.config.ControlSettings;
import io.crossfade.config.Limits;
import io.crossfade.config.Listener;
import io.crossfade.config.RolloutSpec;
import io.crossfade.config.RouteRule;
import io.crossfade.config.Upstream;
import io.crossfade.control.ControlApi;
import io.crossfade.control.Operation;
import io.crossfade.control.RolloutStatus;
import io.crossfade.runtime.ServerApi;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;

/** A server of one rollout, {@code orders}, whose control obeys like the real one in the little that the admin room needs. */
@NullMarked
public final class FakeServer implements ServerApi, ControlApi {
    private static final int MEMORY = 1_024;

    public final List<Operation> operations = new CopyOnWriteArrayList<>();
    private final List<JournaledEvent> events = new CopyOnWriteArrayList<>();
    private final List<Consumer<JournaledEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Config config = example();
    private volatile ControlApi.Health health = new ControlApi.Health(true, true, 0, "");
    private volatile RolloutStatus status = status("baking", 1, 5_000, 7);
    private volatile Function<Operation, Operation.Receipt> decision = this::obey;
    private volatile boolean silent;

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
                        new RolloutStatus.Verdict("errors", "C", "Pass", Double.NEGATIVE_INFINITY, 18.42),
                        new RolloutStatus.Verdict("errors", "S", "Inconclusive", 3.5, 18.42)),
                1_700_000_000_000L,
                "25% after an approval",
                null,
                List.of());
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
            switch (operation.type()) {
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
        return new Operation.Receipt(Operation.Result.ACCEPTED, operation.type() + " done", status.version());
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
    public List<JournaledEvent> eventsAfter(long after, int max) {
        return events.stream().filter(e -> e.sequence() > after).limit(max).toList();
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

    private static Config example() {
        InetSocketAddress ephemeral = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Upstream legacy = upstream("legacy", 9001);
        Upstream next = upstream("next", 9002);
        RolloutSpec.Analysis analysis = new RolloutSpec.Analysis(
                true,
                0.001,
                10_000_000,
                new RolloutSpec.Errors(true, 1.5, 0.01, RolloutSpec.OnFail.ROLLBACK_IMMEDIATE),
                new RolloutSpec.Latency(true, List.of(0.5, 0.9, 0.99), 2, RolloutSpec.OnFail.ROLLBACK_GRACEFUL),
                new RolloutSpec.Advance(0.99, Duration.ofHours(8)));
        RolloutSpec orders = new RolloutSpec(
                "orders",
                RolloutSpec.Risk.MEDIUM,
                "legacy",
                "next",
                List.of(
                        new RolloutSpec.UnitSource(RolloutSpec.UnitSource.Kind.HEADER, "x-user-id"),
                        new RolloutSpec.UnitSource(RolloutSpec.UnitSource.Kind.CLIENT_IP, "")),
                "orders",
                List.of(
                        new RolloutSpec.Step(1_000, Duration.ofMinutes(1), false),
                        new RolloutSpec.Step(5_000, Duration.ofMinutes(1), false),
                        new RolloutSpec.Step(25_000, Duration.ofMinutes(1), true)),
                0,
                analysis);
        RouteRule shop = new RouteRule(
                "shop",
                new RouteRule.Match("shop.example", "/", Set.of(), Map.of()),
                null,
                "orders",
                Limits.defaults().body(),
                false);
        return new Config(
                List.of(new Listener("edge", ephemeral, List.of(), Listener.UnderscoreNames.DROP)),
                new Admin(ephemeral),
                Path.of("/tmp/crossfade"),
                List.of(legacy, next),
                List.of(shop),
                List.of(orders),
                Limits.defaults(),
                ControlSettings.defaults(),
                Config.Transport.AUTO,
                2);
    }

    private static Upstream upstream(String name, int port) {
        return Upstream.of(name, List.of(new Upstream.Endpoint("127.0.0.1", port)));
    }
}
