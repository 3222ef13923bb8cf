package io.crossfade.config;

import java.time.Duration;
import java.util.List;

/**
 * A shift of users from the baseline upstream to the canary upstream.
 *
 * @param unitFrom where the unit key is looked for, in this order
 * @param salt seeds the hash of unit keys (default: the rollout's name)
 * @param steps empty when the rollout is driven by hand
 * @param weight where a rollout without steps starts, in buckets of 100,000 (10% is 10,000)
 */
public record RolloutSpec(
        String name,
        Risk risk,
        String baseline,
        String canary,
        List<UnitSource> unitFrom,
        String salt,
        List<Step> steps,
        int weight,
        Analysis analysis) {

    /** Fills steps, bake times and gates that are not written out. */
    public enum Risk {
        LOW,
        MEDIUM,
        CRITICAL
    }

    /** Where a unit key comes from. */
    public record UnitSource(Kind kind, String name) {
        public enum Kind {
            HEADER,
            COOKIE,
            CLIENT_IP
        }
    }

    /**
     * One stage of the climb.
     *
     * @param weight in buckets of 100,000
     * @param bake how long this weight is watched before the next step
     * @param gate whether an operator must promote before this step's weight is set
     */
    public record Step(int weight, Duration bake, boolean gate) {}

    /**
     * How the canary is judged.
     *
     * @param enabled false for {@code analysis: off}
     * @param budget allowed false alarms, a probability, per so many canary requests
     */
    public record Analysis(
            boolean enabled, double budget, long perCanaryRequests, Errors errors, Latency latency, Advance advance) {}

    /** Failures: margin is the relative risk still allowed (1.5), limit the absolute failure ratio still allowed (0.01). */
    public record Errors(boolean enabled, double margin, double limit, OnFail onFail) {}

    /** Slowness: quantiles 0..1 ascending; margin is how many times slower the canary may be (2.0). */
    public record Latency(boolean enabled, List<Double> quantiles, double margin, OnFail onFail) {}

    /** What it takes to go on: confidence 0..1 (0.99), and how long a step may wait for it before it is held. */
    public record Advance(double evidence, Duration extendUpTo) {}

    public enum OnFail {
        ROLLBACK_IMMEDIATE,
        ROLLBACK_GRACEFUL,
        HOLD
    }
}
