package io.crossfade.snapshot;

import io.crossfade.admit.Brake;
import io.crossfade.admit.Breaker;
import io.crossfade.admit.Recalls;
import io.crossfade.assign.Split;
import io.crossfade.assign.UnitKeys;
import io.crossfade.config.Limits;
import io.crossfade.http.HttpLimits;
import io.crossfade.outcome.Statuses;
import io.crossfade.route.Facts;
import io.crossfade.route.RouteTable;
import io.crossfade.upstream.UpstreamPool;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything the data plane needs to decide about a request, immutable: routes, splits with their weights, and where
 * each variant is found. A request reads it once and keeps it to the end.
 */
public final class Snapshot {
    /**
     * An upstream as an exchange sees it.
     *
     * @param pools one for each event loop, by its number
     * @param connectTimeoutNanos for all endpoints together, waiting in the queue included
     * @param responseTimeoutNanos from the last request byte to the response head
     * @param idleTimeoutNanos longest silence inside a body
     */
    public record Upstream(
            String name,
            List<UpstreamPool> pools,
            long connectTimeoutNanos,
            long responseTimeoutNanos,
            long idleTimeoutNanos) {
        public Upstream {
            pools = List.copyOf(pools);
        }

        /** The pool of the event loop of this number, which alone may use it. */
        public UpstreamPool pool(int loop) {
            return pools.get(loop);
        }
    }

    /**
     * A variant of a route and how to reach it.
     *
     * @param series number under which this route and variant is counted
     * @param gates the breaker's view of each event loop
     */
    public record Target(String variant, Upstream upstream, int series, Breaker breaker, Breaker.Gate[] gates) {}

    /**
     * A rollout as a route sees it.
     *
     * @param brake keeps users from its canary while failures are not judged
     * @param number of the rollout, the same for its name as long as the process lives
     * @param recalls whether what is overdue at its canary may go to its baseline
     * @param judging how what its variants do is seen
     */
    public record RolloutView(
            int number, String name, Split split, UnitKeys keys, Brake brake, Recalls recalls, Judging judging) {
        /** The same with another split of the units. */
        RolloutView withWeight(int weight) {
            return new RolloutView(number, name, split.withWeight(weight), keys, brake, recalls, judging);
        }
    }

    /**
     * How an exchange sees what the variants of a rollout do.
     *
     * @param failed statuses that count as failed
     * @param warmupNanos how long a canary's endpoint may be slower than otherwise since it takes connections
     */
    public record Judging(Statuses failed, long warmupNanos) {
        /** What stands when the configuration says nothing. */
        public static final Judging STANDARD = new Judging(Statuses.SERVER_ERRORS, 60_000_000_000L);
    }

    /**
     * @param maxBody bytes of request body, Long.MAX_VALUE for none
     * @param streaming whether silence in the body of an answer is not slow
     * @param recall whether what the canary has got may be asked of the baseline too
     * @param view null for a route without a rollout
     * @param canary null for a route without a rollout
     */
    public record Route(
            String name,
            long maxBody,
            boolean streaming,
            boolean recall,
            Target baseline,
            @Nullable Target canary,
            @Nullable RolloutView view) {

        /** The one or two variants of this route. */
        public List<Target> targets() {
            return canary == null ? List.of(baseline) : List.of(baseline, canary);
        }

        private Route withWeight(Map<Integer, Integer> weights) {
            RolloutView s = view;
            Integer weight = s == null ? null : weights.get(s.number());
            return s == null || weight == null
                    ? this
                    : new Route(name, maxBody, streaming, recall, baseline, canary, s.withWeight(weight));
        }
    }

    private final RouteTable table;
    private final Route[] routes;
    private final Limits limits;
    private final HttpLimits httpLimits;

    /** Routes are in the order of the table's rules. */
    public Snapshot(RouteTable table, List<Route> routes, Limits limits, HttpLimits httpLimits) {
        this(table, routes.toArray(Route[]::new), limits, httpLimits);
    }

    private Snapshot(RouteTable table, Route[] routes, Limits limits, HttpLimits httpLimits) {
        this.table = table;
        this.routes = routes;
        this.limits = limits;
        this.httpLimits = httpLimits;
    }

    /** The bounds of connections and messages; the same object as long as they do not change. */
    public Limits limits() {
        return limits;
    }

    public HttpLimits httpLimits() {
        return httpLimits;
    }

    /** The route of a request, or null. No allocation. */
    public @Nullable Route match(Facts facts) {
        int number = table.match(facts);
        return number < 0 ? null : routes[number];
    }

    public @Nullable Route route(String name) {
        for (Route route : routes) {
            if (route.name().equals(name)) {
                return route;
            }
        }
        return null;
    }

    public List<Route> routes() {
        return List.of(routes);
    }

    Snapshot withWeight(int rollout, int weight) {
        return withWeights(Map.of(rollout, weight));
    }

    /** @param weights by the number of the rollout */
    Snapshot withWeights(Map<Integer, Integer> weights) {
        Route[] changed = new Route[routes.length];
        for (int i = 0; i < routes.length; i++) {
            changed[i] = routes[i].withWeight(weights);
        }
        return new Snapshot(table, changed, limits, httpLimits);
    }
}
