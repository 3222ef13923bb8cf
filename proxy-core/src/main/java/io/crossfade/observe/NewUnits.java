package io.crossfade.observe;

import java.util.Arrays;

/**
 * Which units of one rollout have come to one event loop since a call of the control thread: a bit map of fixed size, 8 KiB, of that loop alone.
 *
 * <p>Units that share a bit are taken for one: the later one does not come as new. What a unit's place is says nothing of its bucket, so
 * that loses as large a share of either variant.
 */
final class NewUnits {
    /** At most so many units come as new after a call. */
    static final int BITS = 1 << 16;

    private final long[] bits = new long[BITS / Long.SIZE];
    private int call;

    /** @param call the number of the call in force */
    NewUnits(int call) {
        this.call = call;
    }

    /** Whether the unit comes for the first time since this call; from now on it has come. */
    boolean first(int ofCall, long unit) {
        if (call != ofCall) {
            Arrays.fill(bits, 0);
            call = ofCall;
        }
        int place = (int) ((unit * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - Integer.numberOfTrailingZeros(BITS)));
        int word = place / Long.SIZE;
        long bit = 1L << place;
        boolean first = (bits[word] & bit) == 0;
        bits[word] |= bit;
        return first;
    }
}
