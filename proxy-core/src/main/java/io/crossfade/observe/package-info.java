@NullMarked
package io.crossfade.observe;

import org.jspecify.annotations.NullMarked;
