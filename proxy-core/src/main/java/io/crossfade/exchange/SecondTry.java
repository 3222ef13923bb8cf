package io.crossfade.exchange;

import io.crossfade.outcome.Outcome;

/**
 * Whether a request is asked a second time, and of whom. This is the only place that says so: a rule for one more reason is one more
 * line here.
 *
 * <p>Every rule keeps to RFC 9110 section 9.2.2: what may have reached an endpoint is not sent again unless its method is idempotent,
 * and it must be all there to be sent.
 */
enum SecondTry {
    /** Nobody: what happened is the answer. */
    NONE,
    /** The same variant, over a connection that is fresh. */
    SAME,
    /** Another endpoint of the same variant. */
    OTHER_ENDPOINT,
    /** The baseline in place of the canary. */
    BASELINE;

    /** How far the request got. */
    enum Sent {
        /** Not a byte of it has left. */
        NOTHING,
        /** It was sent, not a byte of an answer has come, and it can be sent again: an idempotent method without a body. */
        REPEATABLE,
        /** It was sent, and that cannot be undone. */
        FINAL
    }

    /**
     * After a try has failed.
     *
     * @param stale whether its connection had carried a request before, so that the endpoint may have closed it while it was idle
     * @param endpointsLeft whether the upstream has an endpoint whose connect was not tried yet
     */
    static SecondTry after(Outcome why, Sent sent, boolean stale, boolean endpointsLeft) {
        return switch (why) {
            case REFUSED, CONNECT_TIMEOUT -> sent == Sent.NOTHING && endpointsLeft ? OTHER_ENDPOINT : NONE;
            case RESET -> sent == Sent.REPEATABLE && stale ? SAME : NONE;
            default -> NONE;
        };
    }

    /**
     * When the canary is rolled back at once while this request waits for it.
     *
     * @param safe whether the method is safe (RFC 9110 section 9.2.1): the canary may act on it all the same
     */
    static SecondTry onRecall(Sent sent, boolean safe) {
        return switch (sent) {
            case NOTHING -> BASELINE;
            case REPEATABLE -> safe ? BASELINE : NONE;
            case FINAL -> NONE;
        };
    }

    /**
     * When a request is overdue at the canary.
     *
     * @param safe whether it is safe, has no body, and may be asked of both
     */
    static SecondTry onOverdue(Sent sent, boolean safe) {
        return safe && sent != Sent.FINAL ? BASELINE : NONE;
    }
}
