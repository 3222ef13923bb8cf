package io.crossfade.rollout.analysis;

/** What a detector, or a metric as a whole, has to say. */
public enum Verdict {
    /** Shown to be within its limit, at the confidence asked for. */
    PASS("Pass"),
    /** The canary is to blame. */
    FAIL("Fail"),
    /** Neither shown. */
    INCONCLUSIVE("Inconclusive"),
    /** Nothing to judge: no traffic, no concurrent control, or switched off. */
    NO_DATA("NoData"),
    /** Baseline and canary are both over the limit: nobody is blamed. */
    SHARED_FATE("SharedFate");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /** As the API, the metrics and the journal spell it. */
    public String word() {
        return word;
    }
}
