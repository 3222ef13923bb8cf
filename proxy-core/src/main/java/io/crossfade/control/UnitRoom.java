package io.crossfade.control;

import java.util.Collection;
import java.util.Comparator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what all rollouts together know of units within {@link #MOST_BYTES}: beyond it the fullest forgets its units and begins its
 * evidence anew. Owned by the control thread.
 */
final class UnitRoom {
    /** A fifth of the heap that a server has. */
    static final long MOST_BYTES = 96L << 20;

    /** What the tables may grow by before the next look at them. */
    private static final long RESERVE = 4L << 20;

    private static final Logger log = LoggerFactory.getLogger(UnitRoom.class);

    private final long most;

    UnitRoom() {
        this(MOST_BYTES);
    }

    /** @param most bytes, all tables together */
    UnitRoom(long most) {
        this.most = most;
    }

    void keep(Collection<Watch> watches, long now) {
        long taken = taken(watches);
        while (taken > most - RESERVE) {
            Watch fullest = watches.stream()
                    .max(Comparator.comparingLong(Watch::unitBytes))
                    .orElseThrow();
            long before = fullest.unitBytes();
            fullest.forgetUnits(now);
            log.info(
                    "{}: evidence begins anew, the tables of units are at their bound of {} MiB",
                    fullest.name(),
                    most >> 20);
            long freed = before - fullest.unitBytes();
            if (freed <= 0) {
                return; // so many rollouts that what is left is their empty tables
            }
            taken -= freed;
        }
    }

    /** Bytes of all tables, about. */
    static long taken(Collection<Watch> watches) {
        long taken = 0;
        for (Watch watch : watches) {
            taken += watch.unitBytes();
        }
        return taken;
    }
}
