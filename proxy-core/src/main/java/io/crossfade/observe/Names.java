package io.crossfade.observe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers for names: a name gets one once in the life of a process and keeps it; none is given to another. Any thread; asked when a
 * snapshot is built, never for a request.
 */
final class Names<T> {
    private final Map<T, Integer> numbers = new HashMap<>();
    private final List<T> names = new ArrayList<>();

    /** The number of a name, 0 for the first that was ever asked for. */
    synchronized int number(T name) {
        Integer known = numbers.get(name);
        if (known == null) {
            known = names.size();
            numbers.put(name, known);
            names.add(name);
        }
        return known;
    }

    /** All names by number, also those that are not in use any more. */
    synchronized List<T> all() {
        return List.copyOf(names);
    }
}
