@NullMarked
package io.crossfade.upstream;

import org.jspecify.annotations.NullMarked;
