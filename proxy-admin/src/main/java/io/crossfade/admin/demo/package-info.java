@NullMarked
package io.crossfade.admin.demo;

import org.jspecify.annotations.NullMarked;
