package io.crossfade.admin.server;

/** A token bucket: ten writes a second, ten at once. Driven by the caller's clock; owned by the admin loop. */
final class WriteBudget {
    static final int PER_SECOND = 10;
    private static final long NANOS_PER_TOKEN = 1_000_000_000L / PER_SECOND;

    private long spentUntil;
    private boolean used;

    /** Takes one write at an instant of a monotonic clock; false when there is none left. */
    boolean take(long nowNanos) {
        long full = nowNanos - PER_SECOND * NANOS_PER_TOKEN;
        if (!used || spentUntil - full < 0) {
            spentUntil = full;
            used = true;
        }
        if (spentUntil + NANOS_PER_TOKEN - nowNanos > 0) {
            return false;
        }
        spentUntil += NANOS_PER_TOKEN;
        return true;
    }
}
