package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * The canary has users and misbehaves: back to the baseline, or hold. A rollback of any metric goes before a hold of any; among
 * either, metrics speak in their order. What no metric says comes last: that the users of both are not split as they should be.
 */
final class Guard implements Rule {
    @Override
    public Optional<List<Event>> decide(Situation at) {
        if (!at.state().watched() || !at.plan().analysed()) {
            return Optional.empty();
        }
        return rollback(at).or(() -> hold(at)).map(List::of);
    }

    private static Optional<Event> rollback(Situation at) {
        for (Metric metric : Metrics.ALL) {
            OnFail onFail = at.evidence().follows(metric, at.plan().onFail(metric));
            if (at.evidence().verdict(metric) == Verdict.FAIL && onFail.rollsBack()) {
                return Optional.of(rolledBack(at, metric, onFail.mode()));
            }
        }
        return Optional.empty();
    }

    /** Once is enough: what holds the rollout already is not held against it again. */
    private static Optional<Event> hold(Situation at) {
        if (at.state().heldByAnalysis()) {
            return Optional.empty();
        }
        for (Metric metric : Metrics.ALL) {
            Optional<String> reason = reason(at, metric);
            if (reason.isPresent()) {
                return Optional.of(held(at, metric, reason.get()));
            }
        }
        return UnevenSplit.held(at);
    }

    private static Optional<String> reason(Situation at, Metric metric) {
        Evidence evidence = at.evidence();
        return evidence.verdict(metric) == Verdict.FAIL
                ? Optional.of(evidence.reason(metric))
                : evidence.hold(metric, at.now());
    }

    private static Event rolledBack(Situation at, Metric metric, Mode mode) {
        Evidence evidence = at.evidence();
        List<String> lines = lines(at, metric, at.weightLine(mode));
        return new Event.RolledBack(at.now(), mode, evidence.reason(metric), lines, evidence.numbers());
    }

    private static Event held(Situation at, Metric metric, String reason) {
        Evidence evidence = at.evidence();
        String stays = "weight stays " + at.weight() + " until an operator goes on or rolls back";
        return new Event.Held(at.now(), reason, true, lines(at, metric, stays), evidence.numbers());
    }

    private static List<String> lines(Situation at, Metric metric, String weightLine) {
        Evidence evidence = at.evidence();
        return at.withAims(
                evidence.seen(metric), evidence.weighed(metric), weightLine, evidence.took(metric, at.now()));
    }
}
