package io.crossfade.runtime;

import io.crossfade.admit.Breaker;
import io.crossfade.admit.Recalls;
import io.crossfade.assign.Split;
import io.crossfade.assign.UnitKeys;
import io.crossfade.config.Config;
import io.crossfade.config.Limits;
import io.crossfade.config.RolloutSpec;
import io.crossfade.config.RouteRule;
import io.crossfade.config.Upstream;
import io.crossfade.control.Numbered;
import io.crossfade.http.HttpLimits;
import io.crossfade.observe.Counters;
import io.crossfade.observe.Feed;
import io.crossfade.outcome.Statuses;
import io.crossfade.route.RouteTable;
import io.crossfade.route.Rule;
import io.crossfade.snapshot.Snapshot;
import io.crossfade.upstream.UpstreamPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the snapshot of a configuration. What has not changed since the one before is kept: pools and breakers of equal settings,
 * and the numbers of counters and rollouts, which go by name. Nothing is in force before the snapshot is published.
 *
 * <p>One thread at a time.
 */
final class SnapshotCompiler {
    /** Makes the pools of an upstream, one for each event loop by its number. */
    interface Pools {
        /** @throws IOException with the upstream in its message, when an endpoint has no address */
        List<UpstreamPool> open(Upstream upstream, Limits limits) throws IOException;
    }

    private final int loops;
    private final Counters counters;
    private final Feed feed;
    private final Pools pools;

    SnapshotCompiler(int loops, Counters counters, Feed feed, Pools pools) {
        this.loops = loops;
        this.counters = counters;
        this.feed = feed;
        this.pools = pools;
    }

    /**
     * @param before null for the first
     * @throws IOException with the reason in its message, when the configuration cannot be used on this machine
     */
    Compiled compile(Config config, @Nullable Compiled before) throws IOException {
        return new Compilation(config, before).compile();
    }

    /** One run, from upstreams to routes. */
    private final class Compilation {
        private final Config config;
        private final @Nullable Compiled before;
        private final Map<String, Compiled.Pooled> upstreams = new LinkedHashMap<>();
        private final Map<String, Upstream.Breaker> breakers = new HashMap<>();
        private final Map<String, Compiled.Guard> guards = new LinkedHashMap<>();
        private final Map<String, RolloutSpec> rollouts = new LinkedHashMap<>();
        private final Map<String, Recalls> recalls = new LinkedHashMap<>();
        private final Map<String, Compiled.Series> series = new HashMap<>();

        Compilation(Config config, @Nullable Compiled before) {
            this.config = config;
            this.before = before;
        }

        Compiled compile() throws IOException {
            for (Upstream upstream : config.upstreams()) {
                upstreams.put(upstream.name(), pooled(upstream));
                breakers.put(upstream.name(), upstream.breaker());
            }
            List<Numbered> numbered = new ArrayList<>();
            for (RolloutSpec rollout : config.rollouts()) {
                int number = counters.rollout(rollout.name());
                feed.grow(number + 1);
                rollouts.put(rollout.name(), rollout);
                numbered.add(new Numbered(number, Plans.of(rollout)));
            }
            return new Compiled(config, snapshot(), upstreams, guards, recalls, numbered, series);
        }

        private Snapshot snapshot() {
            List<Rule> rules = new ArrayList<>();
            List<Snapshot.Route> routes = new ArrayList<>();
            for (RouteRule rule : config.routes()) {
                RouteRule.Match match = rule.match();
                rules.add(new Rule(rule.name(), match.host(), match.pathPrefix(), match.methods(), match.headers()));
                routes.add(route(rule));
            }
            Limits limits = config.limits();
            if (before != null && before.config().limits().equals(limits)) {
                limits = before.snapshot().limits();
            }
            return new Snapshot(new RouteTable(rules), routes, limits, HttpLimits.of(limits));
        }

