package io.crossfade.exchange;

import io.crossfade.admit.Breaker;
import io.crossfade.outcome.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The leave to call one variant: taken when the breaker admits the call, settled once with how it went. One per exchange, reused;
 * event loop only.
 *
 * <p>A call that is settled early, at the head of a long answer, may still {@linkplain #brokeOff break off}; that is a failure more.
 */
final class Permit {
    private Breaker.@Nullable Gate gate;
    private boolean settled;

    /** @param admitted the gate that has just said yes */
    void take(Breaker.Gate admitted) {
        if (gate != null && !settled) {
            throw new IllegalStateException("a permit is taken before the one before it is settled: settle that first");
        }
        gate = admitted;
        settled = false;
    }

    /**
     * Gives the permit back, as soon as it is known how the call goes: a download must not keep a half-open breaker waiting.
     *
     * @throws IllegalStateException when there is none, or it is settled already: both would count a call twice
     */
    void settle(Outcome soFar) {
        Breaker.Gate g = gate;
        if (g == null || settled) {
            throw new IllegalStateException(
                    "a permit is settled a second time: settle it where the outcome is first known, and nowhere else");
        }
        settled = true;
        if (soFar.failure()) {
            g.failure();
        } else if (soFar == Outcome.OK || soFar == Outcome.RATE_LIMITED_429) {
            g.success();
        } else {
            g.cancel();
        }
    }

    /**
     * The call is over. An answer that began well and breaks off is counted as a failure besides.
     *
     * @param failed whether the status failed already
     */
    void end(Outcome outcome, boolean failed) {
        if (!settled) {
            settle(outcome);
        } else if (outcome.failure() && !failed) {
            brokeOff();
        }
    }

    /** A call that was settled as a success has failed after all. */
    void brokeOff() {
        Breaker.Gate g = gate;
        if (g == null || !settled) {
            throw new IllegalStateException(
                    "a permit that is not settled cannot break off: settle it with the failure");
        }
        g.failure();
    }

    /**
     * The exchange is over.
     *
     * @throws IllegalStateException when the permit is still open: the call would never be counted
     */
    void clear() {
        if (gate != null && !settled) {
            throw new IllegalStateException("an exchange ends with its permit open: settle it with the outcome first");
        }
        gate = null;
        settled = false;
    }
}
