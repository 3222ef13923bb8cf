/**
 * One rollout as a plain object: its plan, its state, what was seen, and what follows.
 *
 * <p>An {@code Input} says that time has passed, that responses were seen, or that an operator asks. The {@code RolloutDecider}
 * answers with {@code Event}s: {@code Operators} answers a request, and the list of {@code Rule}s everything else. A new behaviour
 * is one rule, its place in that list, and a script that shows it. {@code Evidence} says by each {@code Metric} what the responses
 * mean; a new metric is one file and its place in {@code Metrics}.
 *
 * <p>Phases: draft; progressing, baking, gated, paused and held while an attempt is under way; then rolled back, completed or
 * failed, and retry begins anew.
 *
 * <p>A {@code Rollout} belongs to the thread that feeds it. What never happens: a clock, a thread, a file, a log or chance decides;
 * a state changes but by an event; an event of a released build changes its meaning.
 */
@NullMarked
package io.crossfade.rollout;

import org.jspecify.annotations.NullMarked;
