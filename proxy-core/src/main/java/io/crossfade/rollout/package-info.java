@NullMarked
package io.crossfade.rollout;

import org.jspecify.annotations.NullMarked;
