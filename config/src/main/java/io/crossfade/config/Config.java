package io.crossfade.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One whole configuration, validated: every name it mentions exists, every number is inside its bounds.
 *
 * @param data folder of the journal, absolute
 * @param eventLoops number of event loops, 0 for one per available core
 * @param watch whether the server looks after its file and takes over what changes in it
 */
public record Config(
        List<Listener> listeners,
        Admin admin,
        Path data,
        List<Upstream> upstreams,
        List<RouteRule> routes,
        List<RolloutSpec> rollouts,
        Limits limits,
        ControlSettings control,
        Transport transport,
        int eventLoops,
        boolean watch) {

    private static final int MOST_EVENT_LOOPS = 1024;

    public Config {
        listeners = List.copyOf(listeners);
        upstreams = List.copyOf(upstreams);
        routes = List.copyOf(routes);
        rollouts = List.copyOf(rollouts);
        eventLoopsWithin(eventLoops);
        Set<String> upstreamNames = new HashSet<>();
        Set<String> rolloutNames = new HashSet<>();
        Bounds bounds = Bounds.check()
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

    static int eventLoopsWithin(int eventLoops) {
        Bounds.check().count("eventLoops", eventLoops, 0, MOST_EVENT_LOOPS).keep();
        return eventLoops;
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
