@NullMarked
package io.crossfade.config;

import org.jspecify.annotations.NullMarked;
