@NullMarked
package io.crossfade.leak;

import org.jspecify.annotations.NullMarked;
