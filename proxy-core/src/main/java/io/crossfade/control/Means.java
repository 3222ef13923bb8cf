package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;

/** What a rollout is driven with, the same for all of them; owned by the control thread. */
record Means(
        RolloutFeed feed,
        WeightSink sink,
        Ledger ledger,
        Timeline timeline,
        RecentEvents recent,
        StatusBoard board,
        Runnable onAttempt) {}
