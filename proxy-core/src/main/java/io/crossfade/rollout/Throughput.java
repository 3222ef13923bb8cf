package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Counts;
import io.crossfade.rollout.analysis.CountsOfUnits;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Verdict;
import java.util.Locale;
import java.util.Set;

/** Requests of a user that end well: are they fewer on the canary than they may be? */
final class Throughput implements Metric {
    @Override
    public String word() {
        return "throughput";
    }

    @Override
    public Set<Detector> detectors() {
        return Set.of(Detector.T);
    }

    @Override
    public Verdict verdict(Analysis analysis) {
        return analysis.throughput();
    }

    @Override
    public boolean judgesAlone() {
        return false;
    }

    @Override
    public boolean against(Batch batch) {
        return !batch.users().window().isEmpty();
    }

    @Override
    public String first() {
        return "first window";
    }

    @Override
    public String seen(Counts n) {
        CountsOfUnits units = n.units();
        return String.format(
                Locale.ROOT,
                "requests that ended well in 5 minutes, of as many units of either: canary %,d of %,d units, baseline %,d of %,d",
                units.canaryWell(),
                units.canaryMatched(),
                units.baselineWell(),
                units.baselineMatched());
    }
}
