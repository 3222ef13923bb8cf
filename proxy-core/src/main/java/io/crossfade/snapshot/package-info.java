/**
 * All that an exchange reads, in one immutable value.
 *
 * <p>A {@link io.crossfade.snapshot.Snapshot} holds the routes with their targets, each with its upstream, split and brake, and the bounds of
 * requests. It is published by one reference, read once by an exchange, and kept by it to the end.
 *
 * <p>Nothing here acts, waits or counts; {@code runtime} makes snapshots and the control thread's weights make new ones of old ones.
 */
@NullMarked
package io.crossfade.snapshot;

import org.jspecify.annotations.NullMarked;
