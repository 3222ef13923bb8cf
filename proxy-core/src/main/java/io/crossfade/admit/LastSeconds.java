package io.crossfade.admit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How often something has happened in the last seconds. Each event loop counts for itself, without a lock; whoever asks adds up what it
 * sees, which may be a moment old.
 */
final class LastSeconds {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Keeps the cells of two loops out of one cache line. */
    private static final int PADDING = 16;

    private final int seconds;
    private final int mask;

    /** Of each loop: a cell holds a second in its upper half and the count of it in the lower. */
    private final long[][] loops;

    /** @param seconds how far back a sum looks, the second that is under way included */
    LastSeconds(int loops, int seconds) {
        this.seconds = seconds;
        int cells = Integer.highestOneBit(seconds) << 1;
        this.mask = cells - 1;
        this.loops = new long[loops][PADDING + cells + PADDING];
    }

    /** It has happened. The thread of this loop. */
    void add(int loop, long nowNanos) {
        long[] cells = loops[loop];
        int second = second(nowNanos);
        int at = PADDING + (second & mask);
        long cell = cells[at];
        CELL.setOpaque(cells, at, (int) (cell >>> Integer.SIZE) == second ? cell + 1 : first(second));
    }

    /** How often on all loops. Any thread. */
    long sum(long nowNanos) {
        int now = second(nowNanos);
        long sum = 0;
        for (long[] cells : loops) {
            for (int age = 0; age < seconds; age++) {
                int second = now - age;
                long cell = (long) CELL.getOpaque(cells, PADDING + (second & mask));
                sum += (int) (cell >>> Integer.SIZE) == second ? cell & 0xFFFF_FFFFL : 0;
            }
        }
        return sum;
    }

    private static long first(int second) {
        return (long) second << Integer.SIZE | 1;
    }

    private static int second(long nanos) {
        return (int) Math.floorDiv(nanos, NANOS_PER_SECOND);
    }
}
