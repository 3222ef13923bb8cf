package io.crossfade.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The share of requests that each canary really answered in the last ten seconds. A clock of one tick a second looks at the counters;
 * whoever reads gets the same, and resets nothing. Any thread.
 */
final class ObservedShare {
    /** As many looks as the window has seconds, and the one at its beginning. */
    private static final int LOOKS = 11;

    /**
     * Requests of a rollout so far.
     *
     * @param of which counters were added up: with others the numbers cannot be compared
     */
    record Count(Object of, long baseline, long canary) {}

    private final Supplier<Map<String, Count>> counts;
    private final Map<String, Deque<Count>> looks = new HashMap<>();

    /** @param counts by rollout, as they are now */
    ObservedShare(Supplier<Map<String, Count>> counts) {
        this.counts = counts;
    }

    /** A second has passed. */
    synchronized void tick() {
        Map<String, Count> now = counts.get();
        looks.keySet().retainAll(now.keySet());
        now.forEach((rollout, count) -> {
            Deque<Count> ofRollout = looks.computeIfAbsent(rollout, name -> new ArrayDeque<>());
            if (!ofRollout.isEmpty() && !ofRollout.getLast().of().equals(count.of())) {
                ofRollout.clear();
            }
            ofRollout.addLast(count);
            if (ofRollout.size() > LOOKS) {
                ofRollout.removeFirst();
            }
        });
    }

    /** A ratio 0..1 as of the last tick, NaN without a request to tell it by. */
    synchronized double ratio(String rollout) {
        Deque<Count> ofRollout = looks.get(rollout);
        if (ofRollout == null) {
            return Double.NaN;
        }
        Count then = ofRollout.getFirst();
        Count now = ofRollout.getLast();
        long canary = now.canary() - then.canary();
        long all = canary + now.baseline() - then.baseline();
        return all <= 0 ? Double.NaN : (double) canary / all;
    }
}
