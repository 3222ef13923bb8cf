package io.crossfade.snapshot;

/** Holds the snapshot in force: one volatile read for the data plane, replaced whole by the control thread. */
public final class Snapshots {
    private volatile Snapshot current;

    public Snapshots(Snapshot first) {
        current = first;
    }

    public Snapshot current() {
        return current;
    }

    /** Puts a weight in force for the next request of every event loop; only the control thread calls it. */
    public void weight(int rollout, int weight) {
        current = current.withWeight(rollout, weight);
    }
}
