package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What other threads may read of the control thread, which alone publishes it. */
final class StatusBoard {
    private final Supplier<Ledger> ledger;
    private final RolloutFeed feed;
    private volatile Map<String, RolloutStatus> statuses = Map.of();
    private volatile ControlApi.Health health;

    // Of the control thread.
    private Collection<Watch> shown = List.of();
    private boolean changed = true;

    StatusBoard(Supplier<Ledger> ledger, RolloutFeed feed) {
        this.ledger = ledger;
        this.feed = feed;
        this.health = health(ledger.get().standing(0));
    }

    List<RolloutStatus> statuses() {
        return List.copyOf(statuses.values());
    }

    Optional<RolloutStatus> status(String rollout) {
        return Optional.ofNullable(statuses.get(rollout));
    }

    ControlApi.Health health() {
        return health;
    }

    void show(Collection<Watch> watches) {
        shown = watches;
        changed = true;
    }

    /** Something is to be published before the control thread rests. */
    void changed() {
        changed = true;
    }

    boolean stale() {
        return changed;
    }

    void publish(long now) {
        changed = false;
        Ledger.Standing standing = ledger.get().standing(now);
        String trouble = standing.readable() ? "" : standing.problem();
        Map<String, RolloutStatus> fresh = new LinkedHashMap<>();
        for (Watch watch : shown) {
            fresh.put(watch.name(), watch.status(now, trouble));
        }
        statuses = Collections.unmodifiableMap(fresh);
        health = health(standing);
    }

    /** The control thread ends by a bug of ours; statuses stay as they were. */
    void ended(String why) {
        Ledger.Standing standing = ledger.get().standing(0);
        health = new ControlApi.Health(standing.readable(), false, standing.pendingEvents(), feed.dropped(), why);
    }

    private ControlApi.Health health(Ledger.Standing standing) {
        return new ControlApi.Health(
                standing.readable(), standing.writable(), standing.pendingEvents(), feed.dropped(), standing.problem());
    }
}
