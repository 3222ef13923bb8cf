package io.crossfade.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A list of values of one kind.
 *
 * @param standIn for an item that is wrong, so that the others can be judged
 * @param mayBeEmpty also null: a key without a value
 * @param sorted whether the order means nothing
 */
record ListKind(Kind item, Object standIn, boolean mayBeEmpty, boolean sorted) implements Kind {

    @Override
    public String word() {
        return item.word().isEmpty() ? "" : "list of " + item.word();
    }

    @Override
    public Object read(Field field, Object fallback) {
        List<Object> items = new ArrayList<>();
        for (Field written : mayBeEmpty ? field.items() : field.atLeastOne()) {
            items.add(item.read(written, standIn));
        }
        return items.isEmpty() && !(field.present() && mayBeEmpty) ? fallback : items;
    }

    @Override
    public Object show(Object value, Style style) {
        List<Object> shown = new ArrayList<>();
        for (Object element : (Collection<?>) value) {
            shown.add(item.show(element, style));
        }
        if (sorted) {
            shown.sort((one, other) -> one.toString().compareTo(other.toString()));
        }
        return shown;
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", mayBeEmpty ? List.of("array", "null") : "array");
        if (!mayBeEmpty) {
            schema.put("minItems", 1);
        }
        schema.put("items", item.schema());
        return schema;
    }
}
