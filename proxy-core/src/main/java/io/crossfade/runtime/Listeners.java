package io.crossfade.runtime;

import io.crossfade.client.ListenerFacts;
import io.crossfade.config.Limits;
import io.crossfade.config.Listener;
import io.crossfade.http.RequestScanner;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The listening sockets. A change binds what is new, accepts nothing there yet, and is then committed or abandoned; a socket whose address
 * stays is not touched. One thread at a time but for {@link #bound}.
 */
final class Listeners {
    /** One listening socket, and what the connections that it accepts from now on must know. */
    static final class Door {
        private final InetSocketAddress address;
        private volatile Listener listener;
        private volatile ListenerFacts facts;
        private volatile Limits limits;

        @SuppressWarnings("NullAway.Init") // set when the door is bound, before anybody sees it
        private volatile Channel channel;

        private Door(Listener listener, ListenerFacts facts, Limits limits) {
            this.address = listener.address();
            this.listener = listener;
            this.facts = facts;
            this.limits = limits;
        }

        ListenerFacts facts() {
            return facts;
        }

        Limits limits() {
            return limits;
        }
    }

    private final AtomicInteger connections;
    private final Function<Door, ServerBootstrap> bootstraps;
    private volatile List<Door> doors = List.of();

    /** @param connections of all listeners together */
    Listeners(AtomicInteger connections, Function<Door, ServerBootstrap> bootstraps) {
        this.connections = connections;
        this.bootstraps = bootstraps;
    }

    /** Name of each open listener and the address really bound; any thread. */
    Map<String, InetSocketAddress> bound() {
        Map<String, InetSocketAddress> bound = new LinkedHashMap<>();
        for (Door door : doors) {
            bound.put(door.listener.name(), (InetSocketAddress) door.channel.localAddress());
        }
        return bound;
    }

    /**
     * Binds what is new of these listeners; the others are as they were.
     *
     * @throws IOException with the address in its message, when one cannot be bound; nothing has changed then
     */
    Change prepare(List<Listener> wanted, Limits limits) throws IOException {
        Change change = new Change(limits);
        try {
            for (Listener listener : wanted) {
                change.want(listener);
            }
        } catch (IOException | RuntimeException e) {
            change.abandon();
            throw e;
        }
        return change;
    }

    /** Stops accepting. */
    void close() {
        for (Door door : doors) {
            door.channel.close().awaitUninterruptibly();
        }
    }

    private ListenerFacts facts(Listener listener, Limits limits) {
        return new ListenerFacts(
                listener.trustedPeers(),
                RequestScanner.UnderscoreNames.valueOf(
                        listener.underscoreNames().name()),
                connections,
                limits.maxConnections());
    }

    private Channel bind(Door door) throws IOException {
        ChannelFuture binding = bootstraps
                .apply(door)
                .option(ChannelOption.AUTO_READ, false) // connections wait in the kernel until the change is committed
                .bind(door.address)
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(
                    "listener " + door.listener.name() + " cannot be bound to "
                            + NetUtil.toSocketAddressString(door.address) + ": "
                            + binding.cause().getMessage()
                            + " (expected: an address of this machine whose port is free and allowed)",
                    binding.cause());
        }
        return binding.channel();
    }

    /** The way from the open listeners to others. */
    final class Change {
        private final Limits limits;
        private final List<Door> next = new ArrayList<>();
        private final List<Door> opened = new ArrayList<>();
        private final List<Listener> wanted = new ArrayList<>();

        private Change(Limits limits) {
            this.limits = limits;
        }

        private void want(Listener listener) throws IOException {
            Door door = open(listener);
            if (door == null) {
                door = new Door(listener, facts(listener, limits), limits);
                door.channel = bind(door);
                opened.add(door);
            }
            next.add(door);
            wanted.add(listener);
        }

        /** The socket that is open at the listener's address; port 0 is another port for each name. */
        private @Nullable Door open(Listener listener) {
            for (Door door : doors) {
                boolean same = door.address.equals(listener.address())
                        && (door.address.getPort() != 0 || door.listener.name().equals(listener.name()));
                if (same) {
                    return door;
                }
            }
            return null;
        }

        /** Closes again what was bound. */
        void abandon() {
            opened.forEach(door -> door.channel.close().awaitUninterruptibly());
        }

        /**
         * New listeners accept, those that are not wanted any more are closed.
         *
         * @param changed told of facts whose connections are to end with their next answer
         * @param closed told of facts whose connections are to end, at once when they are idle
         */
        void commit(Consumer<ListenerFacts> changed, Consumer<ListenerFacts> closed) {
            List<Door> before = doors;
            for (int i = 0; i < next.size(); i++) {
                renew(next.get(i), wanted.get(i), changed);
            }
            doors = List.copyOf(next);
            opened.forEach(door -> door.channel.config().setAutoRead(true));
            for (Door door : before) {
                if (!next.contains(door)) {
                    door.channel.close().awaitUninterruptibly();
                    closed.accept(door.facts);
                }
            }
        }

        private void renew(Door door, Listener listener, Consumer<ListenerFacts> changed) {
            ListenerFacts old = door.facts;
            boolean sameForConnections = door.listener.trustedPeers().equals(listener.trustedPeers())
                    && door.listener.underscoreNames() == listener.underscoreNames();
            door.listener = listener;
            door.limits = limits;
            door.facts = facts(listener, limits);
            if (!sameForConnections) {
                changed.accept(old);
            }
        }
    }
}
