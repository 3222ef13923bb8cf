package io.crossfade.admin.server;

import io.crossfade.config.RolloutSpec;
import io.crossfade.runtime.ServerApi;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The share of requests that the canary really answered in the last ten seconds; owned by the admin loop. */
final class ObservedWeights {
    private static final int SECONDS = 10;

    private final ServerApi server;
    private final Map<String, Deque<Sample>> samples = new HashMap<>();

    ObservedWeights(ServerApi server) {
        this.server = server;
    }

    private record Sample(long baseline, long canary) {}

    /** Looks at the counters; called once per second. */
    void tick() {
        for (RolloutSpec rollout : server.config().rollouts()) {
            Deque<Sample> window = samples.computeIfAbsent(rollout.name(), name -> new ArrayDeque<>());
            window.addLast(sample(rollout.name()));
            if (window.size() > SECONDS) {
                window.removeFirst();
            }
        }
    }

    /** 0..1; null without traffic. */
    @Nullable
    Double of(String rollout) {
        Deque<Sample> window = samples.get(rollout);
        if (window == null || window.isEmpty()) {
            return null;
        }
        Sample then = window.getFirst();
        Sample now = sample(rollout);
        long canary = now.canary - then.canary;
        long all = canary + now.baseline - then.baseline;
        return all <= 0 ? null : (double) canary / all;
    }

    private Sample sample(String rollout) {
        return new Sample(
                server.stats(rollout, "baseline").requests(),
                server.stats(rollout, "canary").requests());
    }
}
