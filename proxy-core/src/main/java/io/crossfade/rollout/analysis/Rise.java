package io.crossfade.rollout.analysis;

/**
 * When evidence against the canary last rose above e^3, which is when a story began; what happened before may have been chance.
 *
 * <p>Owner: the control thread.
 */
final class Rise {
    static final long NEVER = -1;

    private static final double LEAST = 3;

    private long atMillis = NEVER;
    private boolean above;

    /** @param logEvidence natural logarithm of the evidence after a failure of this instant */
    void evidence(double logEvidence, long nowMillis) {
        boolean before = above;
        above = logEvidence >= LEAST;
        if (above && !before) atMillis = nowMillis;
    }

    /** The same after something that speaks for the canary. */
    void evidence(double logEvidence) {
        above &= logEvidence >= LEAST;
    }

    /** {@link #NEVER} when it did not, or has fallen since. */
    long atMillis() {
        return above ? atMillis : NEVER;
    }

    void reset() {
        atMillis = NEVER;
        above = false;
    }

    void save(Words out) {
        out.put(atMillis);
        out.put(above ? 1L : 0L);
    }

    void restore(Words in) {
        atMillis = in.take();
        above = in.take() == 1;
    }
}
