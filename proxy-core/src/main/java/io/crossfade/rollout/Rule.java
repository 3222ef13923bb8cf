package io.crossfade.rollout;

import java.util.List;
import java.util.Optional;

/** One thing that an automatic decision looks at; {@link RolloutDecider#ORDER} gives it its place. It has no memory. */
interface Rule {
    /**
     * The events that follow. Empty when it has nothing to say, so that the next rule is asked; a present empty list ends the
     * look with nothing happening.
     */
    Optional<List<Event>> decide(Situation at);
}
