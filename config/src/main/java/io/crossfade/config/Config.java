package io.crossfade.config;

import java.nio.file.Path;
import java.util.List;

/**
 * One whole configuration, validated: every name it mentions exists, every number is inside its bounds.
 *
 * @param data folder of the journal, absolute
 * @param eventLoops number of event loops, 0 for one per available core
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
        int eventLoops) {

    /** Which kernel interface carries the sockets; AUTO takes the first that works of io_uring, epoll, NIO. */
    public enum Transport {
        AUTO,
        IO_URING,
        EPOLL,
        NIO
    }
}
