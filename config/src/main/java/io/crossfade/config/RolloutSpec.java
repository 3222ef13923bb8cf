package io.crossfade.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A shift of users from the baseline upstream to the canary upstream. */
@Unsupported({"fallback", "waves", "segments", "overrides", "shadow"})
@Constant(name = "unit.affinity", word = "user", says = "the same user always gets the same variant")
public record RolloutSpec(
        @Key(missing = "a name", pattern = NameFormat.PATTERN, says = "stands in metrics, journal and API")
        String name,

        @Key(
                pattern = RolloutSpec.RELEASE,
                says =
                        "what the canary runs, such as a version; another one is another rollout: at 0%, with fresh evidence")
        @Nullable
        String release,

        @Key(says = "fills steps, bake times and gates that are not written")
        Risk risk,

        @Key(
                name = "variants.baseline",
                missing = "the name of an upstream",
                pattern = NameFormat.PATTERN,
                says = "where users come from")
        String baseline,

        @Key(
                name = "variants.canary",
                missing = "the name of an upstream",
                pattern = NameFormat.PATTERN,
                says = "where users go")
        String canary,

        @Key(
                name = "unit.from",
                standard = "[clientIp]",
                says = "where the unit key is looked for; the first that is there, 1 to 16 of"
                        + " `{ header: NAME }`, `{ cookie: NAME }` and `clientIp`")
        List<UnitSource> unitFrom,

        @Key(name = "unit.salt", says = "seeds the hash of unit keys; the rollout's name where nothing is said")
        String salt,

        @Key(says = "the plan, at most 1,000; each weight more than the one before")
        List<Step> steps,

        @Key(
                bounds = "0%..100%",
                says =
                        "where a rollout that is driven by hand starts, beside no `steps`; a hundred thousandth is the least")
        int weight,

        @Key(
                bounds = "0%..50%",
                says =
                        "what the baseline keeps until the bake of the last step to 100% is over, so that it can be compared;"
                                + " a weight set by hand stays below")
        int holdback,

        @Key(standard = "{}", says = "how the canary is judged; or `off`")
        Analysis analysis,

        @Key(says = "the baseline answers what is overdue at the canary")
        Recall recall) {

    static final String RELEASE = "[A-Za-z0-9][A-Za-z0-9._+:/@-]{0,99}";

    private static final int MOST_STEPS = 1_000;
    private static final int MOST_SOURCES = 16;
    private static final int MOST_HOLDBACK = Units.BUCKETS / 2;

    public RolloutSpec {
        unitFrom = List.copyOf(unitFrom);
        steps = List.copyOf(steps);
        Bounds bounds = Bounds.check()
                .name("name", name)
                .that(
                        release == null || release.matches(RELEASE),
                        "release",
                        String.valueOf(release),
                        "1 to 100 letters, digits or ._+:/@-, a letter or digit first")
                .that(!baseline.equals(canary), "canary", canary, "another upstream than the baseline")
                .that(
                        !unitFrom.isEmpty() && unitFrom.size() <= MOST_SOURCES,
                        "unitFrom",
                        unitFrom.size(),
                        "1.." + MOST_SOURCES + " sources")
                .that(!salt.isBlank() && salt.length() <= 256, "salt", salt, "1..256 characters")
                .that(steps.size() <= MOST_STEPS, "steps", steps.size(), "at most " + MOST_STEPS)
                .weight("weight", weight, 0)
                .weight("holdback", holdback, 0)
                .that(holdback <= MOST_HOLDBACK, "holdback", Units.showWeight(holdback), "0%..50%")
                .that(
                        holdback == 0 || weight <= Units.BUCKETS - holdback,
                        "weight",
                        Units.showWeight(weight),
                        "at most " + Units.showWeight(Units.BUCKETS - holdback) + ", as the baseline keeps a holdback");
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
        for (int i = 0; i < steps.size() && holdback > 0; i++) {
            int reached = steps.get(i).weight();
            boolean last = i == steps.size() - 1 && reached == Units.BUCKETS;
            String less = "less than " + Units.showWeight(Units.BUCKETS - holdback)
                    + ", as the baseline keeps a holdback; or 100% as the last one";
            bounds.that(
                    last || reached < Units.BUCKETS - holdback, "steps[" + i + "]", Units.showWeight(reached), less);
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

    /** One stage of the climb; weight in buckets of 100,000. */
    public record Step(
            @Key(
                    name = "setWeight",
                    missing = "a percentage such as 5%",
                    bounds = "0.001%..100%",
                    says = "the canary's share, at most three decimals")
            int weight,

            @Key(
                    bounds = "0s..8760h",
                    says =
                            "how long this weight is watched before the next step; must be written where no `risk` gives it")
            Duration bake,

            @Key(
                    words = {"none", "goNoGo"},
                    says = "goNoGo: an operator promotes before this weight is set")
            boolean gate) {
        public Step {
            Shape.of(Step.class).check(weight, bake, gate).keep();
        }
    }

    /** How the canary is judged; enabled is false for {@code analysis: off}. */
    @Constant(name = "sharedFate", word = "hold", says = "when both services fail together")
    public record Analysis(
            boolean enabled,

            @Key(
                    name = "falseAlarm.budget",
                    standard = "0.1%",
                    bounds = "0.0000001%..50%",
                    says = "allowed false alarms, a probability")
            double budget,

            @Key(
                    name = "falseAlarm.perCanaryRequests",
                    standard = "10M",
                    bounds = "1..1000000000000",
                    says = "per so many requests of the canary")
            long perCanaryRequests,

            @Key(
                    standard = "5%",
                    bounds = "0.0001%..100%",
                    says = "ratio of failed requests of the baseline above which no step goes on")
            double baselineLimit,

            Errors errors,
            Latency latency,
            ClientErrors clientErrors,
            UserSuccess userSuccess,
            Throughput throughput,
            @Key(says = "what it takes to go on") Advance advance) {

        public Analysis {
            Shape.of(Analysis.class)
                    .check(
                            enabled,
                            budget,
                            perCanaryRequests,
                            baselineLimit,
                            errors,
                            latency,
                            clientErrors,
                            userSuccess,
                            throughput,
                            advance)
                    .keep();
        }

        /** What stands when the config says nothing. */
        public static Analysis defaults() {
            return Shape.of(Analysis.class)
                    .standard(Map.of(
                            "enabled", true,
                            "errors", Errors.defaults(),
                            "latency", Latency.defaults(),
                            "clientErrors", ClientErrors.defaults(),
                            "userSuccess", UserSuccess.off(),
                            "throughput", Throughput.off()));
        }

        /** {@code analysis: off}. */
        public static Analysis off() {
            return Shape.of(Analysis.class)
                    .standard(Map.of(
                            "enabled", false,
                            "errors", Errors.off(),
                            "latency", Latency.off(),
                            "clientErrors", ClientErrors.off(),
                            "userSuccess", UserSuccess.off(),
                            "throughput", Throughput.off()));
        }
    }

    /** Failures. */
    @Constant(name = "name", word = "errors", missing = "name: errors", says = "failures")
    @Unsupported("min")
    public record Errors(
            boolean enabled,

            @Key(standard = "1.5x", bounds = "1x..100x", says = "how many times as often as the baseline it may fail")
            double margin,

            @Key(
                    also = "critical",
                    standard = "1%",
                    bounds = "0.0001%..50%",
                    says = "ratio of failed requests that is allowed in any case")
            double limit,

            @Group Levels levels,

            @Key(
                    standard = "[5xx]",
                    says = "which answers count as failed, such as `[5xx, 404]`; the breaker counts the same")
            List<StatusRange> statuses,

            @Key(standard = "{ rollback: immediate }", says = "what a failed metric brings about")
            OnFail onFail) {

        public Errors {
            statuses = List.copyOf(statuses);
            levels.upTo(limit, Shape.of(Errors.class).check(enabled, margin, limit, levels, statuses, onFail))
                    .keep();
        }

        /** What stands when the config says nothing. */
        public static Errors defaults() {
            return Shape.of(Errors.class).standard(Map.of("enabled", true));
        }

        /** The metric is not looked at. */
        public static Errors off() {
            return Shape.of(Errors.class).standard(Map.of("enabled", false));
        }
    }

    /** Slowness; quantiles are 0..1. */
    @Constant(name = "name", word = "latency", missing = "name: latency", says = "slowness")
    @Unsupported("min")
    @Refused(
            keys = {"target", "alert", "critical", "limit"},
            why =
                    "latency has no levels: it is measured against the baseline's own quantiles (expected: margin; for a bound in seconds"
                            + " a Prometheus rule on crossfade_request_duration_seconds)")
    public record Latency(
            boolean enabled,

            @Key(standard = "[p50, p90, p99, p99.9]", says = "1 to 8, ascending")
            List<Double> quantiles,

            @Key(standard = "2x", bounds = "1x..100x", says = "how many times slower than the baseline it may be")
            double margin,

            @Key(
                    standard = "60s",
                    bounds = "0s..1h",
                    says =
                            "for so long a canary's endpoint may be five times as slow again, since it takes connections")
            Duration warmup,

            @Key(
                    standard = "{ rollback: graceful }",
                    says = "what a failed metric brings about; a canary that hangs is rolled back at once in any case")
            OnFail onFail) {

        private static final int MOST_QUANTILES = 8; // as many as the analysis takes

        public Latency {
            quantiles = List.copyOf(quantiles);
            Bounds bounds = Shape.of(Latency.class)
                    .check(enabled, quantiles, margin, warmup, onFail)
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
            return Shape.of(Latency.class).standard(Map.of("enabled", true));
        }

        /** The metric is not looked at. */
        public static Latency off() {
            return Shape.of(Latency.class).standard(Map.of("enabled", false));
        }
    }

    /** Answers that are no failures but may be one where the baseline gives none: redirects, 4xx, 429, empty ones. */
    @Constant(name = "name", word = "client-errors", missing = "name: client-errors", says = "unusual answers")
    @Unsupported({"min", "limit"})
    @Refused(
            keys = {"target", "alert", "critical"},
            why =
                    "client-errors has no levels: each class of answers is measured against the baseline's own share (expected: onFail alone;"
                            + " or those statuses among the statuses of errors, which has levels)")
    public record ClientErrors(
            boolean enabled,

            @Key(
                    standard = "hold",
                    says =
                            "what a failed metric brings about; a canary that turns users away with 401, 403, 404, 405 or"
                                    + " 429 at least 16 times as often as the baseline is rolled back in any case")
            OnFail onFail) {

        public ClientErrors {
            Shape.of(ClientErrors.class).check(enabled, onFail).keep();
        }

        /** What stands when the config says nothing. */
        public static ClientErrors defaults() {
            return Shape.of(ClientErrors.class).standard(Map.of("enabled", true));
        }

        /** The metric is not looked at. */
        public static ClientErrors off() {
            return Shape.of(ClientErrors.class).standard(Map.of("enabled", false));
        }
    }

    /** Users that see no failure. */
    @Constant(name = "name", word = "user-success", missing = "name: user-success", says = "users without a failure")
    @Unsupported("limit")
    public record UserSuccess(
            boolean enabled,

            @Key(
                    also = "critical",
                    standard = "95%",
                    bounds = "1%..99.99%",
                    says =
                            "share of the canary's users that must see no failure in a step; fewer may do as long as the baseline's do not do better")
            double min,

            @Group Levels levels,

            @Key(standard = "hold", says = "what a failed metric brings about")
            OnFail onFail) {

        public UserSuccess {
            levels.downTo(min, Shape.of(UserSuccess.class).check(enabled, min, levels, onFail))
                    .keep();
        }

        /** The metric is not looked at, as when the config says nothing. */
        public static UserSuccess off() {
            return Shape.of(UserSuccess.class).standard(Map.of("enabled", false));
        }
    }

    /** How much users get done. */
    @Constant(
            name = "name",
            word = "throughput",
            missing = "name: throughput",
            says = "requests of a user that end well")
    @Unsupported("limit")
    public record Throughput(
            boolean enabled,

            @Key(
                    also = "critical",
                    standard = "90%",
                    bounds = "1%..100%",
                    says = "how many of a user's requests must end well in 5 minutes, as a share of the baseline's")
            double min,

            @Group Levels levels,

            @Key(standard = "hold", says = "what a failed metric brings about")
            OnFail onFail) {

        public Throughput {
            levels.downTo(min, Shape.of(Throughput.class).check(enabled, min, levels, onFail))
                    .keep();
        }

        /** The metric is not looked at, as when the config says nothing. */
        public static Throughput off() {
            return Shape.of(Throughput.class).standard(Map.of("enabled", false));
        }
    }

    /** What it takes to go on. */
    @Constant(name = "otherwise", word = "hold", says = "what happens to a step that has waited so long")
    public record Advance(
            @Key(standard = "99%", bounds = "50%..99.9999%", says = "confidence that all is well")
            double evidence,

            @Key(standard = "8h", bounds = "0s..8760h", says = "how long a step may wait for it")
            Duration extendUpTo) {

        public Advance {
            Shape.of(Advance.class).check(evidence, extendUpTo).keep();
        }

        /** What stands when the config says nothing. */
        public static Advance defaults() {
            return Shape.of(Advance.class).standard();
        }
    }

    /** What the baseline answers because it is overdue at the canary. */
    public record Recall(
            @Key(
                    standard = "20%",
                    bounds = "0%..100%",
                    says = "ratio of the rollout's requests in 10 seconds that may be recalled; 3 a second in any case")
            double budget) {
        public Recall {
            Shape.of(Recall.class).check(budget).keep();
        }

        /** What stands when the config says nothing. */
        public static Recall defaults() {
            return Shape.of(Recall.class).standard();
        }
    }

    /** What a failed metric brings about. */
    public enum OnFail {
        ROLLBACK_IMMEDIATE,
        ROLLBACK_GRACEFUL,
        HOLD
    }
}
