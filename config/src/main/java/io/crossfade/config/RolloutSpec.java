package io.crossfade.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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

    private static final int MOST_STEPS = 1_000;
    private static final int MOST_SOURCES = 16;
    private static final Duration LONGEST = Duration.ofDays(365);

    public RolloutSpec {
        unitFrom = List.copyOf(unitFrom);
        steps = List.copyOf(steps);
        Bounds bounds = Bounds.check()
                .name("name", name)
                .that(!baseline.equals(canary), "canary", canary, "another upstream than the baseline")
                .that(
                        !unitFrom.isEmpty() && unitFrom.size() <= MOST_SOURCES,
                        "unitFrom",
                        unitFrom.size(),
                        "1.." + MOST_SOURCES + " sources")
                .that(!salt.isBlank() && salt.length() <= 256, "salt", salt, "1..256 characters")
                .that(steps.size() <= MOST_STEPS, "steps", steps.size(), "at most " + MOST_STEPS)
                .weight("weight", weight, 0);
        Set<UnitSource> seen = new HashSet<>();
        for (int i = 0; i < unitFrom.size(); i++) {
            UnitSource source = unitFrom.get(i);
            bounds.that(seen.add(source), "unitFrom[" + i + "]", source, "each source once");
            boolean reached = i == 0 || unitFrom.get(i - 1).kind() != UnitSource.Kind.CLIENT_IP;
            bounds.that(reached, "unitFrom[" + i + "]", source, "nothing after clientIp, which is always there");
        }
        for (int i = 1; i < steps.size(); i++) {
            Step before = steps.get(i - 1);
            boolean grows = steps.get(i).weight() > before.weight();
            String more = "more than " + Units.showWeight(before.weight()) + ", the step before";
            bounds.that(grows, "steps[" + i + "]", Units.showWeight(steps.get(i).weight()), more);
        }
        bounds.keep();
    }

    /** Fills steps, bake times and gates that are not written out. */
    public enum Risk {
        LOW(Duration.ofMinutes(30), false),
        MEDIUM(Duration.ofHours(1), false),
        CRITICAL(Duration.ofHours(2), true);

        private final Duration bake;
        private final boolean gate;

        Risk(Duration bake, boolean gate) {
            this.bake = bake;
            this.gate = gate;
        }

        /** The plan of a rollout that names its risk and nothing else. */
        public List<Step> steps() {
            return switch (this) {
                case LOW -> climb(10, 25, 50, 75, 100);
                case MEDIUM -> climb(5, 25, 50, 75, 100);
                case CRITICAL -> climb(1, 5, 25, 50, 100);
            };
        }

        private List<Step> climb(int... percents) {
            return Arrays.stream(percents)
                    .mapToObj(percent -> new Step(percent * (Units.BUCKETS / 100), bake, gate))
                    .toList();
        }

        Duration bake() {
            return bake;
        }

        boolean gate() {
            return gate;
        }
    }

    /** Where a unit key comes from; the names of headers are in lower case, those of cookies as written. */
    public record UnitSource(Kind kind, String name) {
        public UnitSource {
            Bounds.check()
                    .that(kind == Kind.CLIENT_IP ? name.isEmpty() : Tokens.token(name), "name", name, Tokens.EXPECTED)
                    .keep();
        }

        @Override
        public String toString() {
            return kind == Kind.CLIENT_IP ? "clientIp" : kind.name().toLowerCase(Locale.ROOT) + " " + name;
        }

        /** CLIENT_IP has no name. */
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
    public record Step(int weight, Duration bake, boolean gate) {
        public Step {
            Bounds.check()
                    .weight("weight", weight, 1)
                    .time("bake", bake, Duration.ZERO, LONGEST)
                    .keep();
        }
    }

    /**
     * How the canary is judged.
     *
     * @param enabled false for {@code analysis: off}
     * @param budget allowed false alarms, a probability, per so many canary requests
     */
    public record Analysis(
            boolean enabled, double budget, long perCanaryRequests, Errors errors, Latency latency, Advance advance) {

        public Analysis {
            Bounds.check()
                    .ratio("budget", budget, 1e-9, 0.5)
                    .count("perCanaryRequests", perCanaryRequests, 1, 1_000_000_000_000L)
                    .keep();
        }

        /** What stands when the config says nothing. */
        public static Analysis defaults() {
            return new Analysis(true, 0.001, 10_000_000, Errors.defaults(), Latency.defaults(), Advance.defaults());
        }

        /** {@code analysis: off}. */
        public static Analysis off() {
            return new Analysis(false, 0.001, 10_000_000, Errors.off(), Latency.off(), Advance.defaults());
        }
    }

    /** Failures: margin is the relative risk still allowed (1.5), limit the absolute failure ratio still allowed (0.01). */
    public record Errors(boolean enabled, double margin, double limit, OnFail onFail) {

        public Errors {
            Bounds.check()
                    .factor("margin", margin, 1, 100)
                    .ratio("limit", limit, 1e-6, 0.5)
                    .keep();
        }

        /** What stands when the config says nothing. */
        public static Errors defaults() {
            return new Errors(true, 1.5, 0.01, OnFail.ROLLBACK_IMMEDIATE);
        }

        /** The metric is not looked at. */
        public static Errors off() {
            return new Errors(false, 1.5, 0.01, OnFail.ROLLBACK_IMMEDIATE);
        }
    }

    /** Slowness: quantiles 0..1 ascending; margin is how many times slower the canary may be (2.0). */
    public record Latency(boolean enabled, List<Double> quantiles, double margin, OnFail onFail) {

        private static final int MOST_QUANTILES = 8; // as many as the analysis takes

        public Latency {
            quantiles = List.copyOf(quantiles);
            Bounds bounds = Bounds.check()
                    .factor("margin", margin, 1, 100)
                    .count("quantiles", quantiles.size(), enabled ? 1 : 0, MOST_QUANTILES);
            for (int i = 0; i < quantiles.size(); i++) {
                double before = i == 0 ? 0 : quantiles.get(i - 1);
                boolean ascends = quantiles.get(i) > before && quantiles.get(i) < 1;
                bounds.that(
                        ascends, "quantiles[" + i + "]", quantiles.get(i), "between 0 and 1, and above the one before");
            }
            bounds.keep();
        }

        /** What stands when the config says nothing. */
        public static Latency defaults() {
            return new Latency(true, List.of(0.5, 0.9, 0.99), 2, OnFail.ROLLBACK_GRACEFUL);
        }

        /** The metric is not looked at. */
        public static Latency off() {
            return new Latency(false, List.of(0.5, 0.9, 0.99), 2, OnFail.ROLLBACK_GRACEFUL);
        }
    }

    /** What it takes to go on: confidence 0..1 (0.99), and how long a step may wait for it before it is held. */
    public record Advance(double evidence, Duration extendUpTo) {

        public Advance {
            Bounds.check()
                    .ratio("evidence", evidence, 0.5, 0.999999)
                    .time("extendUpTo", extendUpTo, Duration.ZERO, LONGEST)
                    .keep();
        }

        /** What stands when the config says nothing. */
        public static Advance defaults() {
            return new Advance(0.99, Duration.ofHours(8));
        }
    }

    /** What a failed metric brings about. */
    public enum OnFail {
        ROLLBACK_IMMEDIATE,
        ROLLBACK_GRACEFUL,
        HOLD
    }
}
