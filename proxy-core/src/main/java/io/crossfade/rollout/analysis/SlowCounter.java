package io.crossfade.rollout.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Counts slow trials for the next {@link Batch}, slot by slot of the clock and by the weight their units were assigned under.
 *
 * <p>A unit of the canary adds at most e^3 to any R_j of a quantile in an hour: a slow trial adds at most e^s, with s the logarithm of
 * the largest ratio there is at its weight or the bound per slot, so it counts while what is left of 3 is at least s, and once in any
 * case. A slow trial of the baseline only takes evidence away, so it always counts. Slots are bounded by {@link #MOST_SLOTS}; further
 * ones count with the last. Feed it trials of hash-assigned units only. Owner: the control thread.
 */
public final class SlowCounter {
    static final int MOST_SLOTS = 1 << 12;

    /** Natural logarithm of the most evidence of one unit in an hour, per quantile. */
    static final double MOST_PER_UNIT = 3;

    private final int quantiles;

    private record Place(long slot, int weight) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int bySlot = Long.compare(slot, other.slot);
            return bySlot != 0 ? bySlot : Integer.compare(weight, other.weight);
        }
    }

    /** The baseline's counts of a slot and then the canary's, and then how many of the canary's hung. */
    private final TreeMap<Place, int[]> slots = new TreeMap<>();

    private final SpentUnits spent;
    private final float[] left;
    private int stepWeight = -1;
    private float step;

    /** @param quantiles how many, as in the settings */
    public SlowCounter(int quantiles) {
        this.quantiles = quantiles;
        this.spent = new SpentUnits(quantiles);
        this.left = new float[quantiles];
    }

    /** A trial that ended slowly. */
    public void slow(long unit, boolean onCanary, int weight, int slowAt, long slot) {
        slow(unit, onCanary, weight, slowAt, slot, false);
    }

    /**
     * One slow trial.
     *
     * @param unit 64-bit hash of the unit key
     * @param weight canary share when the unit was assigned, in buckets
     * @param slowAt bit i is set when the request was slow at quantile i; 0 is ignored
     * @param slot number of the slot in which it was seen
     * @param hangs whether nobody waited for its end: it is under way still, or its user gave up
     */
    public void slow(long unit, boolean onCanary, int weight, int slowAt, long slot, boolean hangs) {
        int counts = onCanary ? counting(unit, weight, slowAt) : slowAt;
        if (counts == 0) return;
        int[] into = countsOf(new Place(slot, weight));
        int from = onCanary ? quantiles : 0;
        for (int i = 0; i < quantiles; i++) into[from + i] += counts >>> i & 1;
        if (onCanary && hangs) into[2 * quantiles]++;
    }

    /** The quantiles at which a slow trial of the canary still counts; it is spent there. */
    private int counting(long unit, int weight, int slowAt) {
        float most = stepAt(weight);
        float[] before = spent.of(unit);
        int counts = 0;
        for (int i = 0; i < quantiles; i++) {
            boolean slow = (slowAt >>> i & 1) == 1;
            boolean does = slow && (before[i] == 0 || before[i] + most <= MOST_PER_UNIT);
            left[i] = does ? most : 0;
            counts |= does ? 1 << i : 0;
        }
        if (counts != 0) spent.add(unit, left);
        return counts;
    }

    /** The most that one slow trial of the canary may add at a weight. */
    private float stepAt(int weight) {
        if (weight != stepWeight) {
            stepWeight = weight;
            double pi = weight / (double) Batch.BUCKETS;
            double null0 = SlowShare.MARGIN * pi / (SlowShare.MARGIN * pi + 1 - pi);
            step = weight == Batch.BUCKETS
                    ? (float) PacedEvidence.MOST_PER_SLOT
                    : (float) Math.min(PacedEvidence.MOST_PER_SLOT, -StrictMath.log(null0));
        }
        return step;
    }

    private int[] countsOf(Place place) {
        int[] counts = slots.get(place);
        if (counts == null && slots.size() >= MOST_SLOTS)
            return slots.lastEntry().getValue();
        if (counts == null) {
            counts = new int[2 * quantiles + 1];
            slots.put(place, counts);
        }
        return counts;
    }

    /** Slow requests of the canary in slots before this one, at the quantile that has most. */
    public int canarySlow(long before) {
        int most = 0;
        for (int i = quantiles; i < 2 * quantiles; i++) {
            int count = 0;
            for (int[] counts : slots.headMap(first(before)).values()) count += counts[i];
            most = Math.max(most, count);
        }
        return most;
    }

    private static Place first(long slot) {
        return new Place(slot, Integer.MIN_VALUE);
    }

    /** Hands over the slots before this one, in order; those of a weight in a row in which the canary had none come as one. */
    public List<Batch.Slow> take(long before) {
        var over = slots.headMap(first(before));
        List<Batch.Slow> taken = new ArrayList<>();
        int[] alone = new int[quantiles];
        int weight = -1;
        for (var each : over.entrySet()) {
            int[] counts = each.getValue();
            boolean canaryToo = !isZero(counts, quantiles);
            if (canaryToo || each.getKey().weight() != weight) {
                hand(taken, weight, alone);
                weight = each.getKey().weight();
            }
            if (canaryToo) {
                taken.add(new Batch.Slow(weight, list(counts, 0), list(counts, quantiles), counts[2 * quantiles]));
            } else {
                for (int i = 0; i < quantiles; i++) alone[i] += counts[i];
            }
        }
        hand(taken, weight, alone);
        over.clear();
        return taken;
    }

    private void hand(List<Batch.Slow> taken, int weight, int[] alone) {
        if (isZero(alone, 0)) return;
        taken.add(new Batch.Slow(weight, list(alone, 0), List.of(), 0));
        Arrays.fill(alone, 0);
    }

    private static boolean isZero(int[] counts, int from) {
        for (int i = from; i < counts.length; i++) if (counts[i] > 0) return false;
        return true;
    }

    private List<Integer> list(int[] counts, int from) {
        return Arrays.stream(counts, from, from + quantiles).boxed().toList();
    }

    /** What is known of units takes about so many bytes. */
    public long unitBytes() {
        return spent.bytes();
    }

    /** Forgets what is known of units; detector L must forget its evidence too. */
    public void forgetUnits() {
        spent.forget();
    }

    /** An hour ends: what a unit was two hours ago does not matter any more. */
    public void closeHour() {
        spent.age();
    }
}
