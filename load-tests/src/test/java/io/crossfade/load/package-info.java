@NullMarked
package io.crossfade.load;

import org.jspecify.annotations.NullMarked;
