package io.crossfade.snapshot;

import java.util.HashMap;
import java.util.Map;

/**
 * Holds the snapshot in force: one volatile read for the data plane, replaced whole. Weights are the control thread's, everything else
 * is the reloading thread's; neither takes back what the other did.
 */
public final class Snapshots {
    private final Map<Integer, Integer> weights = new HashMap<>();
    private volatile Snapshot current;

    public Snapshots(Snapshot first) {
        current = first;
    }

    public Snapshot current() {
        return current;
    }

    /**
     * Puts a weight in force for the next request of every event loop, and for a rollout that the snapshot does not name yet or any
     * more, as soon as one does. Only the control thread calls it.
     */
    public synchronized void weight(int rollout, int weight) {
        weights.put(rollout, weight);
        current = current.withWeight(rollout, weight);
    }

    /** The weight of the configuration that is published next; the present one keeps its own. Only the control thread calls it. */
    public synchronized void weightOfNext(int rollout, int weight) {
        weights.put(rollout, weight);
    }

    /** Puts another configuration in force, at the weights that are. Any thread, one at a time. */
    public synchronized void publish(Snapshot next) {
        current = next.withWeights(weights);
    }
}
