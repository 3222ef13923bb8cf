package io.crossfade.control;

import java.util.HashSet;
import java.util.Set;

/**
 * Which rollouts are to be saved whole: those that have lines in the old file of the evidence log, and in a round all of them. Used under the
 * lock of the ledger.
 */
final class Owed {
    private final Set<String> inOld = new HashSet<>();
    private final Set<String> saved = new HashSet<>();
    private boolean due;
    private boolean round;
    private boolean hole;

    /** Whether any may be, until {@link #end}. */
    boolean any() {
        return due;
    }

    boolean owes(String rollout) {
        return (round && !saved.contains(rollout)) || inOld.contains(rollout);
    }

    /** Whether lines of a rollout are worth nothing, because some before them are lost. */
    boolean muted(String rollout) {
        return hole && !saved.contains(rollout);
    }

    boolean lacksSomething() {
        return hole;
    }

    /** All of them are owed from now on. */
    void begin() {
        due = true;
        round = true;
        saved.clear();
    }

    /** Lines are lost: all of them are owed, and muted until they are saved. */
    void hole() {
        begin();
        hole = true;
    }

    void old(Set<String> names) {
        due = true;
        inOld.addAll(names);
    }

    void saved(String rollout) {
        saved.add(rollout);
        inOld.remove(rollout);
    }

    /** Whoever is watched was saved; returns whether a round ended by that. */
    boolean end() {
        boolean ended = round;
        due = false;
        round = false;
        hole = false;
        saved.clear();
        inOld.clear();
        return ended;
    }
}
