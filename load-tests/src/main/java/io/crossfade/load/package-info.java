/** Load on real sockets: a service to be proxied and a generator that measures the proxy. JDK only, one thread each. */
@NullMarked
package io.crossfade.load;

import org.jspecify.annotations.NullMarked;
