package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * How often the baseline itself fails: lately, and in the last hour in which it had requests.
 *
 * <p>Lately is the last 60 seconds, or as much more as 2,000 requests take, but never what is older than 10 minutes by the clock. So
 * at little traffic three failures do not pass for a high rate, and a service without traffic is not judged by its last bad
 * minute for ever. The hour is made of 60 minutes with requests; minutes without any push none out. Owner: the control thread.
 */
final class BaselineRate {
    private static final long SLOT_MILLIS = 5_000;
    private static final int SLOTS = 120;
    private static final int SLOTS_OF_A_MINUTE = 12;
    private static final long ENOUGH_REQUESTS = 2_000;

    /** Without a request for so long the baseline is silent. */
    private static final long SILENT_MILLIS = 60_000;

    /** With fewer failures the upper bound would say how little was seen, not how often the baseline fails. */
    private static final int LEAST_FAILURES = 3;

    /** With fewer failures nobody is in trouble. */
    private static final int LEAST_TROUBLE = 5;

    /** How much oftener than in the hour before is trouble. */
    private static final double TROUBLE = 3;

    private static final long MINUTE_MILLIS = 60_000;
    private static final int MINUTES = 60;

    private final long[] ok = new long[SLOTS];
    private final long[] failed = new long[SLOTS];
    private long slot = Long.MIN_VALUE / SLOT_MILLIS;
    private long lastMillis = Long.MIN_VALUE;

    /** The slot of the last look, that with which what counts as lately begins, and what does. */
    private long lookedAt = Long.MIN_VALUE;

    private long oldest;
    private Ratio lately = Ratio.NONE;

    private final long[] hourOk = new long[MINUTES];
    private final long[] hourFailed = new long[MINUTES];
    private final long[] minutes = new long[MINUTES];
    private int minute;

    BaselineRate() {
        Arrays.fill(minutes, Long.MIN_VALUE);
    }

    /** @param nowMillis never goes back */
    void add(long nowMillis, long okMore, long failedMore) {
        if (okMore + failedMore == 0) return;
        look(nowMillis);
        lately = lately.and(okMore, failedMore);
        shorten();
        int at = slotAt(nowMillis);
        ok[at] += okMore;
        failed[at] += failedMore;
        lastMillis = nowMillis;
        int inHour = minuteAt(nowMillis);
        hourOk[inHour] += okMore;
        hourFailed[inHour] += failedMore;
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

    private int minuteAt(long nowMillis) {
        long now = Math.floorDiv(nowMillis, MINUTE_MILLIS);
        if (minutes[minute] != now) {
            minute = (minute + 1) % MINUTES;
            minutes[minute] = now;
            hourOk[minute] = 0;
            hourFailed[minute] = 0;
        }
        return minute;
    }

    /** Whether it has had no request for a minute, so that nobody knows how it does now. */
    boolean silent(long nowMillis) {
        return lastMillis == Long.MIN_VALUE || nowMillis - lastMillis >= SILENT_MILLIS;
    }

    Ratio lately(long nowMillis) {
        look(nowMillis);
        return lately;
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

    /** The last hour with requests, up to now. */
    Ratio hour() {
        return hourBefore(Long.MAX_VALUE);
    }

    private Ratio hourBefore(long wantedMinute) {
        Ratio sum = Ratio.NONE;
        for (int i = 0; i < MINUTES; i++) {
            if (minutes[i] < wantedMinute) sum = sum.and(hourOk[i], hourFailed[i]);
        }
        return sum;
    }

    /** One-sided 99.9% upper bound of how often it fails lately; 0 while fewer than 3 failures were seen. */
    double upperBound(long nowMillis) {
        Ratio lately = lately(nowMillis);
        return lately.failed() < LEAST_FAILURES ? 0 : lately.upper();
    }

    /**
     * Whether the baseline itself is in trouble: the one-sided 99.9% lower bound of how often it fails lately, with 5 failures at
     * least, is above the limit or above three times the rate of the hour before. A silent one is not known to be.
     */
    boolean inTrouble(long nowMillis, double limit) {
        Ratio lately = lately(nowMillis);
        if (silent(nowMillis) || lately.failed() < LEAST_TROUBLE) return false;
        Ratio before = hourBefore(Math.floorDiv(oldest * SLOT_MILLIS, MINUTE_MILLIS));
        boolean known = before.requests() >= ENOUGH_REQUESTS;
        double usual = (before.failed() + 1) / (double) Math.max(1, before.requests());
        return lately.lower() > limit || (known && lately.lower() > TROUBLE * usual);
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
        out.put(hourOk);
        out.put(hourFailed);
        out.put(minutes);
        out.put((long) minute);
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
        in.take(hourOk);
        in.take(hourFailed);
        in.take(minutes);
        minute = Math.floorMod((int) in.take(), MINUTES);
    }
}
