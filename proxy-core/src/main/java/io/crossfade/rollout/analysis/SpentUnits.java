package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * How much evidence each unit has given, per quantile, in the last hour or more.
 *
 * <p>Two tables of open addressing, a younger and an older one. With the hour, or when the younger one is full, it becomes the older
 * one, whose units are forgotten: so a unit is remembered for an hour, or while {@value #MOST_UNITS} others come. Owner: the control thread.
 */
final class SpentUnits {
    static final int MOST_UNITS = 1 << 15;
    private static final int SMALLEST = 1 << 8;

    private final int quantiles;
    private final float[] sum;
    private Table younger;
    private Table older;

    SpentUnits(int quantiles) {
        this.quantiles = quantiles;
        this.sum = new float[quantiles];
        this.younger = new Table(SMALLEST);
        this.older = new Table(1);
    }

    /** What it has spent per quantile; valid until the next call. */
    float[] of(long unit) {
        Arrays.fill(sum, 0);
        younger.add(unit, sum);
        older.add(unit, sum);
        return sum;
    }

    void add(long unit, float[] more) {
        if (younger.size == MOST_UNITS && !younger.has(unit)) age();
        if (2 * younger.size >= younger.units.length) younger = younger.larger();
        younger.put(unit, more, 0);
    }

    void forget() {
        younger = new Table(SMALLEST);
        older = new Table(1);
    }

    /** What the tables take, about. */
    long bytes() {
        long perPlace = Long.BYTES + 1 + (long) quantiles * Float.BYTES;
        return perPlace * (younger.units.length + older.units.length);
    }

    /** What is in the older table is forgotten. */
    void age() {
        older = younger;
        younger = new Table(SMALLEST);
    }

    private final class Table {
        private final long[] units;
        private final boolean[] used;
        private final float[] spent;
        private int size;

        Table(int places) {
            units = new long[places];
            used = new boolean[places];
            spent = new float[places * quantiles];
        }

        boolean has(long unit) {
            return used[placeOf(unit)];
        }

        void add(long unit, float[] to) {
            if (size == 0) return;
            int place = placeOf(unit);
            if (!used[place]) return;
            for (int i = 0; i < quantiles; i++) to[i] += spent[place * quantiles + i];
        }

        void put(long unit, float[] more, int from) {
            int place = placeOf(unit);
            if (!used[place]) {
                used[place] = true;
                units[place] = unit;
                size++;
            }
            for (int i = 0; i < quantiles; i++) spent[place * quantiles + i] += more[from + i];
        }

        Table larger() {
            Table larger = new Table(2 * units.length);
            for (int i = 0; i < units.length; i++) if (used[i]) larger.put(units[i], spent, i * quantiles);
            return larger;
        }

        /** Where the unit is, or would be; the table is never full. */
        private int placeOf(long unit) {
            int mask = units.length - 1;
            int place = Long.hashCode(unit * 0x9E3779B97F4A7C15L) & mask;
            while (used[place] && units[place] != unit) place = place + 1 & mask;
            return place;
        }
    }
}
