package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Counts;
import io.crossfade.rollout.analysis.CountsOfUnits;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Verdict;
import java.util.Locale;
import java.util.Set;

/** Distinct users with a failure: does the canary fail more of them than it may? */
final class UserSuccess implements Metric {
    @Override
    public String word() {
        return "user-success";
    }

    @Override
    public Set<Detector> detectors() {
        return Set.of(Detector.U);
    }

    @Override
    public Verdict verdict(Analysis analysis) {
        return analysis.userSuccess();
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
        CountsOfUnits units = n.units();
        return String.format(
                Locale.ROOT,
                "distinct units with a failure in this step: canary %,d of %,d, baseline %,d of %,d",
                units.canaryFailed(),
                units.canarySeen(),
                units.baselineFailed(),
                units.baselineSeen());
    }
}
