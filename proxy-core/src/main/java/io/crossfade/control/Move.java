package io.crossfade.control;

import io.crossfade.rollout.Event;
import io.crossfade.rollout.Mode;
import io.crossfade.rollout.RolloutState;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of a decision with the order in which they act and become durable.
 *
 * @param events happen together or not at all
 * @param weight canary share in force afterwards, in buckets
 * @param recall whether requests under way at the canary go to the baseline too
 * @param persistFirst whether it acts when it is durable; else it acts and then becomes durable
 */
record Move(String rollout, List<Event> events, int weight, boolean recall, boolean persistFirst) {
    Move {
        events = List.copyOf(events);
    }

    /** Towards the canary is persisted first; everything else acts first. */
    static Move of(String rollout, RolloutState before, List<Event> events) {
        boolean towardsCanary = events.stream().anyMatch(event -> event.towardsCanary(before));
        return new Move(rollout, events, after(before, events).weight(), recalls(events), towardsCanary);
    }

    /**
     * A move that acts at once while this one is not durable: this one becomes history without ever acting, and that one
     * leaves the weight where it is or nearer to the baseline.
     *
     * @param inForce the state without this move
     * @param events not towards the canary, decided on that state
     */
    Move overtakenBy(RolloutState inForce, List<Event> events, long nowMillis) {
        RolloutState promised = after(inForce, this.events);
        List<Event> all = new ArrayList<>(events);
        boolean moved = promised.weight() > inForce.weight() || promised.step() != inForce.step();
        if (moved && !leaves(events)) {
            int behindRequest = events.get(0) instanceof Event.Requested ? 1 : 0;
            all.add(behindRequest, back(inForce, nowMillis));
        }
        return new Move(rollout, all, after(promised, all).weight(), recalls(all), false);
    }

    RolloutState after(RolloutState before) {
        return after(before, events);
    }

    /** Whether all users leave the canary by these events. */
    static boolean leaves(List<Event> events) {
        return events.stream()
                .anyMatch(event -> event instanceof Event.RolledBack
                        || event instanceof Event.Aborted
                        || event instanceof Event.Replaced
                        || event instanceof Event.Removed);
    }

    /**
     * Whether it is the news of another configuration, with which its weight comes into force: until then the users of a rollout
     * that is done stay where the present configuration has them.
     */
    boolean comesWithConfiguration() {
        return events.stream().anyMatch(event -> event instanceof Event.Replaced || event instanceof Event.Removed)
                && events.stream().noneMatch(event -> event instanceof Event.RolledBack);
    }

    static RolloutState after(RolloutState before, List<Event> events) {
        RolloutState after = before;
        for (Event event : events) {
            after = after.apply(event);
        }
        return after;
    }

    private static Event back(RolloutState inForce, long nowMillis) {
        return inForce.step() < 0
                ? new Event.WeightSet(nowMillis, inForce.weight())
                : new Event.SteppedBack(nowMillis, inForce.step(), inForce.weight());
    }

    private static boolean recalls(List<Event> events) {
        return events.stream()
                .anyMatch(event -> event instanceof Event.RolledBack back && back.mode() == Mode.IMMEDIATE);
    }
}
