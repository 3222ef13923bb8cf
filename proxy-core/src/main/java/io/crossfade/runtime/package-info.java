@NullMarked
package io.crossfade.runtime;

import org.jspecify.annotations.NullMarked;
