package io.crossfade.rollout.analysis;

import java.util.Arrays;

/**
 * The units whose failures were counted in the last hour: a unit counts once per cool-down, and what it has said already is known.
 *
 * <p>Which failures count, and for how much, is known before they happen, so to skip some and to cut others keeps an e-detector valid.
 * At most {@link #MOST} units are remembered. When they are full the one that counted longest ago is forgotten, or else, where all of them
 * counted within their cool-down, a new one is not counted: so many failing units in a minute have tripped whatever can trip.
 *
 * <p>A unit is a place in columns that grow together. Places with one hash are a chain, and all of them a list in the order in which they
 * counted. Owner: the control thread.
 */
final class Cooldown {
    static final int MOST = 1 << 15;
    static final long MILLIS = 60_000;

    /** While fewer than 5 units are seen a minute, those few must say more. */
    static final long SHORT_MILLIS = 10_000;

    private static final long HOUR_MILLIS = 3_600_000;
    private static final int SMALLEST = 1 << 6;
    private static final int NONE = -1;

    /** Words of a unit at rest. */
    private static final int WORDS = 4;

    private long[] units = {};
    private long[] countedAt = {};
    private long[] hourBegan = {};
    private int[] times = {};
    private int[] older = {};
    private int[] newer = {};

    /** The next of a chain, or of the free places. */
    private int[] next = {};

    /** The first of each chain. */
    private int[] chains = {};

    private int free = NONE;
    private int oldest = NONE;
    private int newest = NONE;
    private int size;

    /**
     * How often the unit had counted in its hour before this failure; -1 when this one does not count.
     *
     * @param millis the cool-down: {@link #MILLIS} or {@link #SHORT_MILLIS}
     */
    int counts(long unit, long nowMillis, long millis) {
        while (oldest != NONE && countedAt[oldest] <= nowMillis - HOUR_MILLIS) forget(oldest);
        int place = placeOf(unit);
        if (place == NONE) {
            if (size == MOST && !forgetOne(nowMillis)) return -1;
            remember(unit, nowMillis, nowMillis, 1);
            return 0;
        }
        if (nowMillis - countedAt[place] < millis) return -1;
        if (nowMillis - hourBegan[place] >= HOUR_MILLIS) {
            hourBegan[place] = nowMillis;
            times[place] = 0;
        }
        countedAt[place] = nowMillis;
        takeOut(place);
        append(place);
        return times[place]++;
    }

    private boolean forgetOne(long nowMillis) {
        if (nowMillis - countedAt[oldest] < MILLIS) return false;
        forget(oldest);
        return true;
    }

    /** How many units have counted since this instant; so many at most are counted. */
    int countedSince(long instant, int most) {
        int counted = 0;
        int place = newest;
        while (place != NONE && counted < most && countedAt[place] >= instant) {
            counted++;
            place = older[place];
        }
        return counted;
    }

    void reset() {
        units = new long[0];
        countedAt = new long[0];
        hourBegan = new long[0];
        times = new int[0];
        older = new int[0];
        newer = new int[0];
        next = new int[0];
        chains = new int[0];
        free = NONE;
        oldest = NONE;
        newest = NONE;
        size = 0;
    }

    /** What the columns take, about. */
    long bytes() {
        return units.length * (3L * Long.BYTES + 5L * Integer.BYTES);
    }

    private void remember(long unit, long at, long began, int often) {
        if (free == NONE) grow();
        int place = free;
        free = next[place];
        units[place] = unit;
        countedAt[place] = at;
        hourBegan[place] = began;
        times[place] = often;
        next[place] = chains[chainOf(unit)];
        chains[chainOf(unit)] = place;
        append(place);
        size++;
    }

    private void forget(int place) {
        int chain = chainOf(units[place]);
        if (chains[chain] == place) {
            chains[chain] = next[place];
        } else {
            int before = chains[chain];
            while (next[before] != place) before = next[before];
            next[before] = next[place];
        }
        takeOut(place);
        next[place] = free;
        free = place;
        size--;
    }

    private void append(int place) {
        older[place] = newest;
        newer[place] = NONE;
        if (newest == NONE) oldest = place;
        else newer[newest] = place;
        newest = place;
    }

    private void takeOut(int place) {
        if (older[place] == NONE) oldest = newer[place];
        else newer[older[place]] = newer[place];
        if (newer[place] == NONE) newest = older[place];
        else older[newer[place]] = older[place];
    }

    private int placeOf(long unit) {
        if (size == 0) return NONE;
        int place = chains[chainOf(unit)];
        while (place != NONE && units[place] != unit) place = next[place];
        return place;
    }

    private int chainOf(long unit) {
        return Long.hashCode(unit * 0x9E3779B97F4A7C15L) & chains.length - 1;
    }

    private void grow() {
        int before = units.length;
        int places = Math.max(SMALLEST, 2 * before);
        units = Arrays.copyOf(units, places);
        countedAt = Arrays.copyOf(countedAt, places);
        hourBegan = Arrays.copyOf(hourBegan, places);
        times = Arrays.copyOf(times, places);
        older = Arrays.copyOf(older, places);
        newer = Arrays.copyOf(newer, places);
        next = Arrays.copyOf(next, places);
        chains = new int[places];
        Arrays.fill(chains, NONE);
        for (int place = 0; place < before; place++) {
            next[place] = chains[chainOf(units[place])];
            chains[chainOf(units[place])] = place;
        }
        for (int place = places - 1; place >= before; place--) {
            next[place] = free;
            free = place;
        }
    }

    /** Those that counted longest ago come first. */
    void save(Words out) {
        out.put((long) size);
        long[] theUnits = units.clone();
        long[] theCounted = countedAt.clone();
        long[] theBegan = hourBegan.clone();
        int[] theTimes = times.clone();
        int[] theNewer = newer.clone();
        int first = oldest;
        int count = WORDS * size;
        out.put(count, () -> {
            long[] words = new long[count];
            int at = 0;
            for (int place = first; place != NONE; place = theNewer[place]) {
                words[at++] = theUnits[place];
                words[at++] = theCounted[place];
                words[at++] = theBegan[place];
                words[at++] = theTimes[place];
            }
            return words;
        });
    }

    void restore(Words in) {
        reset();
        for (int left = in.takeSize(); left > 0; left--) {
            long unit = in.take();
            long at = in.take();
            long began = in.take();
            remember(unit, at, began, (int) in.take());
        }
    }
}
