package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Counts;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Verdict;
import java.util.Locale;
import java.util.Set;

/** Slow requests: is the canary slow more often than it may? */
final class Latency implements Metric {
    @Override
    public String word() {
        return "latency";
    }

    @Override
    public Set<Detector> detectors() {
        return Set.of(Detector.L, Detector.A);
    }

    @Override
    public Verdict verdict(Analysis analysis) {
        return analysis.latency();
    }

    @Override
    public String reason(Analysis analysis) {
        return analysis.hangs() ? "hang" : "latency";
    }

    /** Users who wait for a canary that does not answer gain nothing by going one after the other. */
    @Override
    public OnFail follows(Analysis analysis, OnFail configured) {
        return analysis.hangs() ? OnFail.ROLLBACK_IMMEDIATE : configured;
    }

    @Override
    public boolean against(Batch batch) {
        return batch.slow().stream().anyMatch(Batch.Slow::onCanary)
                || batch.others().aborts().stream().anyMatch(Batch.Abort::canary);
    }

    @Override
    public String first() {
        return "first slow request";
    }

    @Override
    public String seen(Counts n) {
        return String.format(
                Locale.ROOT,
                "slow beyond the margin: canary %,d of %,d requests; slow at the same quantile: baseline %,d of %,d",
                n.canarySlow(),
                n.canaryRequests(),
                n.baselineSlow(),
                n.baselineRequests());
    }
}
