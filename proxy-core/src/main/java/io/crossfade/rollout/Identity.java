package io.crossfade.rollout;

import java.util.ArrayList;
import java.util.List;

/**
 * What makes a rollout this one beside its name: between which upstreams it moves users, by which split, and what the canary runs.
 * When any of it changes, another rollout has the name.
 *
 * @param baseline name of the upstream users come from
 * @param canary name of the upstream users go to
 * @param salt seeds the hash of unit keys
 * @param release what the canary runs, in the words of the configuration; empty where it does not say
 */
public record Identity(String baseline, String canary, String salt, String release) {

    /** What is different in another one, such as {@code canary next -> next2}; empty when nothing is. */
    String changes(Identity other) {
        List<String> changes = new ArrayList<>();
        change(changes, "baseline", baseline, other.baseline);
        change(changes, "canary", canary, other.canary);
        change(changes, "salt", salt, other.salt);
        change(changes, "release", release, other.release);
        return String.join(", ", changes);
    }

    private static void change(List<String> changes, String what, String before, String after) {
        if (!before.equals(after)) {
            changes.add(what + " " + shown(before) + " -> " + shown(after));
        }
    }

    private static String shown(String word) {
        return word.isEmpty() ? "none" : word;
    }
}
