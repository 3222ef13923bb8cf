package io.crossfade.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether the rollout of the configuration is the one that the journal knows under its name. Asked when a plan is taken up, before
 * its weight is in force, and when a name goes out of the configuration.
 */
final class Succession {
    /** What follows for a rollout in this state that goes by this plan from now on; nothing when it is the same one. */
    static List<Event> takeUp(Plan plan, RolloutState state, long now) {
        Identity before = state.identity();
        Identity identity = plan.identity();
        if (state.removed()) {
            String why = "it was taken out of the configuration and is back" + changes(before, identity);
            return List.of(new Event.Replaced(now, identity, before, why));
        }
        if (state.attempt() == 0 || identity.equals(before)) {
            return List.of();
        }
        return before == null
                ? List.of(new Event.Identified(now, identity))
                : List.of(new Event.Replaced(now, identity, before, before.changes(identity)));
    }

    private static String changes(@Nullable Identity before, Identity after) {
        String changes = before == null ? "" : before.changes(after);
        return changes.isEmpty() ? "" : ", with " + changes;
    }

    /** What follows when the configuration does not name it any more; nothing for one that never began. */
    static List<Event> leave(RolloutState state, long now) {
        List<Event> events = new ArrayList<>();
        if (state.phase().active()) {
            List<String> lines = List.of("the configuration does not name this rollout any more");
            events.add(new Event.RolledBack(now, Mode.GRACEFUL, "removed", lines, Map.of()));
        }
        if (state.attempt() > 0 && !state.removed()) {
            events.add(new Event.Removed(now));
        }
        return events;
    }

    private Succession() {}
}
