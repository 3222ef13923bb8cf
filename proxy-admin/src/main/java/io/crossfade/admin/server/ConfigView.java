package io.crossfade.admin.server;

import io.crossfade.config.Admin;
import io.crossfade.config.Config;
import io.crossfade.config.ControlSettings;
import io.crossfade.config.Limits;
import io.crossfade.config.Listener;
import io.crossfade.config.RolloutSpec;
import io.crossfade.config.RouteRule;
import io.crossfade.config.Upstream;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration in force, every default filled in, in the words and units of the configuration file. */
final class ConfigView {
    private ConfigView() {}

    static Map<String, Object> of(Config config) {
        Map<String, Object> view = map();
        view.put("version", 1);
        view.put(
                "listeners",
                config.listeners().stream().map(ConfigView::listener).toList());
        view.put("admin", components(config.admin(), Admin.class));
        view.put("data", config.data().toString());
        view.put("transport", word(config.transport()));
        view.put("eventLoops", config.eventLoops());
        view.put(
                "upstreams",
                config.upstreams().stream().map(ConfigView::upstream).toList());
        view.put("routes", config.routes().stream().map(ConfigView::route).toList());
        view.put("rollouts", config.rollouts().stream().map(ConfigView::rollout).toList());
        view.put("limits", components(config.limits(), Limits.class));
        view.put("control", components(config.control(), ControlSettings.class));
        return view;
    }

    private static Map<String, Object> listener(Listener listener) {
        Map<String, Object> view = map();
        view.put("name", listener.name());
        view.put("address", address(listener.address()));
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
        breaker.put("failureRate", percent(upstream.breaker().failureRate()));
        breaker.put("window", upstream.breaker().window());
        breaker.put("minimumCalls", upstream.breaker().minimumCalls());
        breaker.put("openFor", duration(upstream.breaker().openFor()));
        breaker.put("halfOpenCalls", upstream.breaker().halfOpenCalls());
        Map<String, Object> view = map();
        view.put("name", upstream.name());
        view.put(
                "endpoints",
                upstream.endpoints().stream().map(Upstream.Endpoint::toString).toList());
        view.put("connectTimeout", duration(upstream.connectTimeout()));
        view.put("responseTimeout", duration(upstream.responseTimeout()));
        view.put("idleTimeout", duration(upstream.idleTimeout()));
        view.put("maxConnections", upstream.maxConnections());
        view.put("maxPending", upstream.maxPending());
        view.put("maxIdle", upstream.maxIdle());
        view.put("idleExpiry", duration(upstream.idleExpiry()));
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
            view.put("maxBody", size(route.maxBody()));
        }
        return view;
    }

    private static Map<String, Object> rollout(RolloutSpec rollout) {
        Map<String, Object> view = map();
        view.put("name", rollout.name());
        view.put("risk", word(rollout.risk()));
        view.put("variants", variants(rollout));
        Map<String, Object> unit = map();
        unit.put("from", rollout.unitFrom().stream().map(ConfigView::unitSource).toList());
        unit.put("salt", rollout.salt());
        view.put("unit", unit);
        if (rollout.steps().isEmpty()) {
            view.put("weight", percent(rollout.weight() / 100_000.0));
        } else {
            view.put("steps", rollout.steps().stream().map(ConfigView::step).toList());
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
        view.put("setWeight", percent(step.weight() / 100_000.0));
        view.put("bake", duration(step.bake()));
        view.put("gate", step.gate() ? "goNoGo" : "none");
        return view;
    }

    private static Map<String, Object> analysis(RolloutSpec.Analysis analysis) {
        Map<String, Object> view = map();
        Map<String, Object> falseAlarm = map();
        falseAlarm.put("budget", percent(analysis.budget()));
        falseAlarm.put("perCanaryRequests", analysis.perCanaryRequests());
        view.put("falseAlarm", falseAlarm);
        List<Map<String, Object>> metrics = new ArrayList<>();
        if (analysis.errors().enabled()) {
            Map<String, Object> errors = map();
            errors.put("name", "errors");
            errors.put("margin", factor(analysis.errors().margin()));
            errors.put("limit", percent(analysis.errors().limit()));
            errors.put("onFail", onFail(analysis.errors().onFail()));
            metrics.add(errors);
        }
        if (analysis.latency().enabled()) {
            Map<String, Object> latency = map();
            latency.put("name", "latency");
            latency.put(
                    "quantiles",
                    analysis.latency().quantiles().stream()
                            .map(q -> "p" + decimal(q * 100))
                            .toList());
            latency.put("margin", factor(analysis.latency().margin()));
            latency.put("onFail", onFail(analysis.latency().onFail()));
            metrics.add(latency);
        }
        view.put("metrics", metrics);
        Map<String, Object> advance = map();
        advance.put("evidence", percent(analysis.advance().evidence()));
        advance.put("extendUpTo", duration(analysis.advance().extendUpTo()));
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
            return address(a);
        }
        return value instanceof Duration d ? duration(d) : value;
    }

    private static void putIfThere(Map<String, Object> view, String key, @Nullable Object value) {
        if (value != null) {
            view.put(key, value);
        }
    }

    private static Map<String, Object> map() {
        return new LinkedHashMap<>();
    }

    private static String address(InetSocketAddress address) {
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + address.getPort();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String percent(double ratio) {
        return decimal(ratio * 100) + '%';
    }

    private static String factor(double value) {
        return decimal(value) + 'x';
    }

    private static String size(long bytes) {
        if (bytes % (1 << 20) == 0) {
            return (bytes >> 20) + "MiB";
        }
        return bytes % (1 << 10) == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
    }

    static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0 || millis == 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static String decimal(double value) {
        return BigDecimal.valueOf(Math.round(value * 1_000_000))
                .movePointLeft(6)
                .stripTrailingZeros()
                .toPlainString();
    }
}
