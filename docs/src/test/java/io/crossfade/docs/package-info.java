/** Keeps the pages true: links, examples, commands, names and words are held against what is there. */
@NullMarked
package io.crossfade.docs;

import org.jspecify.annotations.NullMarked;
