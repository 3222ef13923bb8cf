package io.crossfade.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Schema (2020-12) of a configuration file, for editors. It is made of the same declarations as the loader and refuses
 * what the loader refuses for its shape: keys, words, units, what must be there. Names that must exist, bounds of quantities with
 * a unit and environment variables are known to the loader alone.
 */
public final class JsonSchema {

    /** Where it is kept, below the root of the project. */
    public static final String PLACE = "config/schema/crossfade.schema.json";

    /** What is true of several keys of a section together. */
    private static final Map<Class<?>, List<Object>> TOGETHER = Map.of(
            RouteRule.class,
            List.of(
                    oneOf("upstream", "rollout"),
                    not(Map.of(
                            "allOf",
                            List.of(
                                    Map.of("required", List.of("maxBody", "streaming")),
                                    Map.of(
                                            "properties",
                                            Map.of("streaming", Map.of("enum", List.of(true, "true")))))))),
            RolloutSpec.class,
            List.of(
                    not(Map.of("required", List.of("steps", "weight"))),
                    Map.of(
                            "anyOf",
                            List.of(
                                    Map.of("required", List.of("risk")),
                                    Map.of(
                                            "properties",
                                            Map.of("steps", Map.of("items", Map.of("required", List.of("bake")))))))));

    private JsonSchema() {}

    /** The whole schema as it is kept and printed, with a line feed at its end. */
    public static String text() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Configuration of Crossfade");
        schema.putAll(section(Shape.of(Config.class)));
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(schema)
                        .replace("\r", "")
                + "\n";
    }

    static Map<String, Object> section(Shape<?> shape) {
        Map<String, Object> section = object(new LinkedHashMap<>(), List.of());
        List<Object> together = new ArrayList<>(TOGETHER.getOrDefault(shape.type(), List.of()));
        for (Constant constant : shape.constants()) {
            Map<String, Object> schema =
                    described(constant.says(), WordKind.only(constant.word()).schema());
            add(section, constant.name(), schema, !constant.missing().isEmpty());
        }
        for (Part part : shape.keys()) {
            Map<String, Object> schema =
                    described(part.declared().says(), part.kind().schema());
            part.shownStandard().ifPresent(standard -> schema.put("default", standard));
            Range range = part.range();
            if (range != null) {
                range.describe(schema);
            }
            add(section, part.key(), schema, part.required());
            String also = part.declared().also();
            if (!also.isEmpty()) {
                add(section, also, schema, false);
                together.add(not(Map.of("required", List.of(part.key(), also))));
            }
        }
        if (!together.isEmpty()) {
            section.put("allOf", together);
        }
        return section;
    }

    /** Null stands for a section in which nothing is written, unless something must be. */
    static Map<String, Object> object(Map<String, Object> properties, List<String> required) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", required.isEmpty() ? List.of("object", "null") : "object");
        object.put("additionalProperties", false);
        if (!required.isEmpty()) {
            object.put("required", new ArrayList<>(required));
        }
        object.put("properties", properties);
        return object;
    }

    static Map<String, Object> words(List<?> words) {
        Map<String, Object> placeholder = new LinkedHashMap<>();
        placeholder.put("type", "string");
        placeholder.put("pattern", ScalarKind.PLACEHOLDER);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("anyOf", List.of(Map.of("enum", words), placeholder));
        return schema;
    }

    @SuppressWarnings("unchecked") // object made it
    static Map<String, Object> properties(Map<String, Object> section) {
        return (Map<String, Object>) section.getOrDefault("properties", new LinkedHashMap<String, Object>());
    }

    private static void add(Map<String, Object> section, String key, Map<String, Object> schema, boolean required) {
        int dot = key.indexOf('.');
        if (dot >= 0) {
            String outer = key.substring(0, dot);
            Map<String, Object> inner = inner(section, outer);
            add(inner, key.substring(dot + 1), schema, required);
            if (inner.containsKey("required")) {
                require(section, outer);
            }
            return;
        }
        properties(section).put(key, schema);
        if (required) {
            require(section, key);
        }
    }

    @SuppressWarnings("unchecked") // add puts only sections under the first word of a path
    private static Map<String, Object> inner(Map<String, Object> section, String key) {
        return (Map<String, Object>)
                properties(section).computeIfAbsent(key, outer -> object(new LinkedHashMap<>(), List.of()));
    }

    @SuppressWarnings("unchecked") // object and this method make the list
    private static void require(Map<String, Object> section, String key) {
        Map<String, Object> rest = new LinkedHashMap<>(section);
        List<String> required = (List<String>) section.getOrDefault("required", new ArrayList<String>());
        if (!required.contains(key)) {
            required.add(key);
        }
        section.clear();
        section.put("type", "object");
        section.put("additionalProperties", false);
        section.put("required", required);
        rest.forEach(section::putIfAbsent);
    }

    private static Map<String, Object> described(String says, Map<String, Object> schema) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("description", says.replace("`", ""));
        described.putAll(schema);
        return described;
    }

    private static Map<String, Object> oneOf(String one, String other) {
        return Map.of("oneOf", List.of(Map.of("required", List.of(one)), Map.of("required", List.of(other))));
    }

    private static Map<String, Object> not(Map<String, Object> schema) {
        return Map.of("not", schema);
    }
}
