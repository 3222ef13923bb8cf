package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What other threads may read of the control thread, which alone publishes it: what has changed at once, and all of it anew every second, a few
 * rollouts in each look.
 */
final class StatusBoard {
    /** Rollouts whose statuses are made anew in one look; one takes some 30 microseconds. */
    private static final int FEW = 16;

    private final Supplier<Ledger> ledger;
    private final RolloutFeed feed;
    private volatile Map<String, RolloutStatus> statuses = Map.of();
    private volatile ControlApi.Health health;

    // Of the control thread.
    private Collection<Watch> shown = List.of();
    private final Set<Watch> changed = new LinkedHashSet<>();
    private final Deque<Watch> aged = new ArrayDeque<>();
    private boolean healthChanged = true;

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

    /** Shows these and no others from now on, each as it is now. */
    void show(Collection<Watch> watches, long now) {
        showSoon(watches);
        aged.clear();
        publish(Set.copyOf(watches), now);
    }

    /** Shows these and no others from now on; how each is now follows in the next looks. */
    void showSoon(Collection<Watch> watches) {
        shown = watches;
        changed.clear();
        aged.clear();
        aged.addAll(watches);
        healthChanged = true;
    }

    /** Something of this rollout is to be published before the control thread rests. */
    void changed(Watch watch) {
        changed.add(watch);
    }

    /** How the ledger stands is to be published before the control thread rests. */
    void healthChanged() {
        healthChanged = true;
    }

    /** All of these are to be published anew when there is time for it. */
    void age(Collection<Watch> watches) {
        if (aged.isEmpty()) {
            aged.addAll(watches);
        }
        healthChanged = true;
    }

    /** Whether there are statuses to be made anew. */
    boolean isBehind() {
        return !aged.isEmpty();
    }

    void publish(Watch watch, long now) {
        publish(Set.of(watch), now);
    }

    /** What has changed, and some of what is old. */
    void publishSome(long now) {
        for (int i = changed.size(); i < FEW && !aged.isEmpty(); i++) {
            changed.add(aged.removeFirst());
        }
        if (!changed.isEmpty()) {
            publish(changed, now);
            changed.clear();
        } else if (healthChanged) {
            publish(Set.of(), now);
        }
    }

    private void publish(Set<Watch> anew, long now) {
        Ledger.Standing standing = ledger.get().standing(now);
        String trouble = standing.readable() ? "" : standing.problem();
        Map<String, RolloutStatus> fresh = new LinkedHashMap<>();
        for (Watch watch : shown) {
            RolloutStatus status = anew.contains(watch) ? watch.status(now, trouble) : statuses.get(watch.name());
            if (status != null) {
                fresh.put(watch.name(), status);
            }
        }
        statuses = Collections.unmodifiableMap(fresh);
        health = health(standing);
        healthChanged = false;
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
