package io.crossfade.runtime;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often the admin port refused something, by reason. Any thread. */
final class Refusals {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** @param reason one of few words */
    void count(String reason) {
        counts.computeIfAbsent(reason, word -> new LongAdder()).increment();
    }

    Map<String, Long> counts() {
        Map<String, Long> now = new TreeMap<>();
        counts.forEach((reason, count) -> now.put(reason, count.sum()));
        return now;
    }
}
