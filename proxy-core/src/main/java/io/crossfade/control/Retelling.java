package io.crossfade.control;

import io.crossfade.rollout.Event;
import io.crossfade.rollout.Input;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Rollout;
import io.crossfade.rollout.RolloutState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Hears the story of one rollout, and judges it by another analysis as it goes; used by one thread. */
final class Retelling implements Recovery.Hearer {
    private final Rollout rollout;
    private final List<Replay.Moment> moments = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long looks;
    /** Whether the analysis has decided in this attempt, or in this stretch of it; the rest of it would be another story. */
    private boolean decided;

    private long decidedAt;
    private boolean asked;
    private long wallOffset;

    Retelling(Plan plan) {
        this.rollout = new Rollout(plan);
    }

    Replay.Told told() {
        if (looks == 0) {
            notes.add("there is no evidence to judge: a checkpoint has taken its place, or the canary had no users");
        }
        return new Replay.Told(rollout.plan().name(), looks, List.copyOf(moments), List.copyOf(notes));
    }

    @Override
    public void stand(Standing start) {
        rollout.stand(RolloutState.of(start.state()));
    }

    @Override
    public void hear(JournalLine line) {
        Event event = line.event();
        wallOffset = line.at().toEpochMilli() - event.nowMillis();
        asked |= event instanceof Event.Requested;
        if (!asked && !decided) {
            compare(line);
        } else if (!asked && !recorded(event).isEmpty()) {
            agree(event);
        }
        if (event instanceof Event.AttemptBegun
                || event instanceof Event.EvidenceCleared
                || event instanceof Event.Replaced) {
            decided = false;
        }
        rollout.apply(event);
        asked &= line.more();
    }

    /** What the proxy decided by itself, against what would have been at that moment. */
    private void compare(JournalLine line) {
        Event event = line.event();
        if (!recorded(event).isEmpty()) {
            moment(event.nowMillis(), recorded(event), "", rollout.standing());
        } else if (climbs(event) && rollout.waitsForEvidence()) {
            moment(event.nowMillis(), "the step ended", "the step waits for evidence", rollout.standing());
        }
    }

    /** The analysis of the journal came to a decision too, by then or later. */
    private void agree(Event event) {
        Replay.Moment last = moments.get(moments.size() - 1);
        if (last.recorded().isEmpty()) {
            long later = event.nowMillis() - decidedAt;
            String when =
                    later == 0 ? " at the same moment" : String.format(Locale.ROOT, " %.1f s later", later / 1000.0);
            moments.set(
                    moments.size() - 1,
                    new Replay.Moment(last.at(), last.attempt(), recorded(event) + when, last.would(), last.lines()));
        }
    }

    /** A decision by what the canary did; empty for any other event. */
    private static String recorded(Event event) {
        if (event instanceof Event.RolledBack back && !back.numbers().isEmpty()) {
            return "rollback (" + back.mode().word() + "), " + back.reason();
        }
        return event instanceof Event.Held held && held.byAnalysis() ? "hold, " + held.reason() : "";
    }

    private static boolean climbs(Event event) {
        boolean next = event instanceof Event.StepEntered entered && entered.step() > 0;
        boolean gate = event instanceof Event.GateReached reached && reached.step() > 0;
        return next || gate || event instanceof Event.Completed;
    }

    @Override
    public void hear(EvidenceLine line) {
        if (line instanceof EvidenceLine.Seen seen) {
            looks++;
            Optional<Event> verdict = rollout.judge(new Input.Observed(seen.batch()));
            if (verdict.isPresent() && !decided) {
                decided = true;
                decidedAt = seen.batch().nowMillis();
                decide(verdict.get());
            }
        } else if (line instanceof EvidenceLine.Epoch) {
            rollout.forgetUnits();
        } else if (line instanceof EvidenceLine.Checkpoint checkpoint
                && !rollout.evidence().restore(checkpoint.memory())) {
            notes.add(
                    "evidence before " + wall(checkpoint.nowMillis())
                            + " stands in a checkpoint of other settings, which cannot be judged anew: it begins without evidence there");
        }
    }

    private void decide(Event event) {
        if (event instanceof Event.RolledBack back) {
            moment(event.nowMillis(), "", "rollback (" + back.mode().word() + "), " + back.reason(), back.lines());
        } else if (event instanceof Event.Held held) {
            moment(event.nowMillis(), "", "hold, " + held.reason(), held.lines());
        }
    }

    private void moment(long nowMillis, String recorded, String would, List<String> lines) {
        moments.add(new Replay.Moment(wall(nowMillis), rollout.state().attempt(), recorded, would, lines));
    }

    private Instant wall(long nowMillis) {
        return Instant.ofEpochMilli(nowMillis + wallOffset);
    }
}
