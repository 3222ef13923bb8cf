package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.AnalysisSettings;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Counts;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Finding;
import io.crossfade.rollout.analysis.Memento;
import io.crossfade.rollout.analysis.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the responses of an attempt say about the canary, and how to tell a person; mutable, owned by the rollout's thread.
 *
 * <p>It is a function of the batches and events since the attempt began.
 */
public final class Evidence {
    private static final long NEVER = -1;

    /** Natural logarithm below which a detector has nothing in hand: what comes next is the first failure of a story. */
    private static final double AT_REST = 2;

    private final AnalysisSettings settings;
    private Analysis analysis;
    private long errorsOnset = NEVER;
    private long latencyOnset = NEVER;

    /** Evidence at rest, for a checkpoint; onsets are instants of {@link Input#nowMillis()} or -1. */
    public record Memory(Memento analysis, long errorsOnset, long latencyOnset) {}

    Evidence(AnalysisSettings settings) {
        this.settings = settings;
        this.analysis = new Analysis(settings);
    }

    void apply(Batch batch) {
        boolean errorsRest = evidence("errors") < AT_REST;
        boolean latencyRest = !latencySuspicious();
        analysis.apply(batch);
        if (errorsRest && batch.failures().stream().anyMatch(Batch.Failure::canary)) {
            errorsOnset = batch.nowMillis();
        }
        if (latencyRest && batch.slow().stream().anyMatch(Batch.Slow::onCanary)) {
            latencyOnset = batch.nowMillis();
        }
    }

    void apply(Event event) {
        if (event instanceof Event.AttemptBegun || event instanceof Event.EvidenceCleared) {
            analysis.beginAttempt();
            errorsOnset = NEVER;
            latencyOnset = NEVER;
        } else if (event instanceof Event.StepEntered
                || event instanceof Event.SteppedBack
                || event instanceof Event.WeightSet) {
            analysis.beginStep();
        }
    }

    public Memory save() {
        return new Memory(analysis.save(), errorsOnset, latencyOnset);
    }

    /** Goes on exactly where {@link #save} was; evidence of other settings is none, and false is the answer. */
    public boolean restore(Memory memory) {
        if (!memory.analysis().fits(settings)) {
            return false;
        }
        analysis = Analysis.restore(settings, memory.analysis());
        errorsOnset = memory.errorsOnset();
        latencyOnset = memory.latencyOnset();
        return true;
    }

    public List<Finding> findings() {
        return analysis.findings();
    }

    /** Whether there is evidence against the canary's latency, be it little. */
    public boolean latencySuspicious() {
        return evidence("latency") >= AT_REST;
    }

    Verdict errors() {
        return analysis.errors();
    }

    Verdict latency() {
        return analysis.latency();
    }

    boolean mayAdvance() {
        return analysis.mayAdvance();
    }

    /** A stable word: errors-concurrent, errors-limit, latency or shared-fate. */
    String reason(String metric) {
        if (metric.equals("latency")) {
            return "latency";
        }
        if (errors() == Verdict.SHARED_FATE) {
            return "shared-fate";
        }
        boolean concurrent = findings().stream()
                .anyMatch(finding -> finding.detector() == Detector.C && finding.verdict() == Verdict.FAIL);
        return concurrent ? "errors-concurrent" : "errors-limit";
    }

    /** What was counted, in one line. */
    String seen(String metric) {
        Counts n = analysis.counts();
        if (metric.equals("latency")) {
            return String.format(
                    Locale.ROOT,
                    "slow beyond the margin: canary %,d of %,d requests; slow at the same quantile: baseline %,d of %,d",
                    n.canarySlow(),
                    n.canaryRequests(),
                    n.baselineSlow(),
                    n.baselineRequests());
        }
        return String.format(
                Locale.ROOT,
                "canary failed %,d of %,d requests%s; baseline %,d of %,d",
                n.canaryFailures(),
                n.canaryRequests(),
                n.share() < 1
                        ? ", " + Words.count(n.canaryUnits()) + " distinct units"
                        : "", // C counts no units at 100%
                n.baselineFailures(),
                n.baselineRequests());
    }

    /** What the detectors of a metric make of it, in one line. */
    String weighed(String metric) {
        String evidence = findings().stream()
                .filter(finding -> finding.detector().metric().equals(metric))
                .map(Evidence::weighed)
                .collect(Collectors.joining(", "));
        String events = metric.equals("latency")
                ? Words.count(settings.perSlowRequests()) + " slow requests"
                : Words.count(settings.perCanaryRequests()) + " canary requests";
        return evidence + ": chance of a false alarm at most " + ratio(settings.falseAlarmBudget()) + " in " + events;
    }

    /** How long it took, in one line. */
    String took(String metric, long nowMillis) {
        boolean latency = metric.equals("latency");
        long onset = latency ? latencyOnset : errorsOnset;
        String what = latency ? "first slow request" : "first failure";
        return onset == NEVER ? what + " unknown" : what + " to decision " + Words.time(nowMillis - onset);
    }

    /** Why a step may not end yet, in one line. */
    String missing() {
        return "no proof at " + ratio(settings.advanceEvidence()) + " that the canary is within its limit after "
                + Words.count(analysis.counts().canaryRequestsInStep()) + " canary requests in this step";
    }

    /** The same as data; every number is finite. */
    Map<String, Double> numbers() {
        Counts n = analysis.counts();
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("canaryRequests", (double) n.canaryRequests());
        numbers.put("canaryFailures", (double) n.canaryFailures());
        numbers.put("canaryUnits", (double) n.canaryUnits());
        numbers.put("canarySlow", (double) n.canarySlow());
        numbers.put("baselineRequests", (double) n.baselineRequests());
        numbers.put("baselineFailures", (double) n.baselineFailures());
        numbers.put("baselineUnits", (double) n.baselineUnits());
        numbers.put("baselineSlow", (double) n.baselineSlow());
        numbers.put("errorLimit", n.errorLimit());
        numbers.put("share", n.share());
        for (Finding finding : findings()) {
            numbers.put("logEvidence" + finding.detector(), finding.logEvidence());
            numbers.put("logThreshold" + finding.detector(), finding.logThreshold());
        }
        numbers.values().removeIf(number -> !Double.isFinite(number));
        return numbers;
    }

    private double evidence(String metric) {
        return findings().stream()
                .filter(finding -> finding.detector().metric().equals(metric))
                .mapToDouble(Finding::logEvidence)
                .max()
                .orElse(Finding.LEAST);
    }

    private static String weighed(Finding finding) {
        if (finding.logEvidence() <= Finding.LEAST) {
            return "no evidence " + finding.detector() + remark(finding);
        }
        String text = String.format(
                Locale.ROOT,
                "evidence %s e^%.1f against threshold e^%.1f",
                finding.detector(),
                finding.logEvidence(),
                finding.logThreshold());
        return text + remark(finding);
    }

    private static String remark(Finding finding) {
        return finding.remark().isEmpty() ? "" : " (" + finding.remark() + ")";
    }

    private static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.4f", ratio * 100).replaceFirst("\\.?0+$", "") + "%";
    }
}
