package io.crossfade.config;

import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.RolloutSpec.ClientErrors;
import io.crossfade.config.RolloutSpec.Errors;
import io.crossfade.config.RolloutSpec.Latency;
import io.crossfade.config.RolloutSpec.Throughput;
import io.crossfade.config.RolloutSpec.UserSuccess;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads how a canary is judged. */
final class AnalysisReader {

    private static final Words<Boolean> OFF = Words.of("off", true).beside("keys and values");
    /** The record of each metric; Record itself for what is none. */
    private static final Words<Class<? extends Record>> METRIC = Words.<Class<? extends Record>>of(
                    "errors", Errors.class)
            .or("latency", Latency.class)
            .or("client-errors", ClientErrors.class)
            .or("user-success", UserSuccess.class)
            .or("throughput", Throughput.class);

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
                "clientErrors", metrics.clientErrors(),
                "userSuccess", metrics.userSuccess(),
                "throughput", metrics.throughput());
        return Shape.of(Analysis.class).read(section, given).orElseGet(Analysis::defaults);
    }

    /** A list of metrics is the whole list: what is not in it is not looked at. */
    private static Metrics metrics(Field list) {
        if (!list.present()) {
            return new Metrics(
                    Errors.defaults(),
                    Latency.defaults(),
                    ClientErrors.defaults(),
                    UserSuccess.off(),
                    Throughput.off());
        }
        Map<Class<?>, Record> read = new HashMap<>();
        for (Field item : list.atLeastOne()) {
            Field name = item.child("name");
            if (!name.present()) {
                item.problem("no metric (expected: name: errors, name: latency, name: client-errors, name: user-success"
                        + " or name: throughput)");
                continue;
            }
            Class<? extends Record> metric = name.read(METRIC, Record.class);
            if (metric != Record.class && read.put(metric, keys(item, metric)) != null) {
                name.problem(name.kind() + " is there already (expected: once)");
            }
        }
        return new Metrics(
                of(read, Errors.off()),
                of(read, Latency.off()),
                of(read, ClientErrors.off()),
                of(read, UserSuccess.off()),
                of(read, Throughput.off()));
    }

    private static <T extends Record> T keys(Field item, Class<T> metric) {
        Shape<T> shape = Shape.of(metric);
        return shape.read(item.section(), LOOKED_AT).orElseGet(() -> shape.standard(LOOKED_AT));
    }

    @SuppressWarnings("unchecked") // under each class there is a record of this class
    private static <T extends Record> T of(Map<Class<?>, Record> read, T off) {
        return (T) read.getOrDefault(off.getClass(), off);
    }

    private record Metrics(
            Errors errors,
            Latency latency,
            ClientErrors clientErrors,
            UserSuccess userSuccess,
            Throughput throughput) {}
}
