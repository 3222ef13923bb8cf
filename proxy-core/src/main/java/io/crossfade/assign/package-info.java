@NullMarked
package io.crossfade.assign;

import org.jspecify.annotations.NullMarked;
