package io.crossfade.observe;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What {@link Metrics} shows beside the counters, asked for at each scrape, by the scraping thread. Names come from the
 * configuration; no user keys.
 */
public record Readings(
        Supplier<List<Rollout>> rollouts,
        Supplier<List<Breaker>> breakers,
        Supplier<List<Upstream>> upstreams,
        LongSupplier observationsDropped,
        Supplier<Journal> journal,
        BooleanSupplier controlAlive,
        Supplier<Map<String, Long>> adminRefused,
        Supplier<Reload> reload) {
    /** Why the admin port takes no connection, ends one, or refuses a call before it looks at what it asks for. */
    public static final List<String> ADMIN_REFUSALS =
            List.of("bad-request", "gave-way", "host", "no-place", "origin", "overloaded", "timeout");

    /** Nothing to show; what a server without rollouts and upstreams has. */
    public static final Readings NONE = new Readings(
            List::of,
            List::of,
            List::of,
            () -> 0,
            () -> new Journal(true, 0),
            () -> true,
            Map::of,
            () -> new Reload(true, 0));

    /**
     * What became of the last wish to put another configuration in force.
     *
     * @param successSeconds since 1970, when the one in force was put there
     */
    public record Reload(boolean successful, double successSeconds) {}

    /**
     * @param phase one of {@link #PHASES}
     * @param step 0-based, -1 before the first
     * @param setWeight the canary's share that is in force, 0..1
     * @param observedWeight the canary's share of recent requests, 0..1, NaN without any
     */
    public record Rollout(
            String name,
            String phase,
            int step,
            double setWeight,
            double observedWeight,
            List<Rollbacks> rollbacks,
            List<Verdict> verdicts,
            List<Alert> alerts) {
        public static final List<String> PHASES = List.of(
                "draft",
                "progressing",
                "baking",
                "gated",
                "paused",
                "held",
                "rollingBack",
                "rolledBack",
                "completed",
                "failed");
    }

    /** Of a metric that has one; whether it is raised. */
    public record Alert(String metric, boolean raised) {}

    /** How many rollbacks of one kind the journal knows. */
    public record Rollbacks(String mode, String reason, long count) {}

    /**
     * One detector's view.
     *
     * @param verdict one of {@link #WORST_FIRST}
     * @param logEvidence natural logarithm; trips at logThreshold
     */
    public record Verdict(String metric, String detector, String verdict, double logEvidence, double logThreshold) {
        public static final List<String> WORST_FIRST = List.of("Fail", "SharedFate", "Inconclusive", "NoData", "Pass");
    }

    /**
     * @param state closed, open or half_open
     * @param failureRate percent, -1 while there are too few calls
     */
    public record Breaker(String name, String state, float failureRate, long notPermitted) {
        public static final List<String> STATES = List.of("closed", "open", "half_open");
    }

    /**
     * @param writable whether moves towards a canary can be made durable
     * @param pendingEvents events that are not on the disk yet
     */
    public record Journal(boolean writable, long pendingEvents) {}

    /** Connections of an upstream that carry a request, and that wait for one. */
    public record Upstream(String name, long active, long idle) {}
}
