package io.crossfade.control;

import io.crossfade.rollout.Event;
import io.crossfade.rollout.Metrics;
import io.crossfade.rollout.Plan;
import io.crossfade.rollout.Rollout;
import io.crossfade.rollout.RolloutState;
import io.crossfade.rollout.analysis.Finding;
import io.crossfade.rollout.analysis.SplitCounts;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a status tells beside the state: version, wall clock, last decision, rollbacks; owned by the control thread. */
final class Chronicle {
    private long version;
    private Instant since;
    private RolloutStatus.@Nullable Decision decision;
    private RolloutStatus.@Nullable Asked asked;
    private final Map<List<String>, Long> rollbacks = new TreeMap<>(Comparator.comparing(List::toString));

    Chronicle(Instant since) {
        this.since = since;
    }

    /** Goes on where a journal that began anew says. */
    static Chronicle of(Standing standing) {
        Chronicle chronicle = new Chronicle(Instant.ofEpochMilli(standing.sinceEpochMillis()));
        chronicle.version = standing.version();
        chronicle.decision = standing.decision();
        chronicle.asked = standing.asked();
        standing.rollbacks()
                .forEach(kind -> chronicle.rollbacks.put(List.of(kind.mode(), kind.reason()), kind.count()));
        return chronicle;
    }

    /** All of it, for a journal that begins anew. */
    Standing standing(String rollout, RolloutState state) {
        return new Standing(rollout, version, since.toEpochMilli(), state.save(), decision, kinds(), asked);
    }

    private List<RolloutStatus.Rollbacks> kinds() {
        return rollbacks.entrySet().stream()
                .map(kind -> new RolloutStatus.Rollbacks(
                        kind.getKey().get(0), kind.getKey().get(1), kind.getValue()))
                .toList();
    }

    /** Sequence of the last event that happened. */
    long version() {
        return version;
    }

    /** What an operator last asked for; null before the first. */
    RolloutStatus.@Nullable Asked asked() {
        return asked;
    }

    /** Notes a line that has just happened. */
    void note(JournalLine line, RolloutState before, RolloutState after) {
        version = line.sequence();
        if (after.phase() != before.phase() || after.sinceMillis() != before.sinceMillis()) {
            since = line.at();
        }
        if (line.event() instanceof Event.RolledBack back) {
            rollbacks.merge(List.of(back.mode().word(), back.reason()), 1L, Long::sum);
        }
        long at = line.at().toEpochMilli();
        if (line.event() instanceof Event.Requested r) {
            asked = new RolloutStatus.Asked(line.sequence(), at, r.verb().word(), r.actor(), r.reason(), r.weight());
        } else if (line.event() instanceof Event.Replaced) { // what was of another rollout explains nothing of this one
            decision = null;
            asked = null;
        }
        if (line.event() instanceof Event.RolledBack back && !back.reason().equals(Event.OPERATOR)) {
            decision = new RolloutStatus.Decision(
                    line.sequence(), at, "rollback", back.mode().word(), back.reason(), back.lines(), back.numbers());
        } else if (line.event() instanceof Event.Held held && !held.reason().equals(Event.OPERATOR)) {
            decision = new RolloutStatus.Decision(
                    line.sequence(), at, "hold", "", held.reason(), held.lines(), held.numbers());
        } else if (line.event() instanceof Event.StepWaits waits) {
            decision = new RolloutStatus.Decision(
                    line.sequence(), at, "wait", "", waits.reason(), waits.lines(), waits.numbers());
        }
    }

    /** @param next what happens next, one sentence for a person */
    RolloutStatus status(Rollout rollout, String next, long nowMillis) {
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
                verdicts(rollout, nowMillis),
                since.toEpochMilli(),
                next,
                decision,
                kinds(),
                asked,
                plan.identity().release(),
                LevelStatus.of(rollout));
    }

    private static List<RolloutStatus.Verdict> verdicts(Rollout rollout, long nowMillis) {
        List<String> needs = rollout.needs(nowMillis);
        List<Finding> findings = rollout.evidence().findings();
        Stream<RolloutStatus.Verdict> ofMetrics = IntStream.range(0, findings.size())
                .mapToObj(i -> verdict(findings.get(i), needs.isEmpty() ? "" : needs.get(i)));
        return rollout.plan().analysed()
                ? Stream.concat(ofMetrics, Stream.of(split(rollout))).toList()
                : ofMetrics.toList();
    }

    private static RolloutStatus.Verdict split(Rollout rollout) {
        SplitCounts split = rollout.evidence().split();
        return new RolloutStatus.Verdict(
                "split", "M", split.verdict().word(), split.logEvidence(), split.logThreshold(), rollout.splitSays());
    }

    private static RolloutStatus.Verdict verdict(Finding finding, String needs) {
        return new RolloutStatus.Verdict(
                Metrics.of(finding.detector()).word(),
                finding.detector().name(),
                finding.verdict().word(),
                finding.logEvidence(),
                finding.logThreshold(),
                needs);
    }
}
