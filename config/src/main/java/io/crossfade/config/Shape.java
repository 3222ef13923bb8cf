package io.crossfade.config;

import io.crossfade.config.Bounds.Broken;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the declarations at a record's components make: how its section is read, checked and shown. Immutable once built, and
 * built once for each record.
 */
final class Shape<T extends Record> {

    private static final ClassValue<Shape<?>> SHAPES = new ClassValue<>() {
        @Override
        protected Shape<?> computeValue(Class<?> type) {
            return new Shape<>(type.asSubclass(Record.class));
        }
    };

    private final Class<T> type;
    private final List<Part> parts;
    private final List<Constant> constants;
    private final String[] unsupported;
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final Map<String, String> renamed = new LinkedHashMap<>();
    private final Constructor<T> constructor;

    private Shape(Class<T> type) {
        this.type = type;
        RecordComponent[] components = type.getRecordComponents();
        this.parts = Arrays.stream(components).map(Part::new).toList();
        this.constants = List.of(type.getAnnotationsByType(Constant.class));
        Unsupported lacking = type.getAnnotation(Unsupported.class);
        this.unsupported = lacking == null ? new String[0] : lacking.value();
        Refused never = type.getAnnotation(Refused.class);
        for (String key : never == null ? new String[0] : never.keys()) {
            refused.put(key, never.why());
        }
        for (Part part : parts) {
            if (!part.key().equals(part.name())) {
                renamed.put(part.name(), part.key());
            }
        }
        try {
            this.constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type + " has no canonical constructor", e);
        }
    }

    @SuppressWarnings("unchecked") // SHAPES holds under each class the shape of this class
    static <T extends Record> Shape<T> of(Class<T> type) {
        return (Shape<T>) SHAPES.get(type);
    }

    static Shape<?> ofType(Class<?> type) {
        return SHAPES.get(type);
    }

    Class<T> type() {
        return type;
    }

    List<Part> parts() {
        return parts;
    }

    List<Constant> constants() {
        return constants;
    }

    /** Keys of a later version, which are refused with these words. */
    List<String> unsupported() {
        return List.of(unsupported);
    }

    /** Keys that this section cannot have, and why. */
    Map<String, String> refused() {
        return Collections.unmodifiableMap(refused);
    }

    /** The check of the record's constructor: every value against the bounds that are declared for it. */
    Bounds check(@Nullable Object... values) {
        if (values.length != parts.size()) {
            throw new IllegalArgumentException(type + " checks " + values.length + " values (expected: all "
                    + parts.size() + " in the order of the components)");
        }
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value != null) {
                named.put(parts.get(i).name(), value);
            }
        }
        return check(named);
    }

    /** @param values by component */
    Bounds check(Map<String, Object> values) {
        Bounds bounds = Bounds.check();
        for (Part part : parts) {
            Range range = part.range();
            Object value = values.get(part.name());
            if (range != null && value != null) {
                range.check(bounds, part.name(), value, values);
            }
        }
        return bounds;
    }

    /** The record of a section in which nothing is written. */
    T standard() {
        return standard(Map.of());
    }

    /** @param given values of components that have no standard, or that shall be otherwise */
    T standard(Map<String, ?> given) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Part part : parts) {
            Object value = given.get(part.name());
            put(values, part, value != null ? value : part.standard(values));
        }
        return make(values);
    }

    /** Reads the whole section; empty when the record refused what is there, which is then reported. */
    Optional<T> read(Section section) {
        return read(section, Map.of());
    }

    /** @param given values by component that a reader has read itself, because they depend on more than their own key */
    Optional<T> read(Section section, Map<String, ? extends @Nullable Object> given) {
        return read(section, given, Map.of());
    }

    /** @param opened sections without a record of their own out of which a reader has read something already */
    Optional<T> read(Section section, Map<String, ? extends @Nullable Object> given, Map<String, Section> opened) {
        Map<String, Object> values = values(section, given, opened);
        return section.build(renamed, () -> make(values));
    }

    /** As {@link #read}, for the keys of a group, whose section goes on. */
    T readInto(Section section) {
        Map<String, Object> values = values(section, Map.of(), Map.of());
        return section.construct(renamed, () -> make(values)).orElseGet(this::standard);
    }

    /** Every value of the section by component; one that is missing or not right is the standard one. */
    Map<String, Object> values(
            Section section, Map<String, ? extends @Nullable Object> given, Map<String, Section> opened) {
        section.unsupported(unsupported);
        section.refused(refused);
        Map<String, Section> inner = new LinkedHashMap<>(opened);
        constants(section, inner);
        Map<String, Object> values = new LinkedHashMap<>();
        for (Part part : parts) {
            boolean isGiven = given.containsKey(part.name());
            put(values, part, isGiven ? given.get(part.name()) : part.read(home(section, inner, part.key()), values));
        }
        inner.values().forEach(opening -> opening.build(() -> ""));
        return values;
    }

    private static void put(Map<String, Object> values, Part part, @Nullable Object value) {
        if (value != null) {
            values.put(part.name(), value);
        }
    }

    /** Reads the keys that may only be one word, unless somebody has asked for them already. */
    void constants(Section section, Map<String, Section> inner) {
        for (Constant constant : constants) {
            Section home = home(section, inner, constant.name());
            String key = constant.name().substring(constant.name().lastIndexOf('.') + 1);
            if (!home.knows(key)) {
                Field field =
                        constant.missing().isEmpty() ? home.optional(key) : home.required(key, constant.missing());
                WordKind.only(constant.word()).read(field, constant.word());
            }
        }
    }

    /** Where a key stands: in the section itself, or in one without a record that is opened for it. */
    private static Section home(Section section, Map<String, Section> inner, String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? section : inner.computeIfAbsent(key.substring(0, dot), section::section);
    }

    /** @param values by component; one that is not there is null */
    T make(Map<String, ?> values) {
        Object[] arguments = new Object[parts.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = values.get(parts.get(i).name());
        }
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Broken broken) {
                throw broken;
            }
            throw new IllegalStateException(type + " cannot be made of " + values, e.getCause());
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            throw new IllegalStateException(type + " cannot be made of " + values, e);
        }
    }

    /** The section with every key that means something, in the words of the file. */
    Map<String, Object> show(Record record, Kind.Style style) {
        Map<String, Object> view = new LinkedHashMap<>();
        for (Part part : parts) {
            Object value = part.get(record);
            Shape<?> group = part.group();
            if (group != null && value instanceof Record keys) {
                view.putAll(group.show(keys, style));
            } else if (part.isKey() && value != null && !part.silent(value)) {
                put(view, part.key(), part.kind().show(value, style));
            }
        }
        return view;
    }

    /** All keys in the order of the record, those of groups among them. */
    List<Part> keys() {
        List<Part> keys = new ArrayList<>();
        for (Part part : parts) {
            Shape<?> group = part.group();
            if (group != null) {
                keys.addAll(group.keys());
            } else if (part.isKey()) {
                keys.add(part);
            }
        }
        return keys;
    }

    /** Asks a section for one of its keys; a key that must be there is missed in the words of its declaration. */
    Field ask(Section section, String key) {
        for (Part part : parts) {
            if (part.key().equals(key) || part.key().endsWith("." + key)) {
                return part.required() ? section.required(key, part.declared().missing()) : section.optional(key);
            }
        }
        throw new IllegalArgumentException(key + " is no key of " + type);
    }

    /** Reads a key that a reader has asked for, in the way that is declared for it. */
    Object read(Field field, String component, Object fallback) {
        for (Part part : parts) {
            if (part.name().equals(component)) {
                return part.kind().read(field, fallback);
            }
        }
        throw new IllegalArgumentException(component + " is no component of " + type);
    }

    @SuppressWarnings("unchecked") // only put makes the inner maps
    static void put(Map<String, Object> tree, String path, Object value) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            tree.put(path, value);
        } else {
            Object inner = tree.computeIfAbsent(path.substring(0, dot), key -> new LinkedHashMap<String, Object>());
            put((Map<String, Object>) inner, path.substring(dot + 1), value);
        }
    }
}
