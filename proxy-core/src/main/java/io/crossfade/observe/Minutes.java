package io.crossfade.observe;

import java.util.Arrays;

/**
 * Which units came already in their minute: a bit map of fixed size, of one event loop alone.
 *
 * <p>A unit's minute begins at a second that its hash chooses, so that not all begin at once. Units that share a bit are taken for
 * one: then the later one does not come as the first, which loses a trial and invents none. So at most {@value #BITS} units a second
 * come as first ones.
 */
final class Minutes {
    private static final int SECONDS = 60;
    private static final int WORDS = 64;

    /** Of each second of the minute. */
    static final int BITS = WORDS * Long.SIZE;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** 60 seconds of the minute, one after the other. */
    private final long[] bits = new long[SECONDS * WORDS];

    private long second;

    /** @param nowNanos the time on the clock of {@link #first} */
    Minutes(long nowNanos) {
        second = Math.floorDiv(nowNanos, NANOS_PER_SECOND);
    }

    /** Whether the unit comes for the first time in its minute; from now on it has come. */
    boolean first(long unit, long nowNanos) {
        forgetUntil(Math.floorDiv(nowNanos, NANOS_PER_SECOND));
        long mixed = unit * 0x9E3779B97F4A7C15L;
        int slice = (int) ((mixed >>> Integer.SIZE) % SECONDS);
        int place = (int) mixed >>> (Integer.SIZE - Integer.numberOfTrailingZeros(BITS));
        int word = slice * WORDS + place / Long.SIZE;
        long bit = 1L << place;
        boolean first = (bits[word] & bit) == 0;
        bits[word] |= bit;
        return first;
    }

    /** Units whose minute begins at a second that has passed come anew. */
    private void forgetUntil(long now) {
        if (now - second >= SECONDS) {
            Arrays.fill(bits, 0);
            second = now;
        }
        while (second < now) {
            second++;
            int from = (int) Math.floorMod(second, (long) SECONDS) * WORDS;
            Arrays.fill(bits, from, from + WORDS, 0);
        }
    }
}
