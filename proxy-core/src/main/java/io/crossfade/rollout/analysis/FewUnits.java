package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * Whether the canary fails and too few units are there to show it.
 *
 * <p>C, S and A count units, as a user who is broken for good is one witness. With a handful of users no threshold is ever reached, be the
 * canary dead. So when half of its requests of the last 60 seconds failed, 10 at least, and fewer than a tenth of the baseline's, and fewer
 * than {@value #MANY} units had them, the rollout is to be held, after 10 seconds in which a detector could have tripped. A baseline
 * without requests does not fail. Owner: the control thread.
 */
final class FewUnits {
    /** With so many failing units a detector trips by itself, or has a reason not to. */
    static final int MANY = 6;

    static final long LATELY_MILLIS = 60_000;

    private static final long PATIENCE_MILLIS = 10_000;
    private static final long SLOT_MILLIS = 5_000;
    private static final int SLOTS = (int) (LATELY_MILLIS / SLOT_MILLIS);
    private static final long LEAST_REQUESTS = 10;
    private static final long TENTH = 10;

    /** Per slot: requests of the baseline that ended well and that failed, and the same of the canary. */
    private final long[] counts = new long[4 * SLOTS];

    private long slot = Long.MIN_VALUE / SLOT_MILLIS;
    private long sinceMillis = Rise.NEVER;

    void ok(long nowMillis, long onBaseline, long onCanary) {
        int at = at(nowMillis);
        counts[at] += onBaseline;
        counts[at + 2] += onCanary;
    }

    void failed(long nowMillis, boolean canary) {
        counts[at(nowMillis) + (canary ? 3 : 1)]++;
    }

    private int at(long nowMillis) {
        long now = Math.floorDiv(nowMillis, SLOT_MILLIS);
        for (long each = Math.max(slot + 1, now - SLOTS + 1); each <= now; each++) {
            int from = 4 * Math.floorMod(each, SLOTS);
            for (int i = from; i < from + 4; i++) counts[i] = 0;
        }
        slot = Math.max(slot, now);
        return 4 * Math.floorMod(now, SLOTS);
    }

    /** Whether the canary fails by the numbers alone. */
    boolean fails(long nowMillis) {
        at(nowMillis);
        long[] sums = new long[4];
        for (int i = 0; i < counts.length; i++) sums[i % 4] += counts[i];
        Ratio baseline = new Ratio(sums[0], sums[1]);
        Ratio canary = new Ratio(sums[2], sums[3]);
        return canary.requests() >= LEAST_REQUESTS
                && 2 * canary.failed() >= canary.requests()
                && (baseline.requests() == 0 || TENTH * baseline.failed() < baseline.requests());
    }

    /** @param few whether it fails, and few units do */
    void note(boolean few, long nowMillis) {
        if (!few) sinceMillis = Rise.NEVER;
        else if (sinceMillis == Rise.NEVER) sinceMillis = nowMillis;
    }

    /** Whether that has lasted long enough. */
    boolean holds(long nowMillis) {
        return sinceMillis != Rise.NEVER && nowMillis - sinceMillis >= PATIENCE_MILLIS;
    }

    void reset() {
        Arrays.fill(counts, 0);
        sinceMillis = Rise.NEVER;
    }

    void save(Words out) {
        out.put(counts);
        out.put(slot);
        out.put(sinceMillis);
    }

    void restore(Words in) {
        in.take(counts);
        slot = in.take();
        sinceMillis = in.take();
    }
}
