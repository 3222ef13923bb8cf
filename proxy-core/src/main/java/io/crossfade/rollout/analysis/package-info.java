@NullMarked
package io.crossfade.rollout.analysis;

import org.jspecify.annotations.NullMarked;
