package io.crossfade.exchange;

import java.util.concurrent.TimeUnit;

/**
 * For whom an exchange waits, and when it is looked at for a reset that nobody told. Says who is late and changes nothing. One per
 * exchange, reused; event loop only.
 */
final class Patience {
    /** How long an exchange may take before it is probed for a reset that nobody told, and from one probe to the next. */
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** From a probe that found a reset to the one that confirms it. */
    static final long NEXT_PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private long probeAtNanos;
    private boolean probeSoon;

    void begin(long now) {
        probeAtNanos = now + PROBE_NANOS;
        probeSoon = false;
    }

    /** Whether a probe is due; then the next one is due in its time. */
    boolean probeIsDue(long now) {
        if (now - probeAtNanos < 0) {
            return false;
        }
        begin(now);
        return true;
    }

    void probeSoon(long now) {
        probeSoon = true;
        probeAtNanos = now + NEXT_PROBE_NANOS;
    }

    /** Nanoseconds until a probe that somebody waits for; a long time when there is none. */
    long probeInNanos(long now) {
        return probeSoon ? probeAtNanos - now : Long.MAX_VALUE;
    }

    /**
     * Whom a deadline that has passed blames while no answer has begun.
     *
     * @param owesBody whether the endpoint takes bytes of a body that the client could send
     */
    static Late awaiting(boolean owesBody) {
        return owesBody ? Late.CLIENT_SENDING : Late.UPSTREAM;
    }

    /** Whom a deadline that has passed blames while an answer is on its way. */
    static Late answering(boolean owesBody, ClientStream client) {
        if (client.isWritable()) {
            return owesBody ? Late.CLIENT_SENDING : Late.UPSTREAM;
        }
        return client.takesSlowly() ? Late.NOBODY : Late.CLIENT_TAKING;
    }
}
