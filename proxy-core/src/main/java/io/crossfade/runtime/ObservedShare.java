package io.crossfade.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** The canary's share of recent requests, recent being the time since the reading before the last five seconds. */
final class ObservedShare {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The counters at an instant; "since" is where the current window began, "next" where the one after it will. */
    private record Window(long sinceNanos, long canary, long baseline, double last) {}

    private final ToLongFunction<String> canary;
    private final ToLongFunction<String> baseline;
    private final Map<String, Window> windows = new HashMap<>();

    ObservedShare(ToLongFunction<String> canary, ToLongFunction<String> baseline) {
        this.canary = canary;
        this.baseline = baseline;
    }

    /** A ratio 0..1, NaN while there is no request to tell it by. */
    synchronized double ratio(String rollout) {
        long now = System.nanoTime();
        long c = canary.applyAsLong(rollout);
        long b = baseline.applyAsLong(rollout);
        Window window = windows.computeIfAbsent(rollout, name -> new Window(now, 0, 0, Double.NaN));
        long canaries = c - window.canary();
        long all = canaries + b - window.baseline();
        double ratio = all == 0 ? window.last() : (double) canaries / all;
        if (now - window.sinceNanos() >= WINDOW_NANOS) {
            windows.put(rollout, new Window(now, c, b, ratio));
        }
        return ratio;
    }
}
