package io.crossfade.rollout.analysis;

import java.util.List;

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

    /** By their numbers in a memento; never reordered. */
    private static final List<Verdict> STORED = List.of(PASS, FAIL, INCONCLUSIVE, NO_DATA, SHARED_FATE);

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /** As a memento numbers it. */
    long stored() {
        return STORED.indexOf(this);
    }

    /** @throws IllegalArgumentException when it is no such number */
    static Verdict of(long stored) {
        if (stored < 0 || stored >= STORED.size())
            throw new IllegalArgumentException("memento is damaged: verdict " + stored);
        return STORED.get((int) stored);
    }

    /** As the API, the metrics and the journal spell it. */
    public String word() {
        return word;
    }
}
