@NullMarked
package io.crossfade.admit;

import org.jspecify.annotations.NullMarked;
