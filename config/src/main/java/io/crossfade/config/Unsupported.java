package io.crossfade.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Keys of the documented grammar that this version does not act on, and therefore refuses. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Unsupported {
    String[] value();
}
