package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * A set of units that only grows, up to a bound; open addressing.
 *
 * <p>Beyond {@value #FEW} units it is made of {@value #MANY} tables, chosen by the upper bits of the hash, so that no step has to move all of
 * them: a table grows by itself, and {@link #save} takes the tables as they are; one that is written to afterwards is copied first. Owner: the
 * control thread.
 */
final class UnitSet {
    private static final int SMALLEST = 1 << 6;
    private static final int FEW = 1 << 9;
    private static final int MANY = 1 << 8;
    private static final int CHOICE_SHIFT = 56;

    private final int most;
    private long[][] tables;
    private int[] sizes;

    /** Whether a table is nobody else's. */
    private boolean[] own;

    /** Whether 0, which stands for a free place, is in the set. */
    private boolean zero;

    private int size;
    private long bytes;

    UnitSet(int most) {
        this.most = most;
        this.tables = new long[1][];
        this.sizes = new int[1];
        this.own = new boolean[1];
        clear();
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
        int table = tableOf(unit);
        if (tables[table][placeOf(unit, tables[table])] == unit) return false;
        put(table, unit);
        size++;
        if (tables.length == 1 && size > FEW) spread();
        return true;
    }

    boolean full() {
        return size == most;
    }

    int size() {
        return size;
    }

    /** What the tables take, about. */
    long bytes() {
        return bytes;
    }

    void clear() {
        begin(1, SMALLEST);
        zero = false;
        size = 0;
    }

    private void begin(int count, int places) {
        tables = new long[count][places];
        sizes = new int[count];
        own = new boolean[count];
        Arrays.fill(own, true);
        bytes = (long) count * places * Long.BYTES;
    }

    private void spread() {
        long[] before = tables[0];
        begin(MANY, SMALLEST >> 3);
        for (long unit : before) if (unit != 0) put(tableOf(unit), unit);
    }

    private void put(int table, long unit) {
        long[] into = tables[table];
        if (4 * (sizes[table] + 1) > 3 * into.length) {
            long[] larger = new long[2 * into.length];
            for (long each : into) if (each != 0) larger[placeOf(each, larger)] = each;
            bytes += (long) into.length * Long.BYTES;
            into = larger;
        } else if (!own[table]) {
            into = into.clone();
        }
        tables[table] = into;
        own[table] = true;
        into[placeOf(unit, into)] = unit;
        sizes[table]++;
    }

    private int tableOf(long unit) {
        return tables.length == 1 ? 0 : (int) (hash(unit) >>> CHOICE_SHIFT);
    }

    private static int placeOf(long unit, long[] table) {
        int mask = table.length - 1;
        int place = (int) (hash(unit) >>> Integer.SIZE) & mask;
        while (table[place] != 0 && table[place] != unit) place = place + 1 & mask;
        return place;
    }

    private static long hash(long unit) {
        long mixed = unit * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> Integer.SIZE;
    }

    /** In ascending order: the same set is the same words. They are put in order when they are asked for, by whoever asks. */
    void save(Words out) {
        out.put((long) size);
        long[][] now = tables.clone();
        Arrays.fill(own, false);
        int count = size;
        int zeros = zero ? 1 : 0;
        out.put(count, () -> ascending(now, count, zeros));
    }

    private static long[] ascending(long[][] tables, int count, int zeros) {
        long[] all = new long[count];
        int at = zeros;
        for (long[] table : tables) {
            for (long unit : table) if (unit != 0) all[at++] = unit;
        }
        Arrays.sort(all);
        return all;
    }

    void restore(Words in) {
        clear();
        for (int left = in.takeSize(); left > 0; left--) add(in.take());
    }
}
