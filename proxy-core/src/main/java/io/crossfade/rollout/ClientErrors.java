package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.ClassOfAnswers;
import io.crossfade.rollout.analysis.Counts;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Verdict;
import java.util.Locale;
import java.util.Set;

/** Answers that are no failures: does the canary redirect, refuse, throttle or say nothing where the baseline does not? */
final class ClientErrors implements Metric {
    @Override
    public String word() {
        return "client-errors";
    }

    @Override
    public Set<Detector> detectors() {
        return Set.of(Detector.E);
    }

    @Override
    public Verdict verdict(Analysis analysis) {
        return analysis.clientErrors();
    }

    /** A canary that turns users away which the baseline serves must not keep them. */
    @Override
    public OnFail follows(Analysis analysis, OnFail configured) {
        return configured.rollsBack() || !analysis.turnsAway() ? configured : OnFail.ROLLBACK_IMMEDIATE;
    }

    @Override
    public boolean against(Batch batch) {
        return batch.others().answers().stream().anyMatch(Batch.Answered::canary);
    }

    @Override
    public String first() {
        return "first unusual answer";
    }

    @Override
    public String seen(Counts n) {
        ClassOfAnswers most = n.answers();
        return String.format(
                Locale.ROOT,
                "distinct units with %s: canary %,d, baseline %,d; canary answered %,d requests, baseline %,d",
                most.name(),
                most.canaryUnits(),
                most.baselineUnits(),
                n.canaryRequests(),
                n.baselineRequests());
    }
}