        private Snapshot.Route route(RouteRule rule) {
            String rollout = rule.rollout();
            if (rollout == null) {
                String upstream = String.valueOf(rule.upstream());
                Snapshot.Target only = target(rule.name(), "none", upstream, upstream);
                return new Snapshot.Route(rule.name(), rule.maxBody(), rule.streaming(), false, only, null, null);
            }
            RolloutSpec spec = named(rollouts, rollout);
            UnitKeys keys = new UnitKeys(spec.unitFrom().stream()
                    .map(s -> new UnitKeys.Source(UnitKeys.Kind.valueOf(s.kind().name()), s.name()))
                    .toList());
            Snapshot.Target baseline = target(rule.name(), "baseline", spec.baseline(), rollout + "/baseline");
            Snapshot.Target canary = target(rule.name(), "canary", spec.canary(), rollout + "/canary");
            Compiled.Series counted = series.computeIfAbsent(rollout, name -> new Compiled.Series());
            counted.baseline().add(baseline.series());
            counted.canary().add(canary.series());
            int number = counters.rollout(rollout);
            return new Snapshot.Route(
                    rule.name(),
                    rule.maxBody(),
                    rule.streaming(),
                    rule.recall(),
                    baseline,
                    canary,
                    new Snapshot.RolloutView(
                            number,
                            rollout,
                            new Split(spec.salt(), 0),
                            keys,
                            feed.brake(number),
                            recalls.computeIfAbsent(rollout, name -> recalls(spec)),
                            judging(spec)));
        }

        private Recalls recalls(RolloutSpec spec) {
            double share = spec.recall().budget();
            Recalls known = before == null ? null : before.recalls().get(spec.name());
            return known != null && known.share() == share ? known : new Recalls(share, loops);
        }

        private static Snapshot.Judging judging(RolloutSpec spec) {
            int[] ends = spec.analysis().errors().statuses().stream()
                    .flatMapToInt(range -> IntStream.of(range.first(), range.last()))
                    .toArray();
            return new Snapshot.Judging(
                    Statuses.ranges(ends), spec.analysis().latency().warmup().toNanos());
        }

        private Snapshot.Target target(String route, String variant, String upstream, String breaker) {
            Compiled.Guard guard =
                    guards.computeIfAbsent(breaker, name -> guard(name, upstream, named(breakers, upstream)));
            return new Snapshot.Target(
                    variant,
                    named(upstreams, upstream).upstream(),
                    counters.series(route, variant),
                    guard.breaker(),
                    guard.gates());
        }

        private Compiled.Guard guard(String name, String upstream, Upstream.Breaker settings) {
            List<Object> madeOf = List.of(upstream, settings);
            Compiled.Guard known = before == null ? null : before.guards().get(name);
            if (known != null && known.madeOf().equals(madeOf)) {
                return known;
            }
            Breaker breaker = new Breaker(
                    name,
                    settings.failureRate(),
                    settings.window(),
                    settings.minimumCalls(),
                    settings.openFor(),
                    settings.halfOpenCalls());
            Breaker.Gate[] gates = new Breaker.Gate[loops];
            Arrays.setAll(gates, loop -> breaker.gate());
            return new Compiled.Guard(madeOf, breaker, gates);
        }

        private Compiled.Pooled pooled(Upstream upstream) throws IOException {
            List<Object> madeOf = madeOf(upstream, config.limits());
            Compiled.Pooled known = before == null ? null : before.upstreams().get(upstream.name());
            List<UpstreamPool> kept = known != null && known.madeOf().equals(madeOf)
                    ? known.upstream().pools()
                    : pools.open(upstream, config.limits());
            long allConnects = upstream.connectTimeout().toNanos()
                    * Math.max(1, upstream.endpoints().size());
            return new Compiled.Pooled(
                    madeOf,
                    new Snapshot.Upstream(
                            upstream.name(),
                            kept,
                            allConnects + TimeUnit.SECONDS.toNanos(1),
                            upstream.responseTimeout().toNanos(),
                            upstream.idleTimeout().toNanos()));
        }

        /** All that a pool and its connections know of the configuration. */
        private static List<Object> madeOf(Upstream upstream, Limits limits) {
            return List.of(
                    upstream.endpoints(),
                    upstream.connectTimeout(),
                    upstream.maxConnections(),
                    upstream.maxPending(),
                    upstream.maxIdle(),
                    upstream.idleExpiry(),
                    limits.receiveBuffer(),
                    limits.readBuffer(),
                    limits.writeLow(),
                    limits.writeHigh(),
                    limits.interimResponses(),
                    HttpLimits.of(limits));
        }

        private static <T> T named(Map<String, T> things, String name) {
            T thing = things.get(name);
            if (thing == null) {
                throw new IllegalArgumentException(name + " (expected: a name of the configuration)");
            }
            return thing;
        }
    }
}
