package io.crossfade.config;

import io.crossfade.config.Config.Transport;
import io.crossfade.config.Listener.UnderscoreNames;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the whole file, in the order in which its parts refer to each other. */
final class ConfigReader {

    private static final Words<Integer> VERSION = Words.of("1", 1);
    private static final Words<Transport> TRANSPORT = Words.of("auto", Transport.AUTO)
            .or("io_uring", Transport.IO_URING)
            .or("epoll", Transport.EPOLL)
            .or("nio", Transport.NIO);
    private static final Words<UnderscoreNames> UNDERSCORE_NAMES = Words.of("drop", UnderscoreNames.DROP)
            .or("reject", UnderscoreNames.REJECT)
            .or("allow", UnderscoreNames.ALLOW);

    /** A stand-in that cannot be taken for a second socket on the same port. */
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final Cidr ANY_RANGE = new Cidr(InetAddress.getLoopbackAddress(), 8);

    private final Path folder;
    private final Names listenerNames = new Names("listener");
    private final Names upstreamNames = new Names("upstream");
    private final Names rolloutNames = new Names("rollout");
    private final List<InetSocketAddress> bound = new ArrayList<>();

    /** @param folder where relative paths start */
    ConfigReader(Path folder) {
        this.folder = folder;
    }

    /** Empty when the parts do not make a configuration; every reason is then among the problems. */
    Optional<Config> read(Field whole) {
        Section root = whole.section();
        root.required("version", "version: 1").read(VERSION, 1);
        List<Listener> listeners = listeners(root.required("listeners", "a list of at least one listener"));
        Admin admin = admin(root.section("admin"));
        List<Upstream> upstreams = upstreams(root.required("upstreams", "a list of at least one upstream"));
        List<RolloutSpec> rollouts = new RolloutReader(upstreamNames, rolloutNames).read(root.optional("rollouts"));
        Limits limits = LimitsReader.limits(root.section("limits"));
        List<RouteRule> routes = new RouteReader(upstreamNames, rolloutNames, limits)
                .read(root.required("routes", "a list of at least one route"));
        ControlSettings control = LimitsReader.control(root.section("control"));
        Path data = root.optional("data").read(Format.of("a path", this::path), folder.resolve("data"));
        Transport transport = root.read("transport", TRANSPORT, Transport.AUTO);
        boolean watch = root.optional("watch").flag(false);
        int eventLoops = root.build(() -> Config.eventLoopsWithin(root.count("eventLoops", 0)))
                .orElse(0);
        return whole.problems().none()
                ? Optional.of(new Config(
                        listeners,
                        admin,
                        data,
                        upstreams,
                        routes,
                        rollouts,
                        limits,
                        control,
                        transport,
                        eventLoops,
                        watch))
                : Optional.empty();
    }

    private List<Listener> listeners(Field list) {
        List<Listener> listeners = new ArrayList<>();
        for (Field item : list.atLeastOne()) {
            Section section = item.section();
            section.unsupported("tls", "proxyProtocol", "protocols");
            section.build(() -> new Listener(
                            listenerNames.declare(section.required("name", "a name")),
                            address(section.required("address", Addresses.SOCKET.expected()), ANY_PORT),
                            ranges(section.optional("trustedPeers")),
                            section.read("underscoreNames", UNDERSCORE_NAMES, UnderscoreNames.DROP)))
                    .ifPresent(listeners::add);
        }
        return listeners;
    }

    private static List<Cidr> ranges(Field list) {
        List<Cidr> ranges = new ArrayList<>();
        for (Field item : list.items()) {
            ranges.add(item.read(Addresses.CIDR, ANY_RANGE));
        }
        return ranges;
    }

    private Admin admin(Section section) {
        section.unsupported("tls", "tokens", "roles");
        Field address = section.optional("address");
        Admin defaults = Admin.defaults();
        return section.build(() -> new Admin(
                        address(address, address.present() ? ANY_PORT : defaults.address()),
                        section.count("maxConnections", defaults.maxConnections()),
                        section.duration("idleTimeout", defaults.idleTimeout()),
                        section.bytes("body", defaults.body()),
                        section.count("maxPipelined", defaults.maxPipelined()),
                        section.count("maxEventStreams", defaults.maxEventStreams()),
                        section.count("maxIdempotencyKeys", defaults.maxIdempotencyKeys())))
                .orElse(defaults);
    }

    private InetSocketAddress address(Field field, InetSocketAddress fallback) {
        InetSocketAddress address = field.read(Addresses.SOCKET, fallback);
        if (bound.stream().anyMatch(other -> Config.collide(address, other))) {
            field.problem(Addresses.show(address) + " is taken by another listener (expected: another port)");
        }
        bound.add(address);
        return address;
    }

    private List<Upstream> upstreams(Field list) {
        List<Upstream> upstreams = new ArrayList<>();
        for (Field item : list.atLeastOne()) {
            UpstreamReader.read(item.section(), upstreamNames).ifPresent(upstreams::add);
        }
        return upstreams;
    }

    private Parsed<Path> path(String text) {
        try {
            return Parsed.of(folder.resolve(text).normalize());
        } catch (InvalidPathException e) {
            return Parsed.wrong(Problem.shown(text) + " is no path: " + e.getReason());
        }
    }
}
