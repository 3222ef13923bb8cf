package io.crossfade.rollout.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sketches of units as event loops make them: baseline seen, canary seen, baseline failed, canary failed. */
public final class Sketches {
    private static final int PLACE_BITS = 11;

    private final byte[] registers = new byte[UserSuccess.SKETCHES * UserSuccess.REGISTERS];
    private List<Integer> raised = new ArrayList<>();

    /** A unit was seen, and perhaps failed. */
    public void unit(long unit, boolean canary, boolean failed) {
        raise(canary ? 1 : 0, unit);
        if (failed) raise(canary ? 3 : 2, unit);
    }

    private void raise(int sketch, long unit) {
        long mixed = mix(unit);
        int register = sketch * UserSuccess.REGISTERS + (int) (mixed >>> (Long.SIZE - PLACE_BITS));
        int rank = 1 + Long.numberOfLeadingZeros((mixed << PLACE_BITS) | 1L << (PLACE_BITS - 1));
        if (rank <= registers[register]) return;
        registers[register] = (byte) rank;
        raised.add(register * 64 + rank);
    }

    /** Any numbers may name units here; the hash is Stafford's thirteenth mix. */
    static long mix(long unit) {
        long z = unit + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    double estimate(int sketch) {
        return DistinctUnits.estimate(registers, sketch * UserSuccess.REGISTERS, UserSuccess.REGISTERS);
    }

    /** What has risen since the last call. */
    public Batch.Users users() {
        List<Integer> told = raised;
        raised = new ArrayList<>();
        return new Batch.Users(-1, told, List.of());
    }

    /** The sketches are begun anew. */
    public void forget() {
        Arrays.fill(registers, (byte) 0);
        raised = new ArrayList<>();
    }
}
