@NullMarked
package io.crossfade.route;

import org.jspecify.annotations.NullMarked;
