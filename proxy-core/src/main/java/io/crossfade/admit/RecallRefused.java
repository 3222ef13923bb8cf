package io.crossfade.admit;

/** Why an overdue request stays where it is. */
public enum RecallRefused {
    /** As many as the budget allows were recalled. */
    BUDGET("budget"),
    /** The baseline keeps its own users waiting. */
    BASELINE_OVERDUE("baseline_overdue"),
    /** Half of the baseline's connections are busy. */
    POOL("pool"),
    /** The baseline's breaker lets nobody through. */
    BREAKER("breaker");

    private final String word;

    RecallRefused(String word) {
        this.word = word;
    }

    /** The word in metrics; never changes. */
    public String word() {
        return word;
    }
}
