package io.crossfade.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One loop's totals of one rollout: written by the loop, and beside them what the control thread has taken. Totals are
 * compared as ints, so that they may wrap: between two looks less than 2^31 requests pass.
 */
final class Tally {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    /** Keeps the cells of two loops, and of writer and reader, out of one cache line. */
    private static final int PADDING = 16;

    private static final int BASELINE_OK = PADDING;
    private static final int CANARY_OK = PADDING + 1;
    private static final int BASELINE_TRIALS = PADDING + 2;
    private static final int CANARY_TRIALS = PADDING + 3;
    private static final int WITNESSES = PADDING + 4;
    private static final int LATENCIES = PADDING + 5;

    private static final int GAPS = LATENCIES + LatencyBuckets.COUNT;

    private final long[] cells = new long[GAPS + Gaps.CLASSES + PADDING];
    private int baselineTaken;
    private int canaryTaken;

    /** The loop's; made when the first unit comes. */
    private @Nullable Minutes trials;

    /** The same of answers of a class. */
    private @Nullable Minutes answers;

    /** Made when the first unit comes. */
    private volatile @Nullable SeenUnits units;

    /** The loop's; made when the first unit comes. */
    private @Nullable NewUnits newUnits;

    /** Whether the unit comes for the first time since this call. The loop's thread. */
    boolean comesNew(int call, long unit) {
        NewUnits before = newUnits;
        if (before == null) {
            before = new NewUnits(call);
            newUnits = before;
        }
        return before.first(call, unit);
    }

    /** A request of a hash-assigned unit has ended. The loop's thread. */
    void ended(int call, int who, boolean failed, long unit) {
        SeenUnits seen = units;
        if (seen == null) {
            seen = new SeenUnits();
            units = seen;
        }
        boolean canary = (who & RolloutFeed.Observed.CANARY) != 0;
        seen.ended(call, canary, RolloutFeed.Observed.weight(who), failed, unit);
    }

    /** Adds the units that were seen since this call. The control thread. */
    void readUnits(int call, UnitCounts into) {
        SeenUnits seen = units;
        if (seen != null) {
            seen.read(call, into);
        }
    }

    /** Whether this is the unit's trial of its minute. The loop's thread. */
    boolean trial(long unit, long nowNanos) {
        Minutes minutes = trials;
        if (minutes == null) {
            minutes = new Minutes(nowNanos);
            trials = minutes;
        }
        return minutes.first(unit, nowNanos);
    }

    /** Whether the unit gets such an answer for the first time in its minute. The loop's thread. */
    boolean firstAnswer(long unitAndClass, long nowNanos) {
        Minutes minutes = answers;
        if (minutes == null) {
            minutes = new Minutes(nowNanos);
            answers = minutes;
        }
        return minutes.first(unitAndClass, nowNanos);
    }

    void addTrial(boolean canary) {
        add(canary ? CANARY_TRIALS : BASELINE_TRIALS);
    }

    long trials(boolean canary) {
        return (long) CELL.getOpaque(cells, canary ? CANARY_TRIALS : BASELINE_TRIALS);
    }

    void addOk(boolean canary) {
        add(canary ? CANARY_OK : BASELINE_OK);
    }

    void addLatency(int bucket) {
        add(LATENCIES + bucket);
    }

    /** An answer of the baseline came in pieces, and this is the class of its longest silence. */
    void addGap(int gapClass) {
        add(GAPS + gapClass);
    }

    long gaps(int gapClass) {
        return (long) CELL.getOpaque(cells, GAPS + gapClass);
    }

    long ok(boolean canary) {
        return (long) CELL.getOpaque(cells, canary ? CANARY_OK : BASELINE_OK);
    }

    /** One more of those that the call of this number asks for; the first forgets those of the call before. Returns how many it is. */
    long addWitness(int call) {
        long before = cells[WITNESSES];
        long same = before >>> Integer.SIZE == call ? before : (long) call << Integer.SIZE;
        CELL.setOpaque(cells, WITNESSES, same + 1);
        return same + 1 & 0xFFFF_FFFFL;
    }

    /** Those of the call of this number. */
    long witnesses(int call) {
        long witnesses = (long) CELL.getOpaque(cells, WITNESSES);
        return witnesses >>> Integer.SIZE == call ? witnesses & 0xFFFF_FFFFL : 0;
    }

    long latencies(int bucket) {
        return (long) CELL.getOpaque(cells, LATENCIES + bucket);
    }

    int takeBaseline(int total) {
        int fresh = Math.max(0, total - baselineTaken); // negative: already taken ahead of an older observation
        baselineTaken += fresh;
        return fresh;
    }

    int takeCanary(int total) {
        int fresh = Math.max(0, total - canaryTaken);
        canaryTaken += fresh;
        return fresh;
    }

    private void add(int cell) {
        CELL.setOpaque(cells, cell, cells[cell] + 1);
    }
}
