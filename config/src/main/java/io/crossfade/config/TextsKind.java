package io.crossfade.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Texts under free names: the header fields that a route asks for. Read by {@link RouteReader}. */
final class TextsKind implements Kind {

    @Override
    public String word() {
        return "names and texts";
    }

    @Override
    public Object read(Field field, Object fallback) {
        throw new IllegalStateException(field.path() + " has a reader of its own");
    }

    @Override
    public Object show(Object value, Style style) {
        return new TreeMap<>((Map<?, ?>) value);
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("object", "null"));
        schema.put("propertyNames", Map.of("pattern", "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$"));
        schema.put("additionalProperties", ScalarKind.text("").schema());
        return schema;
    }
}
