package io.crossfade.rollout;

/**
 * How users leave the canary. The weight goes to 0 at once in every mode; IMMEDIATE also recalls what waits for the canary,
 * GRACEFUL and COMPLETE let the canary end it.
 */
public enum Mode {
    IMMEDIATE,
    GRACEFUL,
    COMPLETE;

    public String word() {
        return Words.camel(name());
    }

    /** The word, so that the journal keeps it and not the constant's name. */
    @Override
    public String toString() {
        return word();
    }
}
