@NullMarked
package io.crossfade.outcome;

import org.jspecify.annotations.NullMarked;
