package io.crossfade.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One whole configuration, validated: every name it mentions exists, every number is inside its bounds. */
@Constant(name = "version", word = "1", missing = "version: 1", says = "of this grammar")
public record Config(
        @Key(missing = "a list of at least one listener", says = "where clients are served")
        List<Listener> listeners,

        @Key(says = "the admin API") Admin admin,

        @Key(standard = "./data", restart = true, says = "folder of journal and evidence log; absolute here")
        Path data,

        @Key(missing = "a list of at least one upstream", says = "who answers")
        List<Upstream> upstreams,

        @Key(missing = "a list of at least one route", says = "which requests go where")
        List<RouteRule> routes,

        @Key(standard = "[]", says = "shifts of users") List<RolloutSpec> rollouts,
        @Key(says = "bounds of the data plane") Limits limits,
        @Key(says = "bounds of the control thread") ControlSettings control,
        @Key(says = "how long what was written is kept") Retention retention,

        @Key(
                standard = "auto",
                restart = true,
                says = "which kernel interface carries the sockets; `auto` is the first that works")
        Transport transport,

        @Key(standard = "0", bounds = "0..1024", restart = true, says = "`0` is one per available core")
        int eventLoops,

        @Key(standard = "false", says = "`true`: the server looks after this file and takes over what changes")
        boolean watch) {

    public Config {
        listeners = List.copyOf(listeners);
        upstreams = List.copyOf(upstreams);
        routes = List.copyOf(routes);
        rollouts = List.copyOf(rollouts);
        Set<String> upstreamNames = new HashSet<>();
        Set<String> rolloutNames = new HashSet<>();
        Bounds bounds = Shape.of(Config.class)
                .check(
                        listeners,
                        admin,
                        data,
                        upstreams,
                        routes,
                        rollouts,
                        limits,
                        control,
                        retention,
                        transport,
                        eventLoops,
                        watch)
                .that(!listeners.isEmpty(), "listeners", "none", "at least one")
                .that(!routes.isEmpty(), "routes", "none", "at least one")
                .that(data.isAbsolute(), "data", data, "an absolute path");
        unique(bounds, "listeners", listeners.stream().map(Listener::name), new HashSet<>());
        unique(bounds, "upstreams", upstreams.stream().map(Upstream::name), upstreamNames);
        unique(bounds, "rollouts", rollouts.stream().map(RolloutSpec::name), rolloutNames);
        unique(bounds, "routes", routes.stream().map(RouteRule::name), new HashSet<>());
        for (RolloutSpec rollout : rollouts) {
            bounds.that(upstreamNames.contains(rollout.baseline()), "baseline", rollout.baseline(), "an upstream");
            bounds.that(upstreamNames.contains(rollout.canary()), "canary", rollout.canary(), "an upstream");
        }
        for (RouteRule route : routes) {
            String upstream = route.upstream();
            String rollout = route.rollout();
            bounds.that(
                    upstream == null || upstreamNames.contains(upstream),
                    "upstream",
                    upstream + " of route " + route.name(),
                    "an upstream");
            bounds.that(
                    rollout == null || rolloutNames.contains(rollout),
                    "rollout",
                    rollout + " of route " + route.name(),
                    "a rollout");
        }
        bounds.keep();
    }

    /** Whether the second of two sockets could not be bound; a wildcard address includes every other. */
    static boolean collide(InetSocketAddress one, InetSocketAddress other) {
        boolean overlap = one.getAddress().equals(other.getAddress())
                || one.getAddress().isAnyLocalAddress()
                || other.getAddress().isAnyLocalAddress();
        return one.getPort() != 0 && one.getPort() == other.getPort() && overlap;
    }

    private static void unique(Bounds bounds, String component, Stream<String> names, Set<String> seen) {
        names.forEach(name -> bounds.that(seen.add(name), component, name, "each name once"));
    }

    /** Which kernel interface carries the sockets; AUTO takes the first that works of io_uring, epoll, NIO. */
    public enum Transport {
        AUTO,
        IO_URING,
        EPOLL,
        NIO
    }
}
