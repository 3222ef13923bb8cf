@NullMarked
package io.crossfade.admin.app;

import org.jspecify.annotations.NullMarked;
