package io.crossfade.admit;

/**
 * Whether what is overdue at the canary may be asked of the baseline: within a budget, and while the baseline is not overdue
 * itself. One per rollout, shared by the event loops, each with its number; nothing is locked.
 */
public final class Recalls {
    /** The baseline is judged by the second that is under way and the one before. */
    private static final int BASELINE_SECONDS = 2;

    /** It is overdue when more than one in so many of its requests is. */
    private static final int OVERDUE_ONE_IN = 10;

    private final Budget budget;
    private final LastSeconds answered;
    private final LastSeconds overdue;

    /** @param share of the rollout's requests that may be recalled, 0..1 */
    public Recalls(double share, int loops) {
        budget = new Budget(share, loops);
        answered = new LastSeconds(loops, BASELINE_SECONDS);
        overdue = new LastSeconds(loops, BASELINE_SECONDS);
    }

    /** As it was given. */
    public double share() {
        return budget.share();
    }

    /** A client has asked something of the rollout. The thread of this loop, and so for all. */
    public void asked(int loop, long nowNanos) {
        budget.asked(loop, nowNanos);
    }

    /** The baseline has answered well, and before the request was overdue. */
    public void baselineAnswered(int loop, long nowNanos) {
        answered.add(loop, nowNanos);
    }

    /** A request has become overdue at the baseline, one that was recalled among them. */
    public void baselineOverdue(int loop, long nowNanos) {
        overdue.add(loop, nowNanos);
    }

    public boolean isBaselineOverdue(long nowNanos) {
        long late = overdue.sum(nowNanos);
        return late > 0 && late * OVERDUE_ONE_IN > late + answered.sum(nowNanos);
    }

    /** Whether the budget has something left. */
    public boolean isBudgetLeft(int loop, long nowNanos) {
        return budget.isLeft(loop, nowNanos);
    }

    /** A request was recalled because it was overdue. */
    public void recalled(int loop, long nowNanos) {
        budget.spend(loop, nowNanos);
    }
}
