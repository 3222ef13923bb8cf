package io.crossfade.rollout;

/** How users are meant to leave the canary; recorded, while this version takes the weight to 0 at once in every mode. */
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
