package io.crossfade.rollout.analysis;

import java.util.Arrays;

/** A set of units that only grows, up to a bound; open addressing. Owner: the control thread. */
final class UnitSet {
    private static final int SMALLEST = 1 << 6;

    private final int most;
    private long[] units = new long[SMALLEST];

    /** Whether 0, which stands for a free place, is in the set. */
    private boolean zero;

    private int size;

    UnitSet(int most) {
        this.most = most;
    }

    /** Whether it was not there before; what comes to a full set is not added. */
    boolean add(long unit) {
        if (full()) return false;
        if (unit == 0) {
            boolean fresh = !zero;
            zero = true;
            size += fresh ? 1 : 0;
            return fresh;
        }
        if (2 * size >= units.length) grow();
        int place = placeOf(unit);
        if (units[place] == unit) return false;
        units[place] = unit;
        size++;
        return true;
    }

    boolean full() {
        return size == most;
    }

    int size() {
        return size;
    }

    void clear() {
        units = new long[SMALLEST];
        zero = false;
        size = 0;
    }

    private void grow() {
        long[] before = units;
        units = new long[2 * before.length];
        for (long unit : before) if (unit != 0) units[placeOf(unit)] = unit;
    }

    private int placeOf(long unit) {
        int mask = units.length - 1;
        int place = Long.hashCode(unit * 0x9E3779B97F4A7C15L) & mask;
        while (units[place] != 0 && units[place] != unit) place = place + 1 & mask;
        return place;
    }

    /** In ascending order: the same set is the same words. */
    void save(Words out) {
        out.put((long) size);
        long[] all = new long[size];
        int at = zero ? 1 : 0;
        for (long unit : units) if (unit != 0) all[at++] = unit;
        Arrays.sort(all);
        out.put(all);
    }

    void restore(Words in) {
        clear();
        for (int left = in.takeSize(); left > 0; left--) add(in.take());
    }
}
