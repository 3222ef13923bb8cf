@NullMarked
package io.crossfade.admin.architecture;

import org.jspecify.annotations.NullMarked;
