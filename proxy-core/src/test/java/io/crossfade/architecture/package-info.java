/** Keeps the directions between the packages; {@code fixture} holds one offender per rule. */
@NullMarked
package io.crossfade.architecture;

import org.jspecify.annotations.NullMarked;
