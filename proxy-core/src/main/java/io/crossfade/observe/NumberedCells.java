package io.crossfade.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Counters by number, a row of cells for each; a row is made when its number is first counted, so numbers may come at any time. One
 * thread writes, any thread reads. Cells are written and read opaque: a reader may see one a moment before another, but never half of one
 * nor one that goes back.
 */
final class NumberedCells {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(long[][].class);
    private static final long[] UNUSED = {};

    private final int length;
    private volatile long[][] rows = {};

    /** @param length cells of a row */
    NumberedCells(int length) {
        this.length = length;
    }

    /** The row of a number, to be written with {@link #add}. The writer's thread. */
    long[] row(int number) {
        long[][] all = rows;
        return number < all.length && all[number].length > 0 ? all[number] : open(number);
    }

    static void add(long[] row, int cell, long n) {
        CELL.setOpaque(row, cell, row[cell] + n);
    }

    /** 0 for what was never counted. Any thread. */
    long read(int number, int cell) {
        long[][] all = rows;
        if (number >= all.length) {
            return 0;
        }
        long[] row = (long[]) ROW.getAcquire(all, number);
        return row.length == 0 ? 0 : (long) CELL.getOpaque(row, cell);
    }

    private long[] open(int number) {
        long[][] all = rows;
        if (number >= all.length) {
            all = Arrays.copyOf(all, Math.max(number + 1, all.length * 2));
            Arrays.fill(all, rows.length, all.length, UNUSED);
        }
        long[] row = new long[length];
        ROW.setRelease(all, number, row);
        rows = all;
        return row;
    }
}
