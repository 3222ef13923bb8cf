package io.crossfade.runtime;

import io.crossfade.config.Change;
import io.crossfade.config.Problem;
import java.util.List;

/** What became of a wish to put another configuration in force. */
public sealed interface Reload {
    /** All of it is in force; with no changes it said the same in other words. */
    record Done(List<Change> changes) implements Reload {
        public Done {
            changes = List.copyOf(changes);
        }
    }

    /** None of it is in force: what was before goes on. There is at least one problem. */
    record Refused(List<Problem> problems) implements Reload {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Where the configuration in force came from, and what became of the last wish for another one.
     *
     * @param successful of the last wish; true when there was none
     * @param successMillis wall clock, when the configuration in force was put there
     * @param origin of the configuration in force: the file, or something else when it differs from the file
     * @param differsFromFile whether something else than the file was put in force; ends with the next reload of the file
     * @param problems of the last wish, empty when it was successful
     */
    record Status(
            boolean successful, long successMillis, String origin, boolean differsFromFile, List<Problem> problems) {
        public Status {
            problems = List.copyOf(problems);
        }
    }

    /**
     * A rollout driven by hand whose weight is not the one that its configuration begins with.
     *
     * @param configured in buckets of 100,000
     * @param inForce in buckets of 100,000
     */
    record Drift(String rollout, int configured, int inForce) {}
}
