package io.crossfade.runtime;

import io.crossfade.config.Config;
import io.crossfade.config.LoadResult;
import io.crossfade.control.ControlApi;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A running server as the admin room sees it; every method may be called from any thread. */
public interface ServerApi extends AutoCloseable {
    /** The configuration in force. */
    Config config();

    /**
     * Puts another configuration in force, whole or not at all; requests in flight keep the one they began with. One at a time: a second
     * caller waits, and its source is read when its turn comes. Takes up to seconds, so not on an event loop.
     *
     * @param origin what the log and the problems call the source, such as the file's name
     * @param file whether the source is the file that the server was started with
     */
    Reload reload(String origin, boolean file, Supplier<LoadResult> source);

    /** What became of the last {@link #reload}. */
    Reload.Status reloadStatus();

    /** Rollouts driven by hand whose weight is not the one of the configuration, in its order. */
    List<Reload.Drift> drift();

    ControlApi control();

    /** Listener name to the address really bound (port 0 in the config is an ephemeral port). */
    Map<String, InetSocketAddress> listeners();

    /** io_uring, epoll or nio, and the number of event loops. */
    String transport();

    /**
     * Which variant a unit key gets on a route, by the same code and the same snapshot as the data plane.
     *
     * @return empty when there is no such route; a route without a rollout has an empty one and variant "none"
     */
    Optional<Assigned> explain(String route, String unit);

    /** Counters since the start, per rollout name and variant ("baseline", "canary"), of the routes that lead there now. */
    VariantStats stats(String rollout, String variant);

    /** The share of requests that the canary answered in the last ten seconds, 0..1; NaN without any. */
    double observedWeight(String rollout);

    List<UpstreamStatus> upstreams();

    /**
     * The admin port has refused something; counted.
     *
     * @param reason one of {@link io.crossfade.observe.Readings#ADMIN_REFUSALS}
     */
    void refused(String reason);

    /** Exports all metrics in the format of the content type, which comes from {@code TextFormat.chooseContentType(Accept)}. */
    void writeMetrics(String contentType, Writer out) throws IOException;

    /** Stops accepting, lets requests in flight end for a bounded time, closes everything. */
    @Override
    void close();

    /** weight in buckets of 100,000; bucket 0..99,999; reason a stable word such as hash. */
    record Assigned(String route, String rollout, String unit, String variant, int bucket, int weight, String reason) {}

    /**
     * @param requests answered by this variant
     * @param failures of them: 5xx, refused, reset, truncated, timed out
     * @param latencyCounts per bucket; bucket i ends at upperNanos[i]
     */
    record VariantStats(long requests, long failures, long[] latencyCounts, long[] upperNanos) {}

    /** breaker is closed, open or half_open. */
    record UpstreamStatus(
            String name, List<String> endpoints, String breaker, int connectionsBusy, int connectionsIdle) {}
}
