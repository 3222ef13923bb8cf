package io.crossfade.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The mistakes found so far in one file. */
final class Problems {

    /** More are counted, not kept: they tell the reader nothing new. */
    static final int MOST = 1_000;

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private int beyond;

    Problems(String file) {
        this.file = file;
    }

    void add(Mark mark, String key, String message) {
        if (found.size() < MOST) {
            found.add(new Problem(file, mark.line(), mark.column(), key, message));
        } else {
            beyond++;
        }
    }

    int count() {
        return found.size() + beyond;
    }

    boolean none() {
        return found.isEmpty();
    }

    boolean full() {
        return found.size() == MOST;
    }

    /** Whether something was reported about the key or what is below it. */
    boolean about(String key) {
        return found.stream().anyMatch(problem -> problem.key().startsWith(key));
    }

    /** In the order of the file. */
    List<Problem> sorted() {
        List<Problem> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        if (beyond > 0) {
            sorted.add(new Problem(file, 0, 0, "", "and " + beyond + " more problems"));
        }
        return sorted;
    }

    /** A place in the file, both numbers from 1; {@link #FILE} for the file as a whole. */
    record Mark(int line, int column) {
        static final Mark FILE = new Mark(0, 0);
    }
}
