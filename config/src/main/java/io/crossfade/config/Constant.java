package io.crossfade.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Declares a key that may only be one word in this version, so that no component holds it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(Constant.Several.class)
@interface Constant {

    String name();

    String word();

    String says();

    /** As {@link Key#missing}. */
    String missing() default "";

    /** The constants of one section. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Several {
        Constant[] value();
    }
}
