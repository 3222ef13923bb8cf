package io.crossfade.assign;

/** Why a unit got its variant. */
public enum Reason {
    /** The unit key's bucket is below the weight, or not. */
    HASH("hash", true),
    /** The same, of a key made for a client that had none and now keeps it in a cookie. */
    MINTED("minted", true),
    /** The same, of a key made for this request alone: no source named the unit. */
    PER_REQUEST("per-request", true),
    /** The canary's breaker is open, so the baseline answers. */
    BREAKER("breaker", false),
    /** The canary failed twice in a row and the control thread has not judged that yet, so the baseline answers. */
    UNJUDGED("unjudged", false),
    /** The request was under way at the canary when it was rolled back, and could be asked again. */
    RECALLED("recalled", false),
    /** The request was overdue at the canary, and could be asked again. */
    OVERDUE("overdue", false);

    private final String word;
    private final boolean randomised;

    Reason(String word, boolean randomised) {
        this.word = word;
        this.randomised = randomised;
    }

    /** The word in answers, logs and headers; never changes. */
    public String word() {
        return word;
    }

    /** Whether the hash alone decided, so that the variants may be compared by this unit. */
    public boolean randomised() {
        return randomised;
    }
}
