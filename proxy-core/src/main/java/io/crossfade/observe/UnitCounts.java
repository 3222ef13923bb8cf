package io.crossfade.observe;

import java.util.Arrays;

/**
 * What all event loops have seen of the hash-assigned units of a rollout since a call, per variant: sketches of the units that were seen,
 * of those that failed and of those that are matched, and how many requests of matched units ended well. The control thread's.
 *
 * <p>Matched are as many units of the one variant as of the other: all of the smaller one, and a sample of the larger one, drawn by hash. The
 * means of samples of one size can be compared however much units differ, those of a hundred and of ten thousand cannot.
 */
public final class UnitCounts {
    /** The first bits of a unit's mixed hash are its register. */
    static final int PLACE_BITS = 11;

    /** Of one sketch: the standard error of a count is 2.3%. */
    public static final int REGISTERS = 1 << PLACE_BITS;

    /** In this order: seen on the baseline, on the canary, failed on either, matched on either. */
    public static final int SKETCHES = 6;

    /** Neighbouring registers of a sketch are a group, so that it is known how much groups of units differ. */
    public static final int GROUPS = 16;

    private static final int REGISTERS_PER_GROUP = REGISTERS / GROUPS;

    private final byte[] registers = new byte[SKETCHES * REGISTERS];
    private final long[] well = new long[2 * GROUPS];

    /** Where the sketch of the units that were seen begins. */
    public static int seen(boolean canary) {
        return canary ? REGISTERS : 0;
    }

    static int failed(boolean canary) {
        return (canary ? 3 : 2) * REGISTERS;
    }

    /** Where the sketch of the matched units begins. */
    public static int matched(boolean canary) {
        return (canary ? 5 : 4) * REGISTERS;
    }

    static int group(boolean canary, int place) {
        return (canary ? GROUPS : 0) + place / REGISTERS_PER_GROUP;
    }

    /** The registers of all sketches, one behind the other; to be read. */
    public byte[] registers() {
        return registers;
    }

    /** Requests of matched units that ended well: of the groups of the baseline and then of those of the canary; to be read. */
    public long[] well() {
        return well;
    }

    /** Adds what was seen in another while; units that were seen in both count once. */
    public void add(UnitCounts other) {
        for (int i = 0; i < registers.length; i++) {
            raise(i, other.registers[i]);
        }
        for (int i = 0; i < well.length; i++) {
            well[i] += other.well[i];
        }
    }

    /** A register has at least this rank. */
    public void raise(int register, byte rank) {
        if (rank > registers[register]) {
            registers[register] = rank;
        }
    }

    /** More requests of a group ended well. */
    public void addWell(int group, long requests) {
        well[group] += requests;
    }

    void forgetWell() {
        Arrays.fill(well, 0);
    }

    void forget() {
        Arrays.fill(registers, (byte) 0);
        forgetWell();
    }
}
