package io.crossfade.client;

import io.crossfade.config.Cidr;
import io.crossfade.http.RequestScanner;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What a connection must know of the listener that accepted it; shared by all event loops. */
public final class ListenerFacts {
    private final List<Cidr> trustedPeers;
    private final RequestScanner.UnderscoreNames underscoreNames;
    private final AtomicInteger connections;
    private final int maxConnections;
    private volatile boolean ending;

    /** The count of connections is one for all listeners of a server. */
    public ListenerFacts(
            List<Cidr> trustedPeers,
            RequestScanner.UnderscoreNames underscoreNames,
            AtomicInteger connections,
            int maxConnections) {
        this.trustedPeers = List.copyOf(trustedPeers);
        this.underscoreNames = underscoreNames;
        this.connections = connections;
        this.maxConnections = maxConnections;
    }

    /** Each connection that has these facts ends with its next answer. From any thread. */
    public void end() {
        ending = true;
    }

    boolean isEnding() {
        return ending;
    }

    boolean trusts(InetAddress peer) {
        for (Cidr range : trustedPeers) {
            if (range.contains(peer)) {
                return true;
            }
        }
        return false;
    }

    RequestScanner.UnderscoreNames underscoreNames() {
        return underscoreNames;
    }

    /** Whether one more connection may be served; each admitted one must be released. */
    boolean admit() {
        if (connections.incrementAndGet() <= maxConnections) {
            return true;
        }
        connections.decrementAndGet();
        return false;
    }

    void release() {
        connections.decrementAndGet();
    }
}
