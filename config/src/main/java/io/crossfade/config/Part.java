package io.crossfade.config;

import io.crossfade.config.Problems.Mark;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One component of a record that holds a section: a key, a group of keys, or neither. */
final class Part {

    private static final String AT_MOST = ", at most ";
    private static final Object ABSENT = new Object();

    private final RecordComponent component;
    private final @Nullable Key declared;
    private final @Nullable Shape<?> group;
    private final @Nullable Kind kind;
    private final @Nullable Range range;

    /** Read when it is first asked for; which thread does so is all the same. */
    private volatile @Nullable Object standard;

    Part(RecordComponent component) {
        this.component = component;
        this.declared = component.getAnnotation(Key.class);
        this.group = component.isAnnotationPresent(Group.class) ? Shape.ofType(component.getType()) : null;
        this.kind = declared == null ? null : Kinds.of(component, declared);
        this.range = declared == null || declared.bounds().isEmpty()
                ? null
                : Range.of(declared.bounds(), Range.kind(component.getType(), declared.bounds()));
    }

    /** Of the record. */
    String name() {
        return component.getName();
    }

    boolean isKey() {
        return declared != null;
    }

    /** What the file calls it. */
    String key() {
        return declared == null || declared.name().isEmpty() ? name() : declared.name();
    }

    Key declared() {
        if (declared == null) {
            throw new IllegalStateException(component + " is no key");
        }
        return declared;
    }

    Kind kind() {
        if (kind == null) {
            throw new IllegalStateException(component + " is no key");
        }
        return kind;
    }

    @Nullable
    Shape<?> group() {
        return group;
    }

    @Nullable
    Range range() {
        return range;
    }

    boolean required() {
        return declared != null && !declared.missing().isEmpty();
    }

    Class<?> type() {
        return component.getType();
    }

    @Nullable
    Object get(Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    /** Whether nothing is a value too. */
    private boolean mayBeAbsent() {
        return type() == Double.class && declared().standard().isEmpty();
    }

    /** Reads the key out of the section it stands in; a value that is not there or not right is the standard one. */
    @Nullable
    Object read(Section section, Map<String, Object> before) {
        if (group != null) {
            return group.readInto(section);
        }
        String key = key().substring(key().lastIndexOf('.') + 1);
        Field field = field(section, key);
        if (mayBeAbsent()) {
            Object value = kind().read(field, ABSENT);
            return value == ABSENT ? null : value;
        }
        return narrow(kind().read(field, standardOf(before)));
    }

    private Field field(Section section, String key) {
        if (!declared().also().isEmpty()) {
            return section.named(key, declared().also());
        }
        return required() ? section.required(key, declared().missing()) : section.optional(key);
    }

    /** What stands when the file says nothing; null where that is nothing. */
    @Nullable
    Object standard(Map<String, Object> before) {
        if (group != null) {
            return group.standard();
        }
        return mayBeAbsent() ? null : standardOf(before);
    }

    private Object standardOf(Map<String, Object> before) {
        Object value = standard();
        String text = declared().standard();
        int cap = text.indexOf(AT_MOST);
        if (cap < 0) {
            return value;
        }
        Object other = before.get(text.substring(cap + AT_MOST.length()));
        return other instanceof Integer most && most < (int) value && range != null
                ? narrow(range.atLeast(most))
                : value;
    }

    /** What is standard, as the file would say it; empty where a reader fills the key, and for sections. */
    Optional<Object> shownStandard() {
        boolean plain = !declared().standard().isEmpty() && !kind().word().isEmpty() && type() != Path.class;
        return plain ? Optional.of(kind().show(standard(), Kind.Style.FILE)) : Optional.empty();
    }

    private Object standard() {
        Object known = standard;
        if (known == null) {
            known = kind() instanceof SectionKind section ? section.standard() : narrow(parse());
            standard = known;
        }
        return known;
    }

    private Object parse() {
        String text = declared().standard();
        int cap = text.indexOf(AT_MOST);
        String plain = cap < 0 ? text : text.substring(0, cap);
        if (plain.isEmpty()) {
            if (range != null) {
                return range.atLeast(Long.MIN_VALUE);
            }
            throw new IllegalStateException(component + " has no standard: its reader must give it");
        }
        Problems problems = new Problems(component.toString());
        Node node = YamlTree.read(plain, problems);
        Object read = kind().read(new Field(problems, new Placeholders(Map.of()), key(), Mark.FILE, node), problems);
        if (!problems.none() || read == problems) {
            throw new IllegalStateException("standard of " + component + ": " + problems.sorted());
        }
        return read;
    }

    /** Whether a view leaves the value out: nobody asked for it, and it means nothing. */
    boolean silent(@Nullable Object value) {
        boolean nothing = value == null
                || value.equals(false)
                || value.equals(Long.MAX_VALUE)
                || (value instanceof Collection<?> collection && collection.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty());
        return nothing && declared().standard().isEmpty() && declared().words().length == 0;
    }

    private Object narrow(Object value) {
        return type() == int.class && value instanceof Long number
                ? (Object) (int) Math.min(Integer.MAX_VALUE, number)
                : value;
    }
}
