package io.crossfade.assign;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The hash XXH64, from its specification (xxHash fast digest algorithm, doc/xxhash_spec.md of Cyan4973/xxHash), so that
 * a unit key gets the same bucket in every release, on every machine and in any other implementation.
 */
public final class XxHash64 {
    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private XxHash64() {}

    /** Hashes the bytes {@code from} (inclusive) to {@code to} (exclusive); allocates nothing; any thread. */
    public static long hash(byte[] b, int from, int to, long seed) {
        Objects.checkFromToIndex(from, to, b.length);
        int at = from;
        long hash;
        if (to - from >= 32) {
            long v1 = seed + PRIME_1 + PRIME_2;
            long v2 = seed + PRIME_2;
            long v3 = seed;
            long v4 = seed - PRIME_1;
            for (; at <= to - 32; at += 32) {
                v1 = round(v1, (long) LONG.get(b, at));
                v2 = round(v2, (long) LONG.get(b, at + 8));
                v3 = round(v3, (long) LONG.get(b, at + 16));
                v4 = round(v4, (long) LONG.get(b, at + 24));
            }
            hash = Long.rotateLeft(v1, 1) + Long.rotateLeft(v2, 7) + Long.rotateLeft(v3, 12) + Long.rotateLeft(v4, 18);
            hash = merge(merge(merge(merge(hash, v1), v2), v3), v4);
        } else {
            hash = seed + PRIME_5;
        }
        return avalanche(tail(hash + (to - from), b, at, to));
    }

    private static long tail(long start, byte[] b, int from, int to) {
        long hash = start;
        int at = from;
        for (; at <= to - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, (long) LONG.get(b, at)), 27) * PRIME_1 + PRIME_4;
        }
        if (at <= to - 4) {
            hash = Long.rotateLeft(hash ^ ((int) INT.get(b, at) & 0xFFFF_FFFFL) * PRIME_1, 23) * PRIME_2 + PRIME_3;
            at += 4;
        }
        for (; at < to; at++) {
            hash = Long.rotateLeft(hash ^ (b[at] & 0xFFL) * PRIME_5, 11) * PRIME_1;
        }
        return hash;
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }

    private static long avalanche(long hash) {
        long h = (hash ^ (hash >>> 33)) * PRIME_2;
        h = (h ^ (h >>> 29)) * PRIME_3;
        return h ^ (h >>> 32);
    }
}
