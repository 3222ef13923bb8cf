package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * How often the baseline itself fails: {@link Lately}, and in the last hour in which it had requests.
 *
 * <p>The hour is made of 60 minutes with requests; minutes without any push none out. Owner: the control thread.
 */
final class BaselineRate {
    /** With fewer failures the upper bound would say how little was seen, not how often the baseline fails. */
    private static final int LEAST_FAILURES = 3;

    /** With fewer failures nobody is in trouble. */
    static final int LEAST_TROUBLE = 5;

    /** How much oftener than in the hour before is trouble. */
    private static final double TROUBLE = 3;

    private static final long MINUTE_MILLIS = 60_000;
    private static final int MINUTES = 60;

    private final Lately lately = new Lately();
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
        lately.add(nowMillis, okMore, failedMore);
        int inHour = minuteAt(nowMillis);
        hourOk[inHour] += okMore;
        hourFailed[inHour] += failedMore;
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
        return lately.silent(nowMillis);
    }

    Ratio lately(long nowMillis) {
        return lately.at(nowMillis);
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
        Ratio now = lately(nowMillis);
        return now.failed() < LEAST_FAILURES ? 0 : now.upper();
    }

    /**
     * Whether the baseline itself is in trouble: the one-sided 99.9% lower bound of how often it fails lately, with 5 failures at
     * least, is above the limit or above three times the rate of the hour before. A silent one is not known to be.
     */
    boolean inTrouble(long nowMillis, double limit) {
        Ratio now = lately(nowMillis);
        if (silent(nowMillis) || now.failed() < LEAST_TROUBLE) return false;
        Ratio before = hourBefore(Math.floorDiv(lately.beganMillis(), MINUTE_MILLIS));
        boolean known = before.requests() >= Lately.ENOUGH_REQUESTS;
        double usual = (before.failed() + 1) / (double) Math.max(1, before.requests());
        return now.lower() > limit || (known && now.lower() > TROUBLE * usual);
    }

    void save(Words out) {
        lately.save(out);
        out.put(hourOk);
        out.put(hourFailed);
        out.put(minutes);
        out.put((long) minute);
    }

    void restore(Words in) {
        lately.restore(in);
        in.take(hourOk);
        in.take(hourFailed);
        in.take(minutes);
        minute = Math.floorMod((int) in.take(), MINUTES);
    }
}
