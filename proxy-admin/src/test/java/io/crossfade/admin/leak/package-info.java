@NullMarked
package io.crossfade.admin.leak;

import org.jspecify.annotations.NullMarked;
