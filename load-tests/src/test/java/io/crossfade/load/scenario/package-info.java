/** The promises of the product, each tried on a real server process with real sockets on both of its sides. */
@NullMarked
package io.crossfade.load.scenario;

import org.jspecify.annotations.NullMarked;
