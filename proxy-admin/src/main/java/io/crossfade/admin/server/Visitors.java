package io.crossfade.admin.server;

import io.crossfade.config.Admin;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of the admin listener. Owned by the admin loop.
 *
 * <p>When all places are taken, the connection that has kept the server waiting for the longest time gives way to the one that comes, so
 * clients that send slowly or nothing keep nobody out. Those that are being answered stay: streams of events may take half of the
 * places, calls that wait for each other {@link AdminServer#MOST_WAITING}, and operations are answered within ten seconds.
 */
final class Visitors {
    private final Supplier<Admin> bounds;
    private final LongSupplier clock;

    /** Those that the server waits for, in the order in which they began to keep it waiting. */
    private final Set<Visit> waiting = new LinkedHashSet<>();

    private final Set<Visit> open = new HashSet<>();

    /** @param clock nanoseconds */
    Visitors(Supplier<Admin> bounds, LongSupplier clock) {
        this.bounds = bounds;
        this.clock = clock;
    }

    Admin bounds() {
        return bounds.get();
    }

    long now() {
        return clock.getAsLong();
    }

    /** Makes room for one more; false when all places belong to connections that are being answered. */
    boolean admit(Visit visit) {
        if (open.size() >= bounds().maxConnections()) {
            Visit longest = longestWaiting();
            if (longest == null) {
                return false;
            }
            longest.giveWay();
        }
        open.add(visit);
        return true;
    }

    private @Nullable Visit longestWaiting() {
        Iterator<Visit> oldest = waiting.iterator();
        return oldest.hasNext() ? oldest.next() : null;
    }

    /** The server waits for this one from now on. */
    void waits(Visit visit) {
        waiting.remove(visit);
        waiting.add(visit);
    }

    void isAnswered(Visit visit) {
        waiting.remove(visit);
    }

    /** It gives its place back. */
    void left(Visit visit) {
        waiting.remove(visit);
        open.remove(visit);
    }

    /** Cuts all of them. */
    void close() {
        List.copyOf(open).forEach(Visit::cut);
    }

    /** Ends those that have kept the server waiting for longer than they may. */
    void sweep() {
        List.copyOf(waiting).forEach(Visit::expire);
    }
}
