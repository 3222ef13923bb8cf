@NullMarked
package io.crossfade.http;

import org.jspecify.annotations.NullMarked;
