@NullMarked
package io.crossfade.snapshot;

import org.jspecify.annotations.NullMarked;
