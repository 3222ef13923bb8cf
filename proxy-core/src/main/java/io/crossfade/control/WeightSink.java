package io.crossfade.control;

/** Where weights leave the control thread. */
public interface WeightSink {
    /**
     * Puts a weight in force: the next request of every event loop sees it. Called by the control thread.
     *
     * @param rollout number of the rollout in the order of the configuration
     * @param weight canary share in buckets, 0..100,000
     * @param recall whether requests under way at the canary go to the baseline too, as far as they may be asked again
     */
    void weight(int rollout, int weight, boolean recall);

    /** The same for the configuration that is put in force next; until then the present one keeps its weight. */
    default void weightOfNext(int rollout, int weight) {
        weight(rollout, weight, false);
    }
}
