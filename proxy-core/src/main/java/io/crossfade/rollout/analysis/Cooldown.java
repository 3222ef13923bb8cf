package io.crossfade.rollout.analysis;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The units whose failure was counted less than 60 seconds ago; their next one is not counted.
 *
 * <p>Which failures count is known before they happen, so skipping some keeps an e-detector valid. At most {@link #MOST} units
 * are remembered; beyond that a new unit is not counted, since to forget an old one would count it twice. So many failing units
 * in a minute have tripped whatever can trip. Owner: the control thread.
 */
final class Cooldown {
    static final int MOST = 65_536;
    static final long MILLIS = 60_000;

    /** Unit to the instant of its counted failure, oldest first. */
    private final LinkedHashMap<Long, Long> countedAt = new LinkedHashMap<>();

    /** Whether this failure counts. */
    boolean counts(long unit, long nowMillis) {
        forgetBefore(nowMillis - MILLIS);
        if (countedAt.size() == MOST || countedAt.containsKey(unit)) return false;
        countedAt.put(unit, nowMillis);
        return true;
    }

    private void forgetBefore(long instant) {
        Iterator<Long> instants = countedAt.values().iterator();
        while (instants.hasNext() && instants.next() <= instant) instants.remove();
    }

    void reset() {
        countedAt.clear();
    }

    void save(Words out) {
        out.put((long) countedAt.size());
        for (Map.Entry<Long, Long> each : countedAt.entrySet()) {
            out.put(each.getKey().longValue());
            out.put(each.getValue().longValue());
        }
    }

    void restore(Words in) {
        reset();
        for (int left = in.takeSize(); left > 0; left--) {
            long unit = in.take();
            countedAt.put(unit, in.take());
        }
    }
}
