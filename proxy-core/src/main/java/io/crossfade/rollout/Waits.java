package io.crossfade.rollout;

import java.util.List;
import java.util.Map;

/** Why a step whose bake time is over gives way to no other, and what is said of it. */
final class Waits {
    /** A trouble of the baseline that lasts so long is told. */
    private static final long TOLD_AFTER_MILLIS = 60_000;

    /** An outage of both looks as if the canary did as well as the baseline: nobody goes on in the middle of it. */
    static List<Event> forBaseline(Situation at) {
        Evidence evidence = at.evidence();
        if (at.state().waiting() || evidence.troubleMillis(at.now()) < TOLD_AFTER_MILLIS) {
            return List.of();
        }
        String stays = "weight stays " + at.weight() + "; the step goes on by itself when that ends";
        List<String> lines = at.withAims(evidence.trouble(at.now()), evidence.seen(Metrics.ERRORS), stays);
        return List.of(new Event.StepWaits(at.now(), "baseline-in-trouble", lines, evidence.numbers()));
    }

    /** The step may wait once, for as long as the plan says; then the climb is held. */
    static List<Event> forEvidence(Situation at) {
        long extension = at.plan().extendUpToMillis();
        long until = at.state().extendedUntilMillis();
        if (until == RolloutState.NEVER && extension > 0) {
            return List.of(new Event.BakeExtended(at.now(), at.now() + extension));
        }
        return until > at.now() ? List.of() : List.of(heldForEvidence(at));
    }

    private static Event heldForEvidence(Situation at) {
        Evidence evidence = at.evidence();
        String waited = "waited " + Words.time(at.plan().extendUpToMillis()) + " beyond the bake time; weight stays "
                + at.weight();
        List<String> lines = at.withAims(evidence.seen(Metrics.ERRORS), evidence.missing(), waited);
        return new Event.Held(at.now(), "no-evidence", false, lines, evidence.numbers());
    }

    /** There is no other step, and the plan does not end with everybody. */
    static Event heldAtEnd(Situation at) {
        String line = "the plan ends at " + at.weight() + ": promoteFull goes to 100%, rollback to 0%";
        return new Event.Held(at.now(), "end-of-plan", false, List.of(line), Map.of());
    }

    private Waits() {}
}
