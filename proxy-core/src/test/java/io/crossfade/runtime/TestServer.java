package io.crossfade.runtime;

import io.crossfade.config.Admin;
import io.crossfade.config.Config;
import io.crossfade.config.ControlSettings;
import io.crossfade.config.Limits;
import io.crossfade.config.Listener;
import io.crossfade.config.RolloutSpec;
import io.crossfade.config.RouteRule;
import io.crossfade.config.Upstream;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A whole server on ephemeral ports, configured in code. */
final class TestServer implements AutoCloseable {
    /** What a test may want to say differently. */
    static final class Setup {
        private final Path data;
        private final List<Upstream> upstreams = new ArrayList<>();
        private final List<RouteRule> routes = new ArrayList<>();
        private final List<RolloutSpec> rollouts = new ArrayList<>();
        private Limits limits = Limits.defaults();
        private Listener.UnderscoreNames underscores = Listener.UnderscoreNames.DROP;
        private List<io.crossfade.config.Cidr> trusted = List.of();
        private Config.Transport transport = Config.Transport.AUTO;
        private int loops = 2;
        private InetSocketAddress address = new InetSocketAddress("127.0.0.1", 0);

        Setup(Path data) {
            this.data = data;
        }

        Setup upstream(String name, int... ports) {
            return upstream(name, u -> u, ports);
        }

        Setup upstream(String name, UnaryOperator<Upstream> changed, int... ports) {
            List<Upstream.Endpoint> endpoints = new ArrayList<>();
            for (int port : ports) {
                endpoints.add(new Upstream.Endpoint("127.0.0.1", port));
            }
            upstreams.add(changed.apply(new Upstream(
                    name,
                    endpoints,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    1024,
                    1024,
                    256,
                    Duration.ofSeconds(30),
                    new Upstream.Breaker(0.5, 100, 20, Duration.ofSeconds(10), 10))));
            return this;
        }

        Setup route(String name, String prefix, String upstream) {
            routes.add(new RouteRule(name, match(prefix), upstream, null, limits.body(), false));
            return this;
        }

        Setup hostRoute(String name, String host, String upstream) {
            RouteRule.Match match = new RouteRule.Match(host, "/", Set.of(), Map.of());
            routes.add(new RouteRule(name, match, upstream, null, limits.body(), false));
            return this;
        }

        /** A route with a bound of its own on bodies. */
        Setup bodyRoute(String name, String prefix, String upstream, long maxBody) {
            routes.add(new RouteRule(name, match(prefix), upstream, null, maxBody, false));
            return this;
        }

        Setup streamingRoute(String name, String prefix, String upstream) {
            routes.add(new RouteRule(name, match(prefix), upstream, null, Long.MAX_VALUE, true));
            return this;
        }

        Setup rolloutRoute(String name, String prefix, String rollout) {
            routes.add(new RouteRule(name, match(prefix), null, rollout, limits.body(), false));
            return this;
        }

        Setup rollout(RolloutSpec spec) {
            rollouts.add(spec);
            return this;
        }

        Setup limits(Limits changed) {
            limits = changed;
            return this;
        }

        Setup underscores(Listener.UnderscoreNames changed) {
            underscores = changed;
            return this;
        }

        Setup trusting(io.crossfade.config.Cidr peers) {
            trusted = List.of(peers);
            return this;
        }

        Setup transport(Config.Transport changed) {
            transport = changed;
            return this;
        }

        Setup address(InetSocketAddress changed) {
            address = changed;
            return this;
        }

        Setup loops(int changed) {
            loops = changed;
            return this;
        }

        TestServer start() throws IOException {
            return new TestServer(Server.start(config()));
        }

        Config config() {
            return new Config(
                    List.of(new Listener("edge", address, trusted, underscores)),
                    new Admin(new InetSocketAddress("127.0.0.1", 0)),
                    data,
                    upstreams,
                    routes,
                    rollouts,
                    limits,
                    ControlSettings.defaults(),
                    transport,
                    loops);
        }

        private static RouteRule.Match match(String prefix) {
            return new RouteRule.Match(null, prefix, Set.of(), Map.of());
        }
    }

    final ServerApi api;

    private TestServer(ServerApi api) {
        this.api = api;
    }

    /** A rollout driven by hand, keyed by the header X-User-Id, without analysis. */
    static RolloutSpec manual(String name, int weight, RolloutSpec.UnitSource... from) {
        return manual(name, weight, false, from);
    }

    static RolloutSpec manual(String name, int weight, boolean analysed, RolloutSpec.UnitSource... from) {
        return new RolloutSpec(
                name,
                RolloutSpec.Risk.LOW,
                "legacy",
                "next",
                from.length > 0
                        ? List.of(from)
                        : List.of(new RolloutSpec.UnitSource(RolloutSpec.UnitSource.Kind.HEADER, "X-User-Id")),
                name,
                List.of(),
                weight,
                new RolloutSpec.Analysis(
                        analysed,
                        0.001,
                        10_000_000,
                        new RolloutSpec.Errors(true, 1.5, 0.01, RolloutSpec.OnFail.ROLLBACK_IMMEDIATE),
                        new RolloutSpec.Latency(true, List.of(0.5, 0.9, 0.99), 2, RolloutSpec.OnFail.ROLLBACK_GRACEFUL),
                        new RolloutSpec.Advance(0.99, Duration.ofHours(8))));
    }

    /** The default limits but for those of a connection's life. */
    static Limits limits(Duration headTimeout, Duration idleTimeout, int maxRequests, Duration maxAge) {
        Limits d = Limits.defaults();
        return new Limits(
                d.requestLine(),
                d.head(),
                d.fields(),
                d.field(),
                d.cookie(),
                d.body(),
                d.chunkLine(),
                d.chunkExtensions(),
                d.trailerFields(),
                d.trailers(),
                d.responseHead(),
                d.interimResponses(),
                headTimeout,
                idleTimeout,
                maxRequests,
                maxAge,
                d.maxConnections(),
                d.writeHigh(),
                d.writeLow());
    }

    RawClient client() throws IOException {
        return new RawClient(address());
    }

    InetSocketAddress address() {
        return api.listeners().values().iterator().next();
    }

    /** How many messages were refused for this reason. */
    double refused(String reason) throws IOException {
        return metric("crossfade_refused_requests_total{reason=\"" + reason + "\",}");
    }

    /** The value of a sample, by its line up to the value, or 0 when it is not there. */
    double metric(String sample) throws IOException {
        StringWriter text = new StringWriter();
        api.writeMetrics("text/plain; version=0.0.4; charset=utf-8", text);
        for (String line : text.toString().lines().toList()) {
            if (line.startsWith(sample + " ")) {
                return Double.parseDouble(line.substring(sample.length() + 1));
            }
        }
        return 0;
    }

    @Override
    public void close() {
        api.close();
    }
}
