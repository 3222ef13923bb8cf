package io.crossfade.admit;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Keeps new users from a canary while its last failures wait for their judgement, because the control thread waits for a core or for
 * a disk (ADR 12). One per rollout, shared by the event loops, which tell how calls ended, and the control thread, which judges.
 *
 * <p>It costs one volatile read while the canary succeeds, and is written only when the canary fails and when it recovers.
 */
public final class Brake {
    /** Failures in a row, without a success on any loop, that may wait for their judgement. */
    public static final int MOST_UNJUDGED = 2;

    /** After so many in a row, judged or not, each is waited for. */
    public static final int LONG_ROW = 4;

    /** Keeps the counters of two rollouts out of one cache line, and out of the lines of what lies beside. */
    private static final int APART = 16;

    private static final int WAITING = APART;
    private static final int IN_A_ROW = WAITING + 1;

    private final AtomicIntegerArray cells = new AtomicIntegerArray(2 * APART + 2);

    /** The control thread's. */
    private int underJudgement;

    /** The canary has failed, and the observation of it is where the control thread finds it. Any event loop. */
    public void failed() {
        cells.getAndIncrement(IN_A_ROW);
        cells.getAndIncrement(WAITING);
    }

    /** The canary has succeeded. Any event loop. */
    public void succeeded() {
        if (cells.get(IN_A_ROW) != 0) {
            cells.set(IN_A_ROW, 0);
            cells.set(WAITING, 0);
        }
    }

    /**
     * Whether the canary has just failed twice in a row, or once more after {@link #LONG_ROW} in a row, and that is not judged yet.
     * As long as that lasts it should get no more users. Any thread.
     */
    public boolean holds() {
        int waiting = cells.get(WAITING);
        return waiting >= MOST_UNJUDGED || (waiting > 0 && cells.get(IN_A_ROW) > LONG_ROW);
    }

    /** What waits now will be judged: to be called before the observations are taken. Control thread. */
    public void look() {
        underJudgement = cells.get(WAITING);
    }

    /** What waited at the last {@link #look} is judged. Control thread. */
    public void judged() {
        int done = underJudgement;
        if (done > 0) {
            underJudgement = 0;
            cells.getAndUpdate(WAITING, count -> Math.max(0, count - done));
        }
    }
}
