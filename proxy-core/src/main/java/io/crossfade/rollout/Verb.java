package io.crossfade.rollout;

/** What an operator can ask of a rollout. */
public enum Verb {
    START,
    PAUSE,
    RESUME,
    PROMOTE,
    PROMOTE_FULL,
    STEP_BACK,
    HOLD,
    SET_WEIGHT,
    ABORT,
    ROLLBACK,
    RETRY;

    /** Whether it is legal in every state: nobody has to look before he stops something. */
    public boolean alwaysLegal() {
        return this == PAUSE || this == HOLD || this == ROLLBACK;
    }

    /** The word used outside: {@code promoteFull} for {@link #PROMOTE_FULL}. */
    public String word() {
        return Words.camel(name());
    }

    /** The word, so that the journal keeps it and not the constant's name. */
    @Override
    public String toString() {
        return word();
    }
}
