/**
 * Pure statistics: what the control thread saw of the baseline and the canary goes in, verdicts come out.
 *
 * <p>No clock, thread, IO, logging or randomness; every transcendental function is {@link java.lang.StrictMath}'s, so that the
 * same batches give the same bits on every machine and a restart continues where the journal ends.
 *
 * <p><b>The bound.</b> All detectors are e-detectors of the Shiryaev-Roberts kind (Shin, Ramdas, Rinaldo: <i>E-detectors: a
 * nonparametric framework for sequential change detection</i>, NEJSDS 2023; Shiryaev 1963, Roberts 1966). For an alternative j
 * and the likelihood ratio LR of the next event, {@code R_j <- (R_j + delta) * LR_j}, from zero. As long as the null hypothesis
 * holds, E[LR | past] is at most 1, so {@code R_j - delta * n} is a supermartingale and E[R_j] is at most {@code delta * n}
 * after n events. An average of such R_j is one again. Tripping at {@code mean R >= A} hence has, by optional stopping at
 * {@code min(trip, n)} and Markov's inequality, {@code P(false trip within n events) <= delta * n / A}. Because each event starts
 * a new test of weight delta, an hour of health costs nothing: the evidence cannot sink below what one event is worth.
 *
 * <p>C asks who fails among those who fail, S how often the canary fails at all, L who is slow among those who are slow,
 * A who gives up among those who give up, E who is answered in an unusual way among those who are; see
 * {@link io.crossfade.rollout.analysis.ConcurrentControl}, {@link io.crossfade.rollout.analysis.AbsoluteLimit} and
 * {@link io.crossfade.rollout.analysis.SlowShare}, {@link io.crossfade.rollout.analysis.GivenUp},
 * {@link io.crossfade.rollout.analysis.UnusualAnswers}. {@link io.crossfade.rollout.analysis.Analysis} is the only door.
 */
@NullMarked
package io.crossfade.rollout.analysis;

import org.jspecify.annotations.NullMarked;
