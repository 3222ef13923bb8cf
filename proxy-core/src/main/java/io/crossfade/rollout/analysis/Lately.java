package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * How often one variant fails lately: in the last 60 seconds, or in as much more as 2,000 requests take, but never by what is older than 10
 * minutes by the clock.
 *
 * <p>So at little traffic three failures do not pass for a high rate, and a service without traffic is not judged by its last bad minute
 * for ever. Counted in slots of 5 seconds. Owner: the control thread.
 */
final class Lately {
    static final long SLOT_MILLIS = 5_000;
    static final long ENOUGH_REQUESTS = 2_000;
    private static final int SLOTS = 120;
    private static final int SLOTS_OF_A_MINUTE = 12;

    /** Without a request for so long it is silent. */
    private static final long SILENT_MILLIS = 60_000;

    private final long[] ok = new long[SLOTS];
    private final long[] failed = new long[SLOTS];
    private long slot = Long.MIN_VALUE / SLOT_MILLIS;
    private long lastMillis = Long.MIN_VALUE;

    /** The slot of the last look, that with which what counts as lately begins, and what does. */
    private long lookedAt = Long.MIN_VALUE;

    private long oldest;
    private Ratio lately = Ratio.NONE;

    /** @param nowMillis never goes back */
    void add(long nowMillis, long okMore, long failedMore) {
        look(nowMillis);
        lately = lately.and(okMore, failedMore);
        shorten();
        int at = slotAt(nowMillis);
        ok[at] += okMore;
        failed[at] += failedMore;
        lastMillis = nowMillis;
    }

    private int slotAt(long nowMillis) {
        long now = Math.floorDiv(nowMillis, SLOT_MILLIS);
        for (long each = Math.max(slot + 1, now - SLOTS + 1); each <= now; each++) {
            ok[Math.floorMod(each, SLOTS)] = 0;
            failed[Math.floorMod(each, SLOTS)] = 0;
        }
        slot = now;
        return Math.floorMod(now, SLOTS);
    }

    /** Whether it has had no request for a minute, so that nobody knows how it does now. */
    boolean silent(long nowMillis) {
        return lastMillis == Long.MIN_VALUE || nowMillis - lastMillis >= SILENT_MILLIS;
    }

    Ratio at(long nowMillis) {
        look(nowMillis);
        return lately;
    }

    /** The same, but of so many minutes at least. */
    Ratio ofMinutes(long nowMillis, int minutes) {
        look(nowMillis);
        return sum(Math.min(oldest, lookedAt - (long) minutes * SLOTS_OF_A_MINUTE), lookedAt);
    }

    /** When what counts as lately began, as of the last look. */
    long beganMillis() {
        return oldest * SLOT_MILLIS;
    }

    /** With each slot it is measured anew what counts as lately. */
    private void look(long nowMillis) {
        long now = Math.floorDiv(nowMillis, SLOT_MILLIS);
        if (now == lookedAt) return;
        lookedAt = now;
        oldest = now - SLOTS_OF_A_MINUTE;
        lately = sum(oldest, now);
        while (lately.requests() < ENOUGH_REQUESTS && oldest > now - SLOTS + 1) {
            oldest--;
            Ratio more = sum(oldest, oldest);
            lately = lately.and(more.ok(), more.failed());
        }
    }

    /** What is older than a minute does not count any more when there are requests enough without it. */
    private void shorten() {
        while (oldest < lookedAt - SLOTS_OF_A_MINUTE) {
            Ratio first = sum(oldest, oldest);
            if (lately.requests() - first.requests() < ENOUGH_REQUESTS) return;
            lately = lately.and(-first.ok(), -first.failed());
            oldest++;
        }
    }

    private Ratio sum(long first, long last) {
        Ratio sum = Ratio.NONE;
        for (long each = Math.max(first, slot - SLOTS + 1); each <= Math.min(last, slot); each++) {
            sum = sum.and(ok[Math.floorMod(each, SLOTS)], failed[Math.floorMod(each, SLOTS)]);
        }
        return sum;
    }

    void reset() {
        Arrays.fill(ok, 0);
        Arrays.fill(failed, 0);
        lastMillis = Long.MIN_VALUE;
        lookedAt = Long.MIN_VALUE;
        lately = Ratio.NONE;
    }

    void save(Words out) {
        out.put(ok);
        out.put(failed);
        out.put(slot);
        out.put(lastMillis);
        out.put(lookedAt);
        out.put(oldest);
        out.put(lately.ok());
        out.put(lately.failed());
    }

    void restore(Words in) {
        in.take(ok);
        in.take(failed);
        slot = in.take();
        lastMillis = in.take();
        lookedAt = in.take();
        oldest = in.take();
        long latelyOk = in.take();
        lately = new Ratio(latelyOk, in.take());
    }
}
