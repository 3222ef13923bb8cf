package io.crossfade.config;

import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.RolloutSpec.ClientErrors;
import io.crossfade.config.RolloutSpec.Errors;
import io.crossfade.config.RolloutSpec.Latency;
import io.crossfade.config.RolloutSpec.Throughput;
import io.crossfade.config.RolloutSpec.UserSuccess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code off}, or a section with the metrics that are looked at. */
final class AnalysisKind implements Kind {

    private static final String METRICS = "metrics";
    private static final String OFF = "off";

    @Override
    public String word() {
        return "";
    }

    @Override
    public Object read(Field field, Object fallback) {
        return AnalysisReader.read(field);
    }

    @Override
    public Object show(Object value, Style style) {
        Analysis analysis = (Analysis) value;
        if (!analysis.enabled()) {
            return OFF;
        }
        List<Object> metrics = new ArrayList<>();
        if (analysis.errors().enabled()) {
            metrics.add(metric("errors", Shape.of(Errors.class).show(analysis.errors(), style)));
        }
        if (analysis.latency().enabled()) {
            metrics.add(metric("latency", Shape.of(Latency.class).show(analysis.latency(), style)));
        }
        if (analysis.clientErrors().enabled()) {
            metrics.add(metric("client-errors", Shape.of(ClientErrors.class).show(analysis.clientErrors(), style)));
        }
        if (analysis.userSuccess().enabled()) {
            metrics.add(metric("user-success", Shape.of(UserSuccess.class).show(analysis.userSuccess(), style)));
        }
        if (analysis.throughput().enabled()) {
            metrics.add(metric("throughput", Shape.of(Throughput.class).show(analysis.throughput(), style)));
        }
        Map<String, Object> shown = Shape.of(Analysis.class).show(analysis, style);
        Map<String, Object> view = new LinkedHashMap<>();
        shown.forEach((key, section) -> {
            if (key.equals("advance")) {
                view.put(METRICS, metrics);
            }
            view.put(key, section);
        });
        return view;
    }

    private static Map<String, Object> metric(String name, Map<String, Object> keys) {
        Map<String, Object> metric = new LinkedHashMap<>();
        metric.put("name", name);
        metric.putAll(keys);
        return metric;
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> section = JsonSchema.section(Shape.of(Analysis.class));
        Map<String, Object> metric = Map.of(
                "anyOf",
                List.of(
                        JsonSchema.section(Shape.of(Errors.class)),
                        JsonSchema.section(Shape.of(Latency.class)),
                        JsonSchema.section(Shape.of(ClientErrors.class)),
                        JsonSchema.section(Shape.of(UserSuccess.class)),
                        JsonSchema.section(Shape.of(Throughput.class))));
        JsonSchema.properties(section).put(METRICS, new ListKind(new SchemaOnly(metric), "", false, false).schema());
        return Map.of("anyOf", List.of(WordKind.only(OFF).schema(), section));
    }

    /** A kind of which only the schema is wanted. */
    private record SchemaOnly(Map<String, Object> schema) implements Kind {
        @Override
        public String word() {
            return "";
        }

        @Override
        public Object read(Field field, Object fallback) {
            throw new IllegalStateException("metrics are read by AnalysisReader");
        }

        @Override
        public Object show(Object value, Style style) {
            throw new IllegalStateException("metrics are shown by AnalysisKind");
        }
    }
}
