package io.crossfade.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded queue of observations, three longs each, from one event loop to the control thread, without locks and without
 * allocation. When it is full an observation is dropped and counted: the event loop never waits.
 */
public final class ObservationRing {
    /** Takes one observation. */
    public interface Reader {
        void read(long first, long second, long third);
    }

    private static final int LONGS = 3;

    /** The three positions stand 128 bytes apart, as two threads write them. */
    private static final int READ = 16;

    private static final int WRITTEN = 32;
    private static final int DROPPED = 34;
    private static final int ENDS = 48;

    private static final VarHandle END = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] entries;
    private final long[] ends = new long[ENDS];
    private final int capacity;

    /** The writer's last look at the reader's position, which it needs again only when the ring seems full. */
    private long knownRead;

    /** @param capacity in observations, a power of two */
    public ObservationRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: a power of two)");
        }
        this.capacity = capacity;
        this.entries = new long[capacity * LONGS];
    }

    /** Adds an observation, or counts it as dropped and returns false. The one writer's thread. */
    public boolean offer(long first, long second, long third) {
        long written = ends[WRITTEN];
        if (written - knownRead == capacity) {
            knownRead = (long) END.getAcquire(ends, READ);
            if (written - knownRead == capacity) {
                END.setOpaque(ends, DROPPED, ends[DROPPED] + 1);
                return false;
            }
        }
        int at = index(written);
        entries[at] = first;
        entries[at + 1] = second;
        entries[at + 2] = third;
        END.setRelease(ends, WRITTEN, written + 1);
        return true;
    }

    /** Reads what is there now, oldest first; returns how many. The one reader's thread. */
    public int drain(Reader reader) {
        long from = ends[READ];
        long to = (long) END.getAcquire(ends, WRITTEN);
        for (long i = from; i < to; i++) {
            int at = index(i);
            reader.read(entries[at], entries[at + 1], entries[at + 2]);
        }
        END.setRelease(ends, READ, to);
        return (int) (to - from);
    }

    int capacity() {
        return capacity;
    }

    /** Observations that found the ring full; any thread. */
    public long dropped() {
        return (long) END.getOpaque(ends, DROPPED);
    }

    /** Whether what is not urgent must wait, so that a failure finds room; the writer's thread. */
    boolean isHalfFull() {
        long half = Math.max(1, capacity / 2);
        if (ends[WRITTEN] - knownRead >= half) {
            knownRead = (long) END.getAcquire(ends, READ);
        }
        return ends[WRITTEN] - knownRead >= half;
    }

    /** Whether the writer has just filled another half; the writer's thread. */
    boolean filledHalf() {
        return (ends[WRITTEN] & Math.max(0, capacity / 2 - 1)) == 0;
    }

    private int index(long position) {
        return (int) (position & (capacity - 1)) * LONGS;
    }
}
