package io.crossfade.admin.demo;

import java.util.ArrayList;
import java.util.List;

/** What the demo promises to show, and whether it did. */
final class Expectations {
    private final List<String> lines = new ArrayList<>();
    private boolean allMet = true;

    void expect(boolean met, String what) {
        lines.add((met ? "  ok      " : "  FAILED  ") + what);
        allMet &= met;
    }

    boolean allMet() {
        return allMet;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
