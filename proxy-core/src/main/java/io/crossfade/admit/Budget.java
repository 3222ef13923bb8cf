package io.crossfade.admit;

/**
 * Leave to ask more of an upstream than clients have asked, for a share of what they ask. Shared by the event loops, each with its
 * number; no lock, so that loops that ask at the same moment may go beyond it by one each.
 */
final class Budget {
    /** Asked and spent are those of so many seconds. */
    static final int SECONDS = 10;

    /** So much may be spent a second, be the share ever so little. */
    static final int FLOOR = 3;

    private static final int APART = 16;

    private final double share;
    private final LastSeconds asked;
    private final LastSeconds spent;

    /** When each loop last saw that nothing was left, the cells of two loops apart. */
    private final long[] emptyNanos;

    /** @param share 0..1 */
    Budget(double share, int loops) {
        this.share = share;
        this.asked = new LastSeconds(loops, SECONDS);
        this.spent = new LastSeconds(loops, SECONDS);
        this.emptyNanos = new long[loops * APART];
    }

    double share() {
        return share;
    }

    /** A client has asked something. The thread of this loop, and so for all. */
    void asked(int loop, long nowNanos) {
        asked.add(loop, nowNanos);
    }

    /** Whether there is something left; free for all that ask in the same instant after a no. */
    boolean isLeft(int loop, long nowNanos) {
        if (emptyNanos[loop * APART] == nowNanos) {
            return false;
        }
        boolean left = spent.sum(nowNanos) < Math.max(FLOOR * SECONDS, (long) (share * asked.sum(nowNanos)));
        if (!left) {
            emptyNanos[loop * APART] = nowNanos;
        }
        return left;
    }

    void spend(int loop, long nowNanos) {
        spent.add(loop, nowNanos);
    }
}
