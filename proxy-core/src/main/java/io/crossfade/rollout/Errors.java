package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Counts;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Verdict;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Failed requests: does the canary fail more often than it may? */
final class Errors implements Metric {
    @Override
    public String word() {
        return "errors";
    }

    @Override
    public Set<Detector> detectors() {
        return Set.of(Detector.C, Detector.S);
    }

    @Override
    public Verdict verdict(Analysis analysis) {
        return analysis.errors();
    }

    @Override
    public String reason(Analysis analysis) {
        boolean concurrent = analysis.findings().stream().anyMatch(finding -> finding.fails(Detector.C));
        return concurrent ? "errors-concurrent" : "errors-limit";
    }

    @Override
    public Optional<String> hold(Analysis analysis, long nowMillis) {
        if (verdict(analysis) == Verdict.SHARED_FATE) {
            return Optional.of("shared-fate");
        }
        if (analysis.noControl(nowMillis)) {
            return Optional.of("no-control");
        }
        return analysis.fewUnits(nowMillis) ? Optional.of("few-units") : Optional.empty();
    }

    @Override
    public boolean against(Batch batch) {
        return batch.failures().stream().anyMatch(Batch.Failure::canary);
    }

    @Override
    public String first() {
        return "first failure";
    }

    @Override
    public String seen(Counts n) {
        String units = n.share() < 1 ? ", " + Words.count(n.canaryUnits()) + " distinct units" : ""; // none at 100%
        return String.format(
                Locale.ROOT,
                "canary failed %,d of %,d requests%s; baseline %,d of %,d",
                n.canaryFailures(),
                n.canaryRequests(),
                units,
                n.baselineFailures(),
                n.baselineRequests());
    }
}
