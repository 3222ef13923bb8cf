package io.crossfade.runtime;

import io.crossfade.config.Admin;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigLoader;
import io.crossfade.config.ControlSettings;
import io.crossfade.config.Limits;
import io.crossfade.config.Listener;
import io.crossfade.config.LoadResult;
import io.crossfade.config.Retention;
import io.crossfade.config.RolloutSpec;
import io.crossfade.config.RouteRule;
import io.crossfade.config.Upstream;
import io.crossfade.socket.Transport;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

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

        Setup upstream(String name, UnaryOperator<UpstreamSetup> changed, int... ports) {
            upstreams.add(changed.apply(new UpstreamSetup()).build(name, ports));
            return this;
        }

        Setup route(String name, String prefix, String upstream) {
            routes.add(new RouteRule(name, match(prefix), upstream, null, limits.body(), false, true));
            return this;
        }

        Setup hostRoute(String name, String host, String upstream) {
            RouteRule.Match match = new RouteRule.Match(host, "/", Set.of(), Map.of());
            routes.add(new RouteRule(name, match, upstream, null, limits.body(), false, true));
            return this;
        }

        /** A route with a bound of its own on bodies. */
        Setup bodyRoute(String name, String prefix, String upstream, long maxBody) {
            routes.add(new RouteRule(name, match(prefix), upstream, null, maxBody, false, true));
            return this;
        }

        Setup streamingRoute(String name, String prefix, String upstream) {
            routes.add(new RouteRule(name, match(prefix), upstream, null, Long.MAX_VALUE, true, true));
            return this;
        }

        Setup rolloutRoute(String name, String prefix, String rollout) {
            routes.add(new RouteRule(name, match(prefix), null, rollout, limits.body(), false, true));
            return this;
        }

        Setup rollout(RolloutSpec spec) {
            rollouts.add(spec);
            return this;
        }

        /** Before the routes, which take over the bound of bodies. */
        Setup limits(String keys) throws IOException {
            limits = read(keys);
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

        /** Skips the test, and says why, where the kernel forbids it. */
        Setup transport(Config.Transport changed) {
            try {
                Transport.choose(changed);
            } catch (IOException missing) {
                Assumptions.abort(missing.getMessage());
            }
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
                    Admin.at(new InetSocketAddress("127.0.0.1", 0)),
                    data,
                    upstreams,
                    routes,
                    rollouts,
                    limits,
                    ControlSettings.defaults(),
                    Retention.defaults(),
                    transport,
                    loops,
                    false);
        }

        private static RouteRule.Match match(String prefix) {
            return new RouteRule.Match(null, prefix, Set.of(), Map.of());
        }
    }

    /** What a test may want to say differently of an upstream. */
    static final class UpstreamSetup {
        private Duration connectTimeout = Duration.ofSeconds(2);
        private Duration responseTimeout = Duration.ofSeconds(5);
        private Duration idleTimeout = Duration.ofSeconds(5);
        private int maxConnections = 1024;
        private int maxPending = 1024;
        private int maxIdle = 256;
        private Duration idleExpiry = Duration.ofSeconds(30);
        private Upstream.Breaker breaker = Upstream.Breaker.defaults();

        UpstreamSetup connectTimeout(Duration changed) {
            connectTimeout = changed;
            return this;
        }

        UpstreamSetup responseTimeout(Duration changed) {
            responseTimeout = changed;
            return this;
        }

        UpstreamSetup idleTimeout(Duration changed) {
            idleTimeout = changed;
            return this;
        }

        UpstreamSetup maxConnections(int changed) {
            maxConnections = changed;
            return this;
        }

        UpstreamSetup maxPending(int changed) {
            maxPending = changed;
            return this;
        }

        UpstreamSetup maxIdle(int changed) {
            maxIdle = changed;
            return this;
        }

        UpstreamSetup idleExpiry(Duration changed) {
            idleExpiry = changed;
            return this;
        }

        UpstreamSetup breaker(Upstream.Breaker changed) {
            breaker = changed;
            return this;
        }

        /** However many of its calls fail. */
        UpstreamSetup neverOpening() {
            return breaker(new Upstream.Breaker(1, 100_000, 100_000, Duration.ofSeconds(10), 10));
        }

        private Upstream build(String name, int... ports) {
            return new Upstream(
                    name,
                    IntStream.of(ports)
                            .mapToObj(port -> new Upstream.Endpoint("127.0.0.1", port))
                            .toList(),
                    new Upstream.Timeouts(connectTimeout, responseTimeout, idleTimeout),
                    new Upstream.Pool(maxConnections, maxPending, maxIdle, idleExpiry),
                    breaker);
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
                null,
                RolloutSpec.Risk.LOW,
                "legacy",
                "next",
                from.length > 0
                        ? List.of(from)
                        : List.of(new RolloutSpec.UnitSource(RolloutSpec.UnitSource.Kind.HEADER, "X-User-Id")),
                name,
                List.of(),
                weight,
                0,
                analysed ? RolloutSpec.Analysis.defaults() : RolloutSpec.Analysis.off(),
                RolloutSpec.Recall.defaults());
    }

    /** What the section {@code limits} with these keys means: {@code headTimeout: 1s, maxRequests: 3}. */
    private static Limits read(String keys) throws IOException {
        Path file = Files.createTempFile("limits", ".yaml");
        try {
            Files.writeString(file, """
                    version: 1
                    listeners: [{ name: edge, address: "127.0.0.1:0" }]
                    upstreams: [{ name: legacy, endpoints: ["127.0.0.1:1"] }]
                    routes: [{ name: all, match: { pathPrefix: / }, upstream: legacy }]
                    limits: { %s }
                    """.formatted(keys));
            LoadResult result = ConfigLoader.load(file, Map.of());
            if (result instanceof LoadResult.Loaded loaded) {
                return loaded.config().limits();
            }
            throw new IllegalArgumentException(result.toString());
        } finally {
            Files.delete(file);
        }
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
