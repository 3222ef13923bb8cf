package io.crossfade.rollout.analysis;

import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * The units whose failures were counted in the last hour: a unit counts once per cool-down, and what it has said already is known.
 *
 * <p>Which failures count, and for how much, is known before they happen, so to skip some and to cut others keeps an e-detector valid.
 * At most {@link #MOST} units are remembered. When they are full the one that counted longest ago is forgotten, or else, where all of them
 * counted within their cool-down, a new one is not counted: so many failing units in a minute have tripped whatever can trip. Owner:
 * the control thread.
 */
final class Cooldown {
    static final int MOST = 1 << 15;
    static final long MILLIS = 60_000;

    /** While fewer than 5 units are seen a minute, those few must say more. */
    static final long SHORT_MILLIS = 10_000;

    private static final long HOUR_MILLIS = 3_600_000;

    /** What is known of a unit: when it counted last, when its hour began, how often it counted in it. */
    private record Spent(long countedAt, long hourBegan, int times) {}

    /** Those that counted longest ago come first. */
    private final LinkedHashMap<Long, Spent> units = new LinkedHashMap<>();

    /**
     * How often the unit had counted in its hour before this failure; -1 when this one does not count.
     *
     * @param millis the cool-down: {@link #MILLIS} or {@link #SHORT_MILLIS}
     */
    int counts(long unit, long nowMillis, long millis) {
        forgetBefore(nowMillis - HOUR_MILLIS);
        Spent before = units.get(unit);
        if (before == null) {
            if (units.size() == MOST && !forgetOne(nowMillis)) return -1;
            units.put(unit, new Spent(nowMillis, nowMillis, 1));
            return 0;
        }
        if (nowMillis - before.countedAt() < millis) return -1;
        boolean fresh = nowMillis - before.hourBegan() >= HOUR_MILLIS;
        int times = fresh ? 0 : before.times();
        units.remove(unit);
        units.put(unit, new Spent(nowMillis, fresh ? nowMillis : before.hourBegan(), times + 1));
        return times;
    }

    private void forgetBefore(long instant) {
        Iterator<Spent> spent = units.values().iterator();
        while (spent.hasNext() && spent.next().countedAt() <= instant) spent.remove();
    }

    private boolean forgetOne(long nowMillis) {
        Iterator<Spent> spent = units.values().iterator();
        if (nowMillis - spent.next().countedAt() < MILLIS) return false;
        spent.remove();
        return true;
    }

    /** How many units have counted since this instant; so many at most are counted. */
    int countedSince(long instant, int most) {
        int counted = 0;
        for (Spent spent : units.values()) {
            if (spent.countedAt() >= instant && ++counted == most) break;
        }
        return counted;
    }

    void reset() {
        units.clear();
    }

    void save(Words out) {
        out.put((long) units.size());
        units.forEach((unit, spent) -> {
            out.put(unit.longValue());
            out.put(spent.countedAt());
            out.put(spent.hourBegan());
            out.put((long) spent.times());
        });
    }

    void restore(Words in) {
        reset();
        for (int left = in.takeSize(); left > 0; left--) {
            long unit = in.take();
            long countedAt = in.take();
            long hourBegan = in.take();
            units.put(unit, new Spent(countedAt, hourBegan, (int) in.take()));
        }
    }
}
