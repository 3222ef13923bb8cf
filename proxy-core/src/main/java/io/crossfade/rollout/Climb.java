package io.crossfade.rollout;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A step that has baked and has shown what it must gives way to the next. */
final class Climb implements Rule {
    /** A trouble of the baseline that lasts so long is told. */
    private static final long TOLD_AFTER_MILLIS = 60_000;

    @Override
    public Optional<List<Event>> decide(Situation at) {
        List<Event> events = climb(at);
        return events.isEmpty() ? Optional.empty() : Optional.of(events);
    }

    private static List<Event> climb(Situation at) {
        Plan plan = at.plan();
        return switch (at.state().phase()) {
            case DRAFT -> {
                boolean first = plan.manual() && !at.state().known();
                yield first && plan.initialWeight() > 0 ? at.begin(1) : List.of();
            }
            case PROGRESSING ->
                plan.manual() ? List.of() : at.enterOrGate(at.state().step() + 1);
            case BAKING -> bake(at);
            case GATED, PAUSED, HELD, ROLLING_BACK, ROLLED_BACK, COMPLETED, FAILED -> List.of();
        };
    }

    private static List<Event> bake(Situation at) {
        Plan plan = at.plan();
        RolloutState state = at.state();
        if (state.bakedMillis(at.now()) < plan.steps().get(state.step()).bakeMillis()) {
            return List.of();
        }
        if (plan.analysed() && at.evidence().baselineInTrouble(at.now())) {
            return waitForBaseline(at);
        }
        if (plan.analysed() && !at.evidence().mayAdvance()) {
            return waitForEvidence(at);
        }
        if (state.step() < plan.lastStep()) {
            return at.enterOrGate(state.step() + 1);
        }
        return plan.endsAt(state.weight()) ? at.complete() : List.of(heldAtEnd(at));
    }

    /** An outage of both looks as if the canary did as well as the baseline: nobody goes on in the middle of it. */
    private static List<Event> waitForBaseline(Situation at) {
        Evidence evidence = at.evidence();
        if (at.state().waiting() || evidence.troubleMillis(at.now()) < TOLD_AFTER_MILLIS) {
            return List.of();
        }
        String stays = "weight stays " + at.weight() + "; the step goes on by itself when that ends";
        List<String> lines = List.of(evidence.trouble(at.now()), evidence.seen(Metrics.ERRORS), stays);
        return List.of(new Event.StepWaits(at.now(), "baseline-in-trouble", lines, evidence.numbers()));
    }

    private static List<Event> waitForEvidence(Situation at) {
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
        List<String> lines = List.of(evidence.seen(Metrics.ERRORS), evidence.missing(), waited);
        return new Event.Held(at.now(), "no-evidence", false, lines, evidence.numbers());
    }

    private static Event heldAtEnd(Situation at) {
        String line = "the plan ends at " + at.weight() + ": promoteFull goes to 100%, rollback to 0%";
        return new Event.Held(at.now(), "end-of-plan", false, List.of(line), Map.of());
    }
}
