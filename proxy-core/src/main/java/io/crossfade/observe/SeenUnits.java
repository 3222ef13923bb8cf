package io.crossfade.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Which units of one rollout one event loop has seen, and which of them fail, as sketches of fixed size (HyperLogLog: Flajolet, Fusy,
 * Gandouet, Meunier 2007); what they are is told by {@link UnitCounts}. The loop alone writes; the control thread reads without locks.
 *
 * <p>It counts for one call of the control thread at a time; with the first unit after another call it begins anew.
 */
final class SeenUnits {
    private static final VarHandle REGISTER = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    /** Keeps what the loop writes out of the cache lines of its neighbours. */
    private static final int PADDING = 16;

    private static final int CALL = PADDING;
    private static final int CHANGES = PADDING + 1;
    private static final int WELL = PADDING + 2;
    private static final int CELLS = WELL + 2 * UnitCounts.GROUPS + PADDING;

    private static final int BUCKETS = 100_000;

    /** The last bits of a mixed hash say whether a unit is matched; ranks of any number of units leave them alone. */
    private static final int MATCH_BITS = 20;

    private final byte[] registers = new byte[UnitCounts.SKETCHES * UnitCounts.REGISTERS];
    private final long[] cells = new long[CELLS];

    /** How many changes the control thread has read. */
    private long read;

    /**
     * A request of a hash-assigned unit has ended.
     *
     * @param weight canary share at its assignment, in buckets
     */
    void ended(int call, boolean canary, int weight, boolean failed, long unit) {
        if (cells[CALL] != call) {
            beginAnew(call);
        }
        long mixed = mixed(unit);
        int place = (int) (mixed >>> (Long.SIZE - UnitCounts.PLACE_BITS));
        byte rank = rank(mixed);
        raise(UnitCounts.seen(canary) + place, rank);
        if (failed) {
            raise(UnitCounts.failed(canary) + place, rank);
        }
        if (matched(mixed, canary ? weight : BUCKETS - weight)) {
            raise(UnitCounts.matched(canary) + place, rank);
            int well = WELL + UnitCounts.group(canary, place);
            CELL.setOpaque(cells, well, cells[well] + (failed ? 0 : 1));
        }
    }

    private static long mixed(long unit) {
        long once = unit * 0x9E3779B97F4A7C15L;
        return (once ^ (once >>> 32)) * 0xD6E8FEB86659FD93L;
    }

    /** Place of the first bit that is set behind the register's number, 1..54. */
    private static byte rank(long mixed) {
        return (byte)
                (1 + Long.numberOfLeadingZeros((mixed << UnitCounts.PLACE_BITS) | 1L << (UnitCounts.PLACE_BITS - 1)));
    }

    /** As many units of either variant, whatever the weight: all of the smaller one. */
    private static boolean matched(long mixed, long share) {
        long drawn = mixed & ((1L << MATCH_BITS) - 1);
        return drawn * share < (BUCKETS - share) << MATCH_BITS;
    }

    private void raise(int register, byte rank) {
        if (rank > registers[register]) {
            REGISTER.setOpaque(registers, register, rank);
            CELL.setRelease(cells, CHANGES, cells[CHANGES] + 1);
        }
    }

    private void beginAnew(int call) {
        Arrays.fill(registers, (byte) 0);
        for (int i = 0; i < 2 * UnitCounts.GROUPS; i++) {
            CELL.setOpaque(cells, WELL + i, 0L);
        }
        CELL.setRelease(cells, CALL, (long) call);
    }

    /** Adds what was seen since this call. The control thread, which alone makes calls. */
    void read(int call, UnitCounts into) {
        if ((long) CELL.getAcquire(cells, CALL) != call) {
            return;
        }
        for (int i = 0; i < 2 * UnitCounts.GROUPS; i++) {
            into.addWell(i, (long) CELL.getOpaque(cells, WELL + i));
        }
        long changes = (long) CELL.getAcquire(cells, CHANGES);
        if (changes == read) {
            return;
        }
        read = changes;
        for (int i = registers.length - 1; i >= 0; i--) { // those that fail before those that are seen
            into.raise(i, (byte) REGISTER.getOpaque(registers, i));
        }
    }
}
