package io.crossfade.upstream;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One endpoint and its idle connections on one event loop; the last used is lent first. Event loop only. */
final class Lane {
    /** Whoever keeps the connections of all lanes within their bounds. */
    interface Keeper {
        /** A call has ended and left its connection in order. */
        void returned(KeptConnection connection, Lane lane);

        /** A connection has ended, idle or not. */
        void gone(KeptConnection connection, Lane lane);

        /** Bytes came that belong to no answer. */
        void strayBytes(KeptConnection connection);
    }

    private final Keeper keeper;
    private final String upstream;
    private final InetSocketAddress address;
    private final ArrayDeque<KeptConnection> idle = new ArrayDeque<>();
    private boolean taking;
    private long sinceNanos;

    Lane(Keeper keeper, String upstream, InetSocketAddress address) {
        this.keeper = keeper;
        this.upstream = upstream;
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Name of the upstream and address of the endpoint, for logs. */
    String endpoint() {
        return upstream + ' ' + address.getAddress().getHostAddress() + ':' + address.getPort();
    }

    /** Since when it takes connections; before that it was never asked, or did not take the last one. */
    long sinceNanos() {
        return sinceNanos;
    }

    void taken(long nowNanos) {
        if (!taking) {
            taking = true;
            sinceNanos = nowNanos;
        }
    }

    void refused() {
        taking = false;
    }

    // ---- what its connections tell

    void returned(KeptConnection connection) {
        keeper.returned(connection, this);
    }

    void gone(KeptConnection connection) {
        keeper.gone(connection, this);
    }

    void strayBytes(KeptConnection connection) {
        keeper.strayBytes(connection);
    }

    // ---- what its keeper does

    void park(KeptConnection connection, long nowNanos) {
        connection.idleSince(nowNanos);
        idle.addLast(connection);
    }

    boolean unpark(KeptConnection connection) {
        return idle.removeLastOccurrence(connection);
    }

    @Nullable
    KeptConnection newest() {
        return idle.pollLast();
    }

    @Nullable
    KeptConnection oldest() {
        return idle.pollFirst();
    }

    /** The oldest when it is idle for longer than so much, else null. */
    @Nullable
    KeptConnection expired(long nowNanos, long expiryNanos) {
        KeptConnection oldest = idle.peekFirst();
        return oldest != null && nowNanos - oldest.idleSinceNanos() > expiryNanos ? idle.pollFirst() : null;
    }
}
