package io.crossfade.config;

import io.crossfade.config.Upstream.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the whole file, in the order in which its parts refer to each other. */
final class ConfigReader {

    private static final Shape<Config> ROOT = Shape.of(Config.class);
    private static final Shape<Listener> LISTENER = Shape.of(Listener.class);
    private static final Shape<Upstream> UPSTREAM = Shape.of(Upstream.class);

    /** A stand-in that cannot be taken for a second socket on the same port. */
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final Endpoint ANY_ENDPOINT = new Endpoint("127.0.0.1", 1);

    private final Path folder;
    private final Names listenerNames = new Names("listener");
    private final Names upstreamNames = new Names("upstream");
    private final Names rolloutNames = new Names("rollout");
    private final Map<Integer, List<InetSocketAddress>> bound = new HashMap<>();

    /** @param folder where relative paths start */
    ConfigReader(Path folder) {
        this.folder = folder;
    }

    /** Empty when the parts do not make a configuration; every reason is then among the problems. */
    Optional<Config> read(Field whole) {
        Section root = whole.section();
        ROOT.constants(root, Map.of());
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("listeners", listeners(ROOT.ask(root, "listeners")));
        given.put("admin", admin(root.section("admin")));
        given.put("upstreams", upstreams(ROOT.ask(root, "upstreams")));
        given.put("rollouts", new RolloutReader(upstreamNames, rolloutNames).read(root.optional("rollouts")));
        Limits limits = Shape.of(Limits.class).read(root.section("limits")).orElseGet(Limits::defaults);
        given.put("limits", limits);
        given.put("routes", new RouteReader(upstreamNames, rolloutNames, limits).read(ROOT.ask(root, "routes")));
        given.put("data", root.optional("data").read(Format.of("a path", this::path), folder.resolve("data")));
        Map<String, Object> values = ROOT.values(root, given, Map.of());
        root.build(() -> {
            ROOT.check(values).keep();
            return values;
        });
        return whole.problems().none() ? Optional.of(ROOT.make(values)) : Optional.empty();
    }

    private List<Listener> listeners(Field list) {
        List<Listener> listeners = new ArrayList<>();
        for (Field item : list.atLeastOne()) {
            Section section = item.section();
            Map<String, Object> given = new LinkedHashMap<>();
            given.put("name", listenerNames.declare(LISTENER.ask(section, "name")));
            given.put("address", address(LISTENER.ask(section, "address"), ANY_PORT));
            LISTENER.read(section, given).ifPresent(listeners::add);
        }
        return listeners;
    }

    private Admin admin(Section section) {
        Field address = section.optional("address");
        InetSocketAddress standard = Admin.defaults().address();
        return Shape.of(Admin.class)
                .read(section, Map.of("address", address(address, address.present() ? ANY_PORT : standard)))
                .orElseGet(Admin::defaults);
    }

    private InetSocketAddress address(Field field, InetSocketAddress fallback) {
        InetSocketAddress address = field.read(Addresses.SOCKET, fallback);
        List<InetSocketAddress> samePort = bound.computeIfAbsent(address.getPort(), port -> new ArrayList<>());
        if (samePort.stream().anyMatch(other -> Config.collide(address, other))) {
            field.problem(Addresses.show(address) + " is taken by another listener (expected: another port)");
        }
        if (address.getPort() != 0) {
            samePort.add(address);
        }
        return address;
    }

    private List<Upstream> upstreams(Field list) {
        List<Upstream> upstreams = new ArrayList<>();
        for (Field item : list.atLeastOne()) {
            Section section = item.section();
            Map<String, Object> given = new LinkedHashMap<>();
            given.put("name", upstreamNames.declare(UPSTREAM.ask(section, "name")));
            given.put("endpoints", endpoints(UPSTREAM.ask(section, "endpoints")));
            UPSTREAM.read(section, given).ifPresent(upstreams::add);
        }
        return upstreams;
    }

    private static List<Endpoint> endpoints(Field list) {
        List<Endpoint> endpoints = list.atLeastOne().stream()
                .map(item -> item.read(Addresses.ENDPOINT, ANY_ENDPOINT))
                .toList();
        return endpoints.isEmpty() ? List.of(ANY_ENDPOINT) : endpoints;
    }

    private Parsed<Path> path(String text) {
        try {
            return Parsed.of(folder.resolve(text).normalize());
        } catch (InvalidPathException e) {
            return Parsed.wrong(Problem.shown(text) + " is no path: " + e.getReason());
        }
    }
}
