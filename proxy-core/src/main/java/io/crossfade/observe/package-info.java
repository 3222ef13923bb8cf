/**
 * What was seen, counted where it happened and added up where it is read.
 *
 * <p>Each event loop writes its own {@code LoopCounters}, without a lock and without allocation; {@code CrossfadeCollector} merges them
 * for Prometheus. A number stands for a series, and numbers may come while requests are counted.
 *
 * <p>The {@link io.crossfade.observe.Feed} takes observations to the control thread: single failures and slow requests through a
 * ring per loop, successes as running totals, so that each is told once. A {@code Bell} wakes the control thread when something
 * waits that should not wait for its next look.
 *
 * <p>No label holds a key of a user. What does not fit into a ring is counted as dropped.
 */
@NullMarked
package io.crossfade.observe;

import org.jspecify.annotations.NullMarked;
