/**
 * Whether a call may go now.
 *
 * <p>A {@link io.crossfade.admit.Breaker} belongs to an upstream: it gives the leave for a call, and is told once how that call went. The
 * {@link io.crossfade.admit.Brake} belongs to a rollout: while two failures of its canary are not judged yet, new users go to the baseline.
 *
 * <p>Breakers are Resilience4j's and are counted per upstream, for all event loops. Whoever is refused here has reached no
 * endpoint, so it may be sent elsewhere.
 */
@NullMarked
package io.crossfade.admit;

import org.jspecify.annotations.NullMarked;
