package io.crossfade.config;

import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.RolloutSpec.ClientErrors;
import io.crossfade.config.RolloutSpec.Errors;
import io.crossfade.config.RolloutSpec.Latency;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads how a canary is judged. */
final class AnalysisReader {

    private enum Metric {
        ERRORS,
        LATENCY,
        CLIENT_ERRORS,
        UNREADABLE
    }

    private static final Words<Boolean> OFF = Words.of("off", true).beside("keys and values");
    private static final Words<Metric> METRIC = Words.of("errors", Metric.ERRORS)
            .or("latency", Metric.LATENCY)
            .or("client-errors", Metric.CLIENT_ERRORS)
            .lacking("user-success", "throughput");
    private static final Pattern PERCENTILE = Pattern.compile("p\\d{1,2}(\\.\\d{1,6})?");
    static final Format<Double> QUANTILE = Format.of(
            "a quantile such as p50, p99 or p99.9",
            text -> PERCENTILE.matcher(text).matches()
                    ? Parsed.of(
                            new BigDecimal(text.substring(1)).movePointLeft(2).doubleValue())
                    : Parsed.wrong(Problem.shown(text) + " (expected: a quantile such as p50, p99 or p99.9)"));

    private static final Map<String, Object> LOOKED_AT = Map.of("enabled", true);

    private AnalysisReader() {}

    static Analysis read(Field field) {
        if (field.scalar()) {
            field.read(OFF, true);
            return Analysis.off();
        }
        Section section = field.section();
        Metrics metrics = metrics(section.optional("metrics"));
        Map<String, Object> given = Map.of(
                "enabled", true,
                "errors", metrics.errors(),
                "latency", metrics.latency(),
                "clientErrors", metrics.clientErrors());
        return Shape.of(Analysis.class).read(section, given).orElseGet(Analysis::defaults);
    }

    /** A list of metrics is the whole list: what is not in it is not looked at. */
    private static Metrics metrics(Field list) {
        if (!list.present()) {
            return new Metrics(Errors.defaults(), Latency.defaults(), ClientErrors.defaults());
        }
        Errors errors = Errors.off();
        Latency latency = Latency.off();
        ClientErrors clientErrors = ClientErrors.off();
        Map<Metric, Field> seen = new EnumMap<>(Metric.class);
        for (Field item : list.atLeastOne()) {
            Field name = item.child("name");
            Metric metric = name.present() ? name.read(METRIC, Metric.UNREADABLE) : Metric.UNREADABLE;
            if (metric == Metric.ERRORS) {
                errors = Shape.of(Errors.class).read(item.section(), LOOKED_AT).orElseGet(Errors::defaults);
            } else if (metric == Metric.LATENCY) {
                latency =
                        Shape.of(Latency.class).read(item.section(), LOOKED_AT).orElseGet(Latency::defaults);
            } else if (metric == Metric.CLIENT_ERRORS) {
                clientErrors = Shape.of(ClientErrors.class)
                        .read(item.section(), LOOKED_AT)
                        .orElseGet(ClientErrors::defaults);
            } else if (!name.present()) {
                item.problem("no metric (expected: name: errors, name: latency or name: client-errors)");
            }
            if (metric != Metric.UNREADABLE && seen.put(metric, item) != null) {
                name.problem(name.kind() + " is there already (expected: once)");
            }
        }
        return new Metrics(errors, latency, clientErrors);
    }

    private record Metrics(Errors errors, Latency latency, ClientErrors clientErrors) {}
}
