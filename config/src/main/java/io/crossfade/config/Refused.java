package io.crossfade.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Keys that other sections of this kind have and this one cannot have, and why, with what would be right. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Refused {
    String[] keys();

    /** Completes the key's path: {@code has no ... (expected: ...)}. */
    String why();
}
