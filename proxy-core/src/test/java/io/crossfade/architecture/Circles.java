package io.crossfade.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Finds classes that know each other in a circle. A nested class counts as its outermost one. */
final class Circles {
    private final Map<String, Set<String>> knows = new TreeMap<>();

    /** Looks at the circles that lie whole among the classes which {@code among} takes. */
    Circles(Collection<JavaClass> classes, Predicate<JavaClass> among) {
        for (JavaClass type : classes) {
            if (among.test(type)) {
                Set<String> known = knows.computeIfAbsent(outermost(type), name -> new TreeSet<>());
                RuleBook.targets(type).stream()
                        .filter(among)
                        .map(Circles::outermost)
                        .filter(name -> !name.equals(outermost(type)))
                        .forEach(known::add);
            }
        }
    }

    /** One shortest circle through each class that is in any, told once: A, B, A. */
    List<List<String>> shortest() {
        Map<Set<String>, List<String>> circles = new LinkedHashMap<>();
        for (String name : knows.keySet()) {
            List<String> circle = shortestThrough(name);
            if (!circle.isEmpty()) {
                circles.putIfAbsent(new TreeSet<>(circle), circle);
            }
        }
        return List.copyOf(circles.values());
    }

    private List<String> shortestThrough(String start) {
        Map<String, String> reachedFrom = new HashMap<>();
        Deque<String> open = new ArrayDeque<>(Set.of(start));
        while (!open.isEmpty()) {
            String name = open.remove();
            for (String next : knows.getOrDefault(name, Set.of())) {
                if (reachedFrom.putIfAbsent(next, name) == null) {
                    open.add(next);
                }
            }
        }
        return reachedFrom.containsKey(start) ? way(start, reachedFrom) : List.of();
    }

    private static List<String> way(String start, Map<String, String> reachedFrom) {
        List<String> way = new ArrayList<>(List.of(start));
        for (String at = reachedFrom.get(start); !start.equals(at); at = reachedFrom.get(at)) {
            way.add(at);
        }
        way.add(start);
        Collections.reverse(way);
        return way;
    }

    static String outermost(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }
}
