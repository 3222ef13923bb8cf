package io.crossfade.admin.demo;

import io.crossfade.runtime.ServerApi;
import io.crossfade.runtime.ServerApi.VariantStats;
import java.util.ArrayDeque;
import java.util.Deque;

/** What one variant did in the last second, out of the server's own counters. */
final class Traffic {
    private static final int SAMPLES = 5;

    private final ServerApi server;
    private final String rollout;
    private final String variant;
    private final Deque<Sample> samples = new ArrayDeque<>();

    Traffic(ServerApi server, String rollout, String variant) {
        this.server = server;
        this.rollout = rollout;
        this.variant = variant;
    }

    private record Sample(long nanos, VariantStats stats) {}

    /** perSecond requests; errors a ratio 0..1; quantiles in milliseconds, NaN without requests. */
    record Reading(double perSecond, double errors, double p50, double p99) {}

    /** Called four times a second. */
    Reading read() {
        samples.addLast(new Sample(System.nanoTime(), server.stats(rollout, variant)));
        if (samples.size() > SAMPLES) {
            samples.removeFirst();
        }
        Sample then = samples.getFirst();
        Sample now = samples.getLast();
        double seconds = (now.nanos - then.nanos) / 1e9;
        long requests = now.stats.requests() - then.stats.requests();
        long failures = now.stats.failures() - then.stats.failures();
        return new Reading(
                seconds > 0 ? requests / seconds : 0,
                requests > 0 ? (double) failures / requests : 0,
                quantile(then.stats, now.stats, 0.5),
                quantile(then.stats, now.stats, 0.99));
    }

    private static double quantile(VariantStats then, VariantStats now, double q) {
        long[] counts = now.latencyCounts().clone();
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] -= i < then.latencyCounts().length ? then.latencyCounts()[i] : 0;
            all += counts[i];
        }
        long rank = (long) Math.ceil(q * all);
        for (int i = 0; i < counts.length; i++) {
            rank -= counts[i];
            if (all > 0 && rank <= 0) {
                return now.upperNanos()[i] / 1e6;
            }
        }
        return Double.NaN;
    }
}
