package io.crossfade.config;

import java.lang.reflect.RecordComponent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration with every default filled in, in the words and units of the configuration file: written as YAML it loads
 * as the same configuration.
 */
public final class EffectiveConfig {
    private EffectiveConfig() {}

    /** Keys in the order of the reference page; values are texts, numbers, booleans, lists and maps. */
    public static Map<String, Object> of(Config config) {
        Map<String, Object> view = map();
        view.put("version", 1);
        view.put(
                "listeners",
                config.listeners().stream().map(EffectiveConfig::listener).toList());
        view.put("admin", components(config.admin(), Admin.class));
        view.put("data", config.data().toString());
        view.put("transport", word(config.transport()));
        view.put("eventLoops", config.eventLoops());
        view.put("watch", config.watch());
        view.put(
                "upstreams",
                config.upstreams().stream().map(EffectiveConfig::upstream).toList());
        view.put("routes", config.routes().stream().map(EffectiveConfig::route).toList());
        view.put(
                "rollouts",
                config.rollouts().stream().map(EffectiveConfig::rollout).toList());
        view.put("limits", components(config.limits(), Limits.class));
        view.put("control", components(config.control(), ControlSettings.class));
        return view;
    }

    private static Map<String, Object> listener(Listener listener) {
        Map<String, Object> view = map();
        view.put("name", listener.name());
        view.put("address", Addresses.show(listener.address()));
        view.put(
                "trustedPeers",
                listener.trustedPeers().stream()
                        .map(peer -> peer.address().getHostAddress() + '/' + peer.prefixLength())
                        .toList());
        view.put("underscoreNames", word(listener.underscoreNames()));
        return view;
    }

    private static Map<String, Object> upstream(Upstream upstream) {
        Map<String, Object> breaker = map();
        breaker.put("failureRate", Units.showPercent(upstream.breaker().failureRate()));
        breaker.put("window", upstream.breaker().window());
        breaker.put("minimumCalls", upstream.breaker().minimumCalls());
        breaker.put("openFor", Units.show(upstream.breaker().openFor()));
        breaker.put("halfOpenCalls", upstream.breaker().halfOpenCalls());
        Map<String, Object> view = map();
        view.put("name", upstream.name());
        view.put(
                "endpoints",
                upstream.endpoints().stream().map(Upstream.Endpoint::toString).toList());
        view.put("connectTimeout", Units.show(upstream.connectTimeout()));
        view.put("responseTimeout", Units.show(upstream.responseTimeout()));
        view.put("idleTimeout", Units.show(upstream.idleTimeout()));
        view.put("maxConnections", upstream.maxConnections());
        view.put("maxPending", upstream.maxPending());
        view.put("maxIdle", upstream.maxIdle());
        view.put("idleExpiry", Units.show(upstream.idleExpiry()));
        view.put("breaker", breaker);
        return view;
    }

    private static Map<String, Object> route(RouteRule route) {
        Map<String, Object> match = map();
        putIfThere(match, "host", route.match().host());
        match.put("pathPrefix", route.match().pathPrefix());
        if (!route.match().methods().isEmpty()) {
            match.put("methods", route.match().methods().stream().sorted().toList());
        }
        if (!route.match().headers().isEmpty()) {
            match.put("headers", route.match().headers());
        }
        Map<String, Object> view = map();
        view.put("name", route.name());
        view.put("match", match);
        putIfThere(view, "upstream", route.upstream());
        putIfThere(view, "rollout", route.rollout());
        if (route.streaming()) {
            view.put("streaming", true);
        } else {
            view.put("maxBody", Units.showSize(route.maxBody()));
        }
        return view;
    }

