@NullMarked
package io.crossfade.admin.cli;

import org.jspecify.annotations.NullMarked;
