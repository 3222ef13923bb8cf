package io.crossfade.control;

import io.crossfade.observe.RolloutFeed;
import io.crossfade.rollout.Event;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Rollout;
import io.crossfade.rollout.RolloutState;
import io.crossfade.rollout.analysis.Finding;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One rollout with what its status needs beside its state: version, wall clock, last decision; owned by the control thread. */
final class Watch {
    private final int number;
    private Rollout rollout;
    private Batches batches;
    private long version;
    private Instant since;
    private RolloutStatus.@Nullable Decision decision;
    private final Map<List<String>, Long> rollbacks = new TreeMap<>(Comparator.comparing(List::toString));

    Watch(int number, Rollout rollout, Batches batches, Instant since) {
        this.number = number;
        this.rollout = rollout;
        this.batches = batches;
        this.since = since;
    }

    int number() {
        return number;
    }

    Rollout rollout() {
        return rollout;
    }

    Batches batches() {
        return batches;
    }

    /** Goes on by another plan; a changed analysis begins with no evidence. */
    void goOnUnder(Plan plan, RolloutFeed feed) {
        boolean sameAnalysis = plan.analysis().equals(rollout.plan().analysis());
        rollout = rollout.under(plan);
        batches = sameAnalysis ? batches : new Batches(number, feed, plan.analysis());
    }

    String name() {
        return rollout.plan().name();
    }

    long version() {
        return version;
    }

    /** Lets a journaled event happen. */
    void apply(JournalLine line) {
        RolloutState before = rollout.state();
        rollout.apply(line.event());
        version = line.sequence();
        if (rollout.state().phase() != before.phase() || rollout.state().sinceMillis() != before.sinceMillis()) {
            since = line.at();
        }
        if (line.event() instanceof Event.RolledBack back) {
            rollbacks.merge(List.of(back.mode().word(), back.reason()), 1L, Long::sum);
        }
        long at = line.at().toEpochMilli();
        if (line.event() instanceof Event.RolledBack back && !back.reason().equals(Event.OPERATOR)) {
            decision = new RolloutStatus.Decision(
                    at, "rollback", back.mode().word(), back.reason(), back.lines(), back.numbers());
        } else if (line.event() instanceof Event.Held held && !held.reason().equals(Event.OPERATOR)) {
            decision = new RolloutStatus.Decision(at, "hold", "", held.reason(), held.lines(), held.numbers());
        }
    }

    RolloutStatus status(long nowMillis, String trouble) {
        Plan plan = rollout.plan();
        RolloutState state = rollout.state();
        return new RolloutStatus(
                plan.name(),
                plan.baseline(),
                plan.canary(),
                state.phase().word(),
                state.attempt(),
                state.step(),
                plan.steps().stream()
                        .map(step -> new RolloutStatus.Step(step.weight(), step.bakeMillis(), step.gate()))
                        .toList(),
                state.weight(),
                version,
                rollout.evidence().findings().stream().map(Watch::verdict).toList(),
                since.toEpochMilli(),
                trouble.isEmpty() ? rollout.next(nowMillis) : trouble,
                decision,
                rollbacks.entrySet().stream()
                        .map(kind -> new RolloutStatus.Rollbacks(
                                kind.getKey().get(0), kind.getKey().get(1), kind.getValue()))
                        .toList());
    }

    private static RolloutStatus.Verdict verdict(Finding finding) {
        return new RolloutStatus.Verdict(
                finding.detector().metric(),
                finding.detector().name(),
                finding.verdict().word(),
                finding.logEvidence(),
                finding.logThreshold());
    }
}
