package io.crossfade.rollout;

import java.util.List;
import java.util.Set;

/** What a rollout answers to an input. */
public sealed interface Answer {
    /** These events follow, together or not at all; none when nothing changes. */
    record Decided(List<Event> events) implements Answer {
        static final Decided NOTHING = new Decided(List.of());

        public Decided {
            events = List.copyOf(events);
        }

        /** Whether this must be on disk before it is in force; the opposite is in force at once and written afterwards. */
        public boolean towardsCanary(RolloutState before) {
            return events.stream().anyMatch(event -> event.towardsCanary(before));
        }
    }

    /** Cannot be done in this phase. */
    record Refused(String detail, Set<Verb> legal) implements Answer {}

    /** An argument is missing or out of range. */
    record Invalid(String detail) implements Answer {}
}
