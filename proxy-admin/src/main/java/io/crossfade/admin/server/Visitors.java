package io.crossfade.admin.server;

import io.crossfade.config.Admin;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of the admin listener. Owned by the admin loop.
 *
 * <p>When all places are taken, one gives way to the one that comes: of the address that has most of them the connection that has kept the
 * server waiting for the longest time. So clients that send slowly or nothing keep nobody out, and an address that opens many
 * connections keeps out itself. Those that are being answered stay: streams of events may take half of the
 * places, calls that wait for each other {@link AdminServer#MOST_WAITING}, and operations are answered within ten seconds.
 */
final class Visitors {
    private final Supplier<Admin> bounds;
    private final LongSupplier clock;
    private final Consumer<String> refused;

    /** Those that the server waits for, in the order in which they began to keep it waiting. */
    private final Set<Visit> waiting = new LinkedHashSet<>();

    private final Set<Visit> open = new HashSet<>();

    /** How many of them each address has. */
    private final Map<String, Integer> byAddress = new HashMap<>();

    /**
     * @param clock nanoseconds
     * @param refused is told in a word why a connection was ended or not taken
     */
    Visitors(Supplier<Admin> bounds, LongSupplier clock, Consumer<String> refused) {
        this.bounds = bounds;
        this.clock = clock;
        this.refused = refused;
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
                refused.accept("no-place");
                return false;
            }
            refused.accept("gave-way");
            longest.giveWay();
        }
        open.add(visit);
        byAddress.merge(visit.address(), 1, Integer::sum);
        return true;
    }

    /** Of the address that has most connections, among those that can give way. */
    private @Nullable Visit longestWaiting() {
        Visit longest = null;
        int most = 0;
        for (Visit each : waiting) {
            int ofThisAddress = byAddress.getOrDefault(each.address(), 0);
            if (ofThisAddress > most) {
                most = ofThisAddress;
                longest = each;
            }
        }
        return longest;
    }

    /** One ended because its time was over. */
    void timedOut() {
        refused.accept("timeout");
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
        if (open.remove(visit)) {
            byAddress.computeIfPresent(visit.address(), (address, count) -> count == 1 ? null : count - 1);
        }
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
