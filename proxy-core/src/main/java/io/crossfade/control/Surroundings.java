package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import java.util.function.LongSupplier;

/**
 * What the control thread has around it.
 *
 * @param monotonicNanos such as {@code System::nanoTime}; all decisions go by it
 * @param wallMillis such as {@code System::currentTimeMillis}; for people alone
 */
public record Surroundings(RolloutFeed feed, WeightSink sink, LongSupplier monotonicNanos, LongSupplier wallMillis) {}
