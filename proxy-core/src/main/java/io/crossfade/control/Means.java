package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import java.util.function.Supplier;

/** What a rollout is driven with, the same for all of them; owned by the control thread. */
record Means(
        RolloutFeed feed,
        WeightSink sink,
        Supplier<Ledger> current,
        Timeline timeline,
        RecentEvents recent,
        RecentReports reports,
        StatusBoard board) {

    /** The one in use: another takes its place when a damaged one is accepted. */
    Ledger ledger() {
        return current.get();
    }
}
