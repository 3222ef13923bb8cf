package io.crossfade.runtime;

import io.crossfade.config.RolloutSpec;
import io.crossfade.rollout.Identity;
import io.crossfade.rollout.Levels;
import io.crossfade.rollout.Metric;
import io.crossfade.rollout.Metrics;
import io.crossfade.rollout.OnFail;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.analysis.AnalysisSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** From the rollouts of the configuration to the plans of the decision engine. */
final class Plans {
    static Plan of(RolloutSpec spec) {
        RolloutSpec.Analysis a = spec.analysis();
        return new Plan(
                spec.name(),
                new Identity(
                        spec.baseline(), spec.canary(), spec.salt(), Objects.requireNonNullElse(spec.release(), "")),
                spec.steps().stream()
                        .map(s -> new Plan.Step(s.weight(), s.bake().toMillis(), s.gate()))
                        .toList(),
                spec.weight(),
                new AnalysisSettings(
                        a.enabled() && a.errors().enabled(),
                        a.errors().margin(),
                        a.errors().limit(),
                        a.baselineLimit(),
                        a.enabled() && a.latency().enabled(),
                        a.latency().quantiles().stream().mapToDouble(q -> q).toArray(),
                        a.latency().margin(),
                        a.enabled() && a.clientErrors().enabled(),
                        a.budget(),
                        a.perCanaryRequests(),
                        a.advance().evidence(),
                        new AnalysisSettings.Users(
                                a.enabled() && a.userSuccess().enabled(),
                                a.userSuccess().min(),
                                a.enabled() && a.throughput().enabled(),
                                a.throughput().min())),
                Map.of(
                        Metrics.ERRORS, onFail(a.errors().onFail()),
                        Metrics.LATENCY, onFail(a.latency().onFail()),
                        Metrics.CLIENT_ERRORS, onFail(a.clientErrors().onFail()),
                        Metrics.USER_SUCCESS, onFail(a.userSuccess().onFail()),
                        Metrics.THROUGHPUT, onFail(a.throughput().onFail())),
                a.advance().extendUpTo().toMillis(),
                spec.holdback(),
                levels(a));
    }

    private static Map<Metric, Levels> levels(RolloutSpec.Analysis a) {
        Map<Metric, Levels> levels = new HashMap<>();
        put(levels, Metrics.ERRORS, a.errors().levels(), a.errors().limit());
        put(
                levels,
                Metrics.USER_SUCCESS,
                a.userSuccess().levels(),
                a.userSuccess().min());
        put(levels, Metrics.THROUGHPUT, a.throughput().levels(), a.throughput().min());
        return levels;
    }

    private static void put(
            Map<Metric, Levels> levels, Metric metric, io.crossfade.config.Levels written, double critical) {
        if (written.any()) {
            levels.put(metric, new Levels(written.target(), written.alert(), critical));
        }
    }

    private static OnFail onFail(RolloutSpec.OnFail onFail) {
        return switch (onFail) {
            case ROLLBACK_IMMEDIATE -> OnFail.ROLLBACK_IMMEDIATE;
            case ROLLBACK_GRACEFUL -> OnFail.ROLLBACK_GRACEFUL;
            case HOLD -> OnFail.HOLD;
        };
    }

    private Plans() {}
}
