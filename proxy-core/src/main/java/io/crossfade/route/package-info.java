/**
 * Which route a request takes: {@link io.crossfade.route.RouteTable#match}.
 *
 * <p>The table is made once from the configuration and never changes. A rule that names the host goes before one that does not,
 * then the longest prefix of the path, found by a tree of prefixes; so the cost does not grow with the number of routes.
 *
 * <p>It compares what {@code http} has normalised and knows nothing of variants, upstreams or weights. JDK only; any thread.
 */
@NullMarked
package io.crossfade.route;

import org.jspecify.annotations.NullMarked;
