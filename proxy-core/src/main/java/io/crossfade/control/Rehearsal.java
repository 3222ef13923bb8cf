package io.crossfade.control;

import io.crossfade.rollout.Answer;
import io.crossfade.rollout.Event;
import io.crossfade.rollout.Input;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Rollout;
import io.crossfade.rollout.analysis.Batch;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays a failing canary on a rollout of its own, up to the words for the journal: the first rollback in the life of a
 * process must not wait for classes to be loaded, which takes as long as some ten users need to fail. Nothing is kept.
 */
final class Rehearsal {
    private static final int WEIGHT = 10_000;
    private static final int MOST_FAILURES = 50;

    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

    private Rehearsal() {}

    static void play(Plan plan) {
        try {
            Rollout rollout = new Rollout(plan);
            rollout.apply(new Event.AttemptBegun(0, 1, plan.shape(), plan.identity()));
            rollout.apply(new Event.WeightSet(0, WEIGHT));
            int failures = 0;
            while (rollout.state().weight() > 0 && failures < MOST_FAILURES) {
                fail(rollout, ++failures);
            }
        } catch (RuntimeException bug) {
            log.warn("{}: the rehearsal of a rollback failed", plan.name(), bug);
        }
    }

    private static void fail(Rollout rollout, int unit) {
        List<Batch.Failure> failure = List.of(new Batch.Failure(unit, WEIGHT, true, true, 9, 0));
        Batch batch = new Batch(unit, WEIGHT, failure, 0, 0, List.of()).with(new Batch.Witness(unit, 9));
        if (rollout.take(new Input.Observed(batch)) instanceof Answer.Decided decided) {
            for (Event event : decided.events()) {
                rollout.apply(JournalLine.of(unit, Instant.EPOCH, rollout.plan().name(), event, false)
                        .event());
            }
        }
    }
}
