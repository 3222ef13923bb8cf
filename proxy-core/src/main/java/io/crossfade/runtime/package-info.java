/**
 * The parts of a server put together, changed while it serves, and taken apart.
 *
 * <p>{@code SnapshotCompiler} makes of a configuration, and of what was compiled before it, the next {@code Compiled}: what did not
 * change keeps its number, pools, breaker, counters and evidence, by name. {@code Reload} carries such a change out: listeners,
 * rollouts, one reference for the data plane, then the end of what nobody names. {@code Server} starts, drains and stops.
 *
 * <p>Here and nowhere else are threads made and rooms introduced to each other. A configuration that cannot be carried out changes
 * nothing.
 */
@NullMarked
package io.crossfade.runtime;

import org.jspecify.annotations.NullMarked;
