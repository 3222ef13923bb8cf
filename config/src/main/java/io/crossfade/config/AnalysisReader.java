package io.crossfade.config;

import io.crossfade.config.RolloutSpec.Advance;
import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.RolloutSpec.Errors;
import io.crossfade.config.RolloutSpec.Latency;
import io.crossfade.config.RolloutSpec.OnFail;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads how a canary is judged. */
final class AnalysisReader {

    private enum Metric {
        ERRORS,
        LATENCY,
        UNREADABLE
    }

    private static final Words<Boolean> OFF = Words.of("off", true).beside("keys and values");
    private static final Words<String> HOLD = Words.of("hold", "hold");
    private static final Words<OnFail> FAIL_WORD =
            Words.of("hold", OnFail.HOLD).beside("{ rollback: immediate }", "{ rollback: graceful }");
    private static final Words<OnFail> ROLLBACK = Words.of("immediate", OnFail.ROLLBACK_IMMEDIATE)
            .or("graceful", OnFail.ROLLBACK_GRACEFUL)
            .lacking("complete");
    private static final Words<Metric> METRIC =
            Words.of("errors", Metric.ERRORS).or("latency", Metric.LATENCY).lacking("user-success", "throughput");
    private static final Pattern PERCENTILE = Pattern.compile("p\\d{1,2}(\\.\\d{1,6})?");
    private static final Format<Double> QUANTILE = Format.of(
            "a quantile such as p50, p99 or p99.9",
            text -> PERCENTILE.matcher(text).matches()
                    ? Parsed.of(
                            new BigDecimal(text.substring(1)).movePointLeft(2).doubleValue())
                    : Parsed.wrong(Problem.shown(text) + " (expected: a quantile such as p50, p99 or p99.9)"));

    private static final Analysis DEFAULTS = Analysis.defaults();

    private AnalysisReader() {}

    static Analysis read(Field field) {
        if (field.scalar()) {
            field.read(OFF, true);
            return Analysis.off();
        }
        Section section = field.section();
        Section falseAlarm = section.section("falseAlarm");
        double budget = falseAlarm.percent("budget", DEFAULTS.budget());
        long perCanaryRequests = falseAlarm.read("perCanaryRequests", Units.COUNT, DEFAULTS.perCanaryRequests());
        Metrics metrics = metrics(section.optional("metrics"));
        Advance advance = advance(section.section("advance"));
        section.read("sharedFate", HOLD, "hold");
        Map<String, String> keys =
                Map.of("budget", "falseAlarm.budget", "perCanaryRequests", "falseAlarm.perCanaryRequests");
        falseAlarm.build(() -> "");
        return section.build(
                        keys,
                        () -> new Analysis(
                                true, budget, perCanaryRequests, metrics.errors(), metrics.latency(), advance))
                .orElse(DEFAULTS);
    }

    /** A list of metrics is the whole list: what is not in it is not looked at. */
    private static Metrics metrics(Field list) {
        if (!list.present()) {
            return new Metrics(DEFAULTS.errors(), DEFAULTS.latency());
        }
        Errors errors = Errors.off();
        Latency latency = Latency.off();
        Map<Metric, Field> seen = new EnumMap<>(Metric.class);
        for (Field item : list.atLeastOne()) {
            Field name = item.child("name");
            Metric metric = name.present() ? name.read(METRIC, Metric.UNREADABLE) : Metric.UNREADABLE;
            if (metric == Metric.ERRORS) {
                errors = errors(item.section());
            } else if (metric == Metric.LATENCY) {
                latency = latency(item.section());
            } else if (!name.present()) {
                item.problem("no metric (expected: name: errors or name: latency)");
            }
            if (metric != Metric.UNREADABLE && seen.put(metric, item) != null) {
                name.problem(name.kind() + " is there already (expected: once)");
            }
        }
        return new Metrics(errors, latency);
    }

    private static Errors errors(Section section) {
        Errors defaults = DEFAULTS.errors();
        section.optional("name");
        section.unsupported("min");
        return section.build(() -> new Errors(
                        true,
                        section.factor("margin", defaults.margin()),
                        section.percent("limit", defaults.limit()),
                        onFail(section.optional("onFail"), defaults.onFail())))
                .orElse(defaults);
    }

    private static Latency latency(Section section) {
        Latency defaults = DEFAULTS.latency();
        section.optional("name");
        section.unsupported("min");
        return section.build(() -> new Latency(
                        true,
                        quantiles(section.optional("quantiles"), defaults.quantiles()),
                        section.factor("margin", defaults.margin()),
                        onFail(section.optional("onFail"), defaults.onFail())))
                .orElse(defaults);
    }

    private static List<Double> quantiles(Field list, List<Double> fallback) {
        List<Double> quantiles =
                list.atLeastOne().stream().map(item -> item.read(QUANTILE, 0.5)).toList();
        return quantiles.isEmpty() ? fallback : quantiles;
    }

    private static OnFail onFail(Field field, OnFail fallback) {
        if (field.scalar()) {
            return field.read(FAIL_WORD, fallback);
        }
        Section section = field.section();
        Field rollback = section.required("rollback", ROLLBACK.expected() + "; or onFail: hold");
        return section.build(() -> rollback.read(ROLLBACK, fallback)).orElse(fallback);
    }

    private static Advance advance(Section section) {
        Advance defaults = DEFAULTS.advance();
        section.read("otherwise", HOLD, "hold");
        return section.build(() -> new Advance(
                        section.percent("evidence", defaults.evidence()),
                        section.duration("extendUpTo", defaults.extendUpTo())))
                .orElse(defaults);
    }

    private record Metrics(Errors errors, Latency latency) {}
}