    private static Map<String, Object> rollout(RolloutSpec rollout) {
        Map<String, Object> view = map();
        view.put("name", rollout.name());
        view.put("risk", word(rollout.risk()));
        view.put("variants", variants(rollout));
        Map<String, Object> unit = map();
        unit.put(
                "from",
                rollout.unitFrom().stream().map(EffectiveConfig::unitSource).toList());
        unit.put("salt", rollout.salt());
        view.put("unit", unit);
        if (rollout.steps().isEmpty()) {
            view.put("weight", Units.showWeight(rollout.weight()));
        } else {
            view.put(
                    "steps", rollout.steps().stream().map(EffectiveConfig::step).toList());
        }
        view.put("analysis", rollout.analysis().enabled() ? analysis(rollout.analysis()) : "off");
        return view;
    }

    private static Map<String, Object> variants(RolloutSpec rollout) {
        Map<String, Object> view = map();
        view.put("baseline", rollout.baseline());
        view.put("canary", rollout.canary());
        return view;
    }

    private static Object unitSource(RolloutSpec.UnitSource source) {
        return switch (source.kind()) {
            case HEADER -> Map.of("header", source.name());
            case COOKIE -> Map.of("cookie", source.name());
            case CLIENT_IP -> "clientIp";
        };
    }

    private static Map<String, Object> step(RolloutSpec.Step step) {
        Map<String, Object> view = map();
        view.put("setWeight", Units.showWeight(step.weight()));
        view.put("bake", Units.show(step.bake()));
        view.put("gate", step.gate() ? "goNoGo" : "none");
        return view;
    }

    private static Map<String, Object> analysis(RolloutSpec.Analysis analysis) {
        Map<String, Object> view = map();
        Map<String, Object> falseAlarm = map();
        falseAlarm.put("budget", Units.showPercent(analysis.budget()));
        falseAlarm.put("perCanaryRequests", analysis.perCanaryRequests());
        view.put("falseAlarm", falseAlarm);
        List<Map<String, Object>> metrics = new ArrayList<>();
        if (analysis.errors().enabled()) {
            Map<String, Object> errors = map();
            errors.put("name", "errors");
            errors.put("margin", Units.showFactor(analysis.errors().margin()));
            errors.put("limit", Units.showPercent(analysis.errors().limit()));
            errors.put("onFail", onFail(analysis.errors().onFail()));
            metrics.add(errors);
        }
        if (analysis.latency().enabled()) {
            Map<String, Object> latency = map();
            latency.put("name", "latency");
            latency.put(
                    "quantiles",
                    analysis.latency().quantiles().stream()
                            .map(q -> "p" + Units.plain(q * 100))
                            .toList());
            latency.put("margin", Units.showFactor(analysis.latency().margin()));
            latency.put("onFail", onFail(analysis.latency().onFail()));
            metrics.add(latency);
        }
        view.put("metrics", metrics);
        Map<String, Object> advance = map();
        advance.put("evidence", Units.showPercent(analysis.advance().evidence()));
        advance.put("extendUpTo", Units.show(analysis.advance().extendUpTo()));
        view.put("advance", advance);
        return view;
    }

    private static Object onFail(RolloutSpec.OnFail onFail) {
        return switch (onFail) {
            case ROLLBACK_IMMEDIATE -> Map.of("rollback", "immediate");
            case ROLLBACK_GRACEFUL -> Map.of("rollback", "graceful");
            case HOLD -> "hold";
        };
    }

    /** One key per component; durations and addresses written out, numbers as they are. */
    private static <T extends Record> Map<String, Object> components(T settings, Class<T> type) {
        Map<String, Object> view = map();
        for (RecordComponent component : type.getRecordComponents()) {
            try {
                Object value = component.getAccessor().invoke(settings);
                view.put(component.getName(), shown(value));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(component + " cannot be read", e);
            }
        }
        return view;
    }

    private static Object shown(Object value) {
        if (value instanceof InetSocketAddress a) {
            return Addresses.show(a);
        }
        return value instanceof Duration d ? Units.show(d) : value;
    }

    private static void putIfThere(Map<String, Object> view, String key, @Nullable Object value) {
        if (value != null) {
            view.put(key, value);
        }
    }

    private static Map<String, Object> map() {
        return new LinkedHashMap<>();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
