/**
 * How an exchange can end, and what is told of it.
 *
 * <p>Every exchange ends in one {@code Outcome}, also when a client leaves and when the fault is ours. The outcome knows what it
 * means: whether the variant failed, whether it may be blamed, which word stands in metrics and in the answer.
 *
 * <p>Values only. JDK only.
 */
@NullMarked
package io.crossfade.outcome;

import org.jspecify.annotations.NullMarked;
