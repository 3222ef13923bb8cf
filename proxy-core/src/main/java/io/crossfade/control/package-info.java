@NullMarked
package io.crossfade.control;

import org.jspecify.annotations.NullMarked;
