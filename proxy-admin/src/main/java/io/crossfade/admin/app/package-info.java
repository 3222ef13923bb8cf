/** The program: which verb was typed, the one place where the parts of a server are put together, and its end. */
@NullMarked
package io.crossfade.admin.app;

import org.jspecify.annotations.NullMarked;
