package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * Counts slow requests for the next {@link Batch}, on the canary at most 10 per unit and window.
 *
 * <p>One busy client would otherwise stand for many. The baseline has no such bound: it is slow from its own quantile on, the
 * canary only beyond its margin, so busy clients of the baseline reached the bound first, and what was left of the window looked as
 * if the canary alone were slow. To count less of the canary errs towards it. Units remembered in a window are bounded by
 * {@link #MOST_UNITS}; slow requests of further ones are not counted until the window ends. Feed it hash-assigned units only.
 * Owner: the control thread.
 */
public final class SlowCounter {
    static final int MOST_PER_UNIT = 10;
    static final int MOST_UNITS = 1 << 15;

    private static final int SMALLEST_TABLE = 1 << 8;

    private final int[] baseline;
    private final int[] canary;

    /** Open addressing; a unit is in use where its count is above 0. Never more than half full. */
    private long[] units = new long[SMALLEST_TABLE];

    private byte[] seen = new byte[SMALLEST_TABLE];
    private int size;

    /** @param quantiles how many, as in the settings */
    public SlowCounter(int quantiles) {
        baseline = new int[quantiles];
        canary = new int[quantiles];
    }

    /**
     * One slow request.
     *
     * @param unit 64-bit hash of the unit key
     * @param slowAt bit i is set when the request was slow at quantile i; 0 is ignored
     */
    public void slow(long unit, boolean onCanary, int slowAt) {
        if (slowAt == 0 || (onCanary && !counts(unit))) return;
        int[] counts = onCanary ? canary : baseline;
        for (int i = 0; i < counts.length; i++) counts[i] += slowAt >>> i & 1;
    }

    /** What the canary has had since the last {@link #takeCanary}, one count per quantile. */
    public int[] takeCanary() {
        return take(canary);
    }

    /** The same of the baseline. */
    public int[] takeBaseline() {
        return take(baseline);
    }

    /** Whether there is anything to take of the canary. */
    public boolean canarySlow() {
        for (int count : canary) {
            if (count > 0) return true;
        }
        return false;
    }

    /** A window ends: every unit of the canary may count 10 times again. Counts not taken yet stay. */
    public void closeWindow() {
        if (size == 0) return;
        Arrays.fill(seen, (byte) 0);
        size = 0;
    }

    private static int[] take(int[] counts) {
        int[] taken = counts.clone();
        Arrays.fill(counts, 0);
        return taken;
    }

    private boolean counts(long unit) {
        int slot = slotOf(unit);
        if (seen[slot] == 0) {
            if (size == MOST_UNITS) return false;
            if (2 * size == units.length) {
                grow();
                slot = slotOf(unit);
            }
            units[slot] = unit;
            size++;
        }
        if (seen[slot] == MOST_PER_UNIT) return false;
        seen[slot]++;
        return true;
    }

    /** Where the unit is, or would be. */
    private int slotOf(long unit) {
        int mask = units.length - 1;
        int slot = Long.hashCode(unit * 0x9E3779B97F4A7C15L) & mask;
        while (seen[slot] != 0 && units[slot] != unit) slot = slot + 1 & mask;
        return slot;
    }

    private void grow() {
        long[] oldUnits = units;
        byte[] oldSeen = seen;
        units = new long[2 * oldUnits.length];
        seen = new byte[units.length];
        for (int i = 0; i < oldUnits.length; i++) {
            if (oldSeen[i] == 0) continue;
            int slot = slotOf(oldUnits[i]);
            units[slot] = oldUnits[i];
            seen[slot] = oldSeen[i];
        }
    }
}
