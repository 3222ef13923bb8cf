package io.crossfade.control;

import io.crossfade.config.ControlSettings;
import io.crossfade.rollout.Identity;
import io.crossfade.rollout.Metrics;
import io.crossfade.rollout.OnFail;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Verb;
import io.crossfade.rollout.analysis.AnalysisSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A control thread with a feed, a clock and a sink in the hands of a test; time stands still unless the test moves it. */
final class Bench implements AutoCloseable {
    static final long WALL = 1_800_000_000_000L;
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** How long the journal's lines are kept. */
    static final Supplier<Duration> KEPT = () -> Duration.ofDays(90);

    final FakeFeed feed = new FakeFeed();
    final AtomicLong nanos = new AtomicLong();
    final AtomicLong wall = new AtomicLong(WALL);
    final List<Integer> weights = new CopyOnWriteArrayList<>();
    private final Map<Integer, Integer> inForce = new ConcurrentHashMap<>();
    final Ledger ledger;
    final Control control;

    /** Whether the last weight took back what was under way. */
    volatile boolean recalled;

    /** What looks on when a weight is put in force, on the control thread. */
    private volatile Runnable onWeight = () -> {};

    Bench(Path folder, Plan... plans) {
        this(folder, 16 << 20, plans);
    }

    Bench(Path folder, long segment, Plan... plans) {
        this(disk(folder), segment, plans);
    }

    Bench(Storage storage, long segment, Plan... plans) {
        ControlSettings settings =
                new ControlSettings(1024, Duration.ofMillis(20), Duration.ofSeconds(1), segment, 4, 100);
        ledger = DiskLedger.open(storage, () -> settings, KEPT);
        if (ledger instanceof DiskLedger disk) {
            BooleanSupplier stalls = storage instanceof WatchedStorage watched ? watched::stalls : () -> false;
            feed.settlesWith(() -> stalls.getAsBoolean() || disk.idle());
        }
        WeightSink sink = (rollout, weight, recall) -> {
            weights.add(weight);
            inForce.put(rollout, weight);
            recalled = recall;
            onWeight.run();
        };
        control = Control.start(
                ledger, () -> settings, numbered(plans), new Surroundings(feed, sink, nanos::get, wall::get));
    }

    /** Plans under the numbers of their places. */
    static List<Numbered> numbered(Plan... plans) {
        return IntStream.range(0, plans.length)
                .mapToObj(i -> new Numbered(i, plans[i]))
                .toList();
    }

    static Storage disk(Path folder) {
        try {
            return Disk.open(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Steps such as {@code 10_000, 60_000} for 10% over a minute. */
    static Plan steps(int... weightsAndBakes) {
        return steps("orders", weightsAndBakes);
    }

    static Plan steps(String name, int... weightsAndBakes) {
        List<Plan.Step> steps = Stream.iterate(0, i -> i < weightsAndBakes.length, i -> i + 2)
                .map(i -> new Plan.Step(weightsAndBakes[i], weightsAndBakes[i + 1], false))
                .toList();
        return plan(name, steps, 0);
    }

    static Plan manual(String name, int weight) {
        return plan(name, List.of(), weight);
    }

    /** The same plan for another rollout. */
    static Plan as(Plan plan, Identity identity) {
        return new Plan(
                plan.name(),
                identity,
                plan.steps(),
                plan.initialWeight(),
                plan.analysis(),
                plan.onFail(),
                plan.extendUpToMillis());
    }

    private static Plan plan(String name, List<Plan.Step> steps, int weight) {
        return new Plan(
                name,
                new Identity("legacy", "next", "orders", ""),
                steps,
                weight,
                AnalysisSettings.defaults(),
                Map.of(
                        Metrics.ERRORS,
                        OnFail.ROLLBACK_IMMEDIATE,
                        Metrics.LATENCY,
                        OnFail.ROLLBACK_GRACEFUL,
                        Metrics.CLIENT_ERRORS,
                        OnFail.HOLD,
                        Metrics.USER_SUCCESS,
                        OnFail.HOLD,
                        Metrics.THROUGHPUT,
                        OnFail.HOLD),
                60_000);
    }

    void onWeight(Runnable look) {
        onWeight = look;
    }

    /** Lets time pass and the control thread see it. */
    void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        feed.settle();
    }

    Operation.Receipt ask(Verb type) {
        return ask(operation(type));
    }

    Operation.Receipt ask(Operation operation) {
        return done(control.submit("orders", operation));
    }

    static Operation.Receipt done(CompletableFuture<Operation.Receipt> receipt) {
        return receipt.orTimeout(20, TimeUnit.SECONDS).join();
    }

    static Operation operation(Verb type) {
        return new Operation(type, "ann", "told so", null, null, null, null, false);
    }

    static Operation setWeight(int weight) {
        return new Operation(Verb.SET_WEIGHT, "ann", "told so", weight, null, null, null, false);
    }

    RolloutStatus status() {
        return control.status("orders").orElseThrow();
    }

    RolloutStatus.Decision decision() {
        return Objects.requireNonNull(status().decision(), "no decision yet");
    }

    void configure(List<Numbered> rollouts) {
        control.configure(rollouts).orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** The weight in force of one of several rollouts. */
    int weightOf(int rollout) {
        return Objects.requireNonNull(inForce.get(rollout), "never in force");
    }

    /** The weight that was put in force last. */
    int weight() {
        return weights.get(weights.size() - 1);
    }

    @Override
    public void close() {
        control.close();
    }

    static Path copy(Path folder, Path into) {
        try (Stream<Path> files = Files.list(folder)) {
            Files.createDirectories(into);
            for (Path file : files.toList()) {
                Files.copy(file, into.resolve(file.getFileName()));
            }
            return into;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
