package io.crossfade.rollout.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts slow requests for the next {@link Batch}, slot by slot of the clock, on the canary at most 10 per unit and window.
 *
 * <p>One busy client would otherwise stand for many. The baseline has no such bound: it is slow from its own quantile on, the
 * canary only beyond its margin, so busy clients of the baseline reached the bound first, and what was left of the window looked as
 * if the canary alone were slow. To count less of the canary errs towards it. Units remembered in a window are bounded by
 * {@link #MOST_UNITS}; slow requests of further ones are not counted until the window ends. Slots are bounded by {@link #MOST_SLOTS};
 * further ones count with the last. Feed it hash-assigned units only. Owner: the control thread.
 */
public final class SlowCounter {
    static final int MOST_PER_UNIT = 10;
    static final int MOST_UNITS = 1 << 15;
    static final int MOST_SLOTS = 1 << 12;

    private static final int SMALLEST_TABLE = 1 << 8;

    private final int quantiles;

    /** The baseline's counts of a slot and then the canary's. */
    private final TreeMap<Long, int[]> slots = new TreeMap<>();

    /** Open addressing; a unit is in use where its count is above 0. Never more than half full. */
    private long[] units = new long[SMALLEST_TABLE];

    private byte[] seen = new byte[SMALLEST_TABLE];
    private int size;

    /** @param quantiles how many, as in the settings */
    public SlowCounter(int quantiles) {
        this.quantiles = quantiles;
    }

    /**
     * One slow request.
     *
     * @param unit 64-bit hash of the unit key
     * @param slowAt bit i is set when the request was slow at quantile i; 0 is ignored
     * @param slot number of the slot in which it ended
     */
    public void slow(long unit, boolean onCanary, int slowAt, long slot) {
        if (slowAt == 0 || (onCanary && !counts(unit))) return;
        int[] counts = countsOf(slot);
        int from = onCanary ? quantiles : 0;
        for (int i = 0; i < quantiles; i++) counts[from + i] += slowAt >>> i & 1;
    }

    private int[] countsOf(long slot) {
        int[] counts = slots.get(slot);
        if (counts == null && slots.size() == MOST_SLOTS)
            return slots.lastEntry().getValue();
        if (counts == null) {
            counts = new int[2 * quantiles];
            slots.put(slot, counts);
        }
        return counts;
    }

    /** Slow requests of the canary in slots before this one, at the quantile that has most. */
    public int canarySlow(long before) {
        int most = 0;
        for (int i = quantiles; i < 2 * quantiles; i++) {
            int count = 0;
            for (int[] counts : slots.headMap(before).values()) count += counts[i];
            most = Math.max(most, count);
        }
        return most;
    }

    /**
     * Hands over the slots before this one, in order; those in a row in which the canary had none come as one.
     *
     * @param weight canary share that their requests were assigned under, in buckets
     */
    public List<Batch.Slow> take(long before, int weight) {
        Map<Long, int[]> over = slots.headMap(before);
        List<Batch.Slow> taken = new ArrayList<>();
        int[] alone = new int[quantiles];
        for (int[] counts : over.values()) {
            if (isZero(counts, quantiles)) {
                for (int i = 0; i < quantiles; i++) alone[i] += counts[i];
            } else {
                hand(taken, weight, alone);
                taken.add(new Batch.Slow(weight, list(counts, 0), list(counts, quantiles)));
            }
        }
        hand(taken, weight, alone);
        over.clear();
        return taken;
    }

    private void hand(List<Batch.Slow> taken, int weight, int[] alone) {
        if (isZero(alone, 0)) return;
        taken.add(new Batch.Slow(weight, list(alone, 0), List.of()));
        Arrays.fill(alone, 0);
    }

    private static boolean isZero(int[] counts, int from) {
        for (int i = from; i < counts.length; i++) if (counts[i] > 0) return false;
        return true;
    }

    private List<Integer> list(int[] counts, int from) {
        return Arrays.stream(counts, from, from + quantiles).boxed().toList();
    }

    /** A window ends: every unit of the canary may count 10 times again. Counts not taken yet stay. */
    public void closeWindow() {
        if (size == 0) return;
        Arrays.fill(seen, (byte) 0);
        size = 0;
    }

    private boolean counts(long unit) {
        int place = placeOf(unit);
        if (seen[place] == 0) {
            if (size == MOST_UNITS) return false;
            if (2 * size == units.length) {
                grow();
                place = placeOf(unit);
            }
            units[place] = unit;
            size++;
        }
        if (seen[place] == MOST_PER_UNIT) return false;
        seen[place]++;
        return true;
    }

    /** Where the unit is, or would be. */
    private int placeOf(long unit) {
        int mask = units.length - 1;
        int place = Long.hashCode(unit * 0x9E3779B97F4A7C15L) & mask;
        while (seen[place] != 0 && units[place] != unit) place = place + 1 & mask;
        return place;
    }

    private void grow() {
        long[] oldUnits = units;
        byte[] oldSeen = seen;
        units = new long[2 * oldUnits.length];
        seen = new byte[units.length];
        for (int i = 0; i < oldUnits.length; i++) {
            if (oldSeen[i] == 0) continue;
            int place = placeOf(oldUnits[i]);
            units[place] = oldUnits[i];
            seen[place] = oldSeen[i];
        }
    }
}
