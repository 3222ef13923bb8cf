package io.crossfade.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a key of the file at the record's component that holds its value. The component gives the name, the type and the
 * getter, the annotation gives the rest, and {@link Shape} makes everything else of it: reading, checking, showing, the JSON
 * Schema and the row of the reference page. A new key is one line.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Key {

    /** One sentence or less about what the value does; a row of the reference page. */
    String says();

    /** In the file, where it is not the component's name. A dot leads into a section that has no record of its own. */
    String name() default "";

    /** Another name of the same key; both in one section is a mistake. */
    String also() default "";

    /**
     * What stands when the file says nothing, as the file would say it. {@code 20, at most window} is the smaller of 20 and the
     * value of another key. Empty: a reader fills it, or there is nothing; a {@code Double} is null then.
     */
    String standard() default "";

    /**
     * As a message says it: {@code 1ms..24h}. The unit is the kind of a number: {@code B} a size, {@code %} a ratio or a weight,
     * {@code x} a factor, none a count. The upper end may be the name of another component.
     */
    String bounds() default "";

    /** Completes "missing (expected: ...)"; a key with these words must be written. */
    String missing() default "";

    /** What a text must match, as a regular expression that Java and JavaScript read alike. */
    String pattern() default "";

    /** The two words of a flag that is not written true or false: that for false, then that for true. */
    String[] words() default {};

    /** Whether a running server cannot take over a new value. */
    boolean restart() default false;
}
