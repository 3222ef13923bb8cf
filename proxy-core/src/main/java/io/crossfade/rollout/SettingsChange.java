package io.crossfade.rollout;

import java.util.List;
import java.util.Optional;

/** Evidence of other settings is none: that it was dropped is an event, so that a reader of the journal knows. */
final class SettingsChange implements Rule {
    private static final List<String> LINES =
            List.of("evidence gathered under other analysis settings, or by another version, was dropped");

    @Override
    public Optional<List<Event>> decide(Situation at) {
        return at.state().phase().active() && at.evidence().dropped()
                ? Optional.of(List.of(new Event.AnalysisChanged(at.now(), LINES)))
                : Optional.empty();
    }
}
