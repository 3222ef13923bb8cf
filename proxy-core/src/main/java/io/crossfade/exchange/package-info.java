@NullMarked
package io.crossfade.exchange;

import org.jspecify.annotations.NullMarked;
