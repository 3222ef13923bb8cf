package io.crossfade.config;

import java.util.Map;

/** Keys of their own, held by a record. */
final class SectionKind implements Kind {

    private final Shape<?> shape;

    SectionKind(Shape<?> shape) {
        this.shape = shape;
    }

    Shape<?> shape() {
        return shape;
    }

    Object standard() {
        return shape.standard();
    }

    @Override
    public String word() {
        return "";
    }

    @Override
    public Object read(Field field, Object fallback) {
        return shape.read(field.section()).<Object>map(record -> record).orElse(fallback);
    }

    @Override
    public Object show(Object value, Style style) {
        return shape.show((Record) value, style);
    }

    @Override
    public Map<String, Object> schema() {
        return JsonSchema.section(shape);
    }
}
