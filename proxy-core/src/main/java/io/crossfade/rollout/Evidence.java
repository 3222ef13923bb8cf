package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.AnalysisSettings;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Counts;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Finding;
import io.crossfade.rollout.analysis.Measured;
import io.crossfade.rollout.analysis.Memento;
import io.crossfade.rollout.analysis.Prospect;
import io.crossfade.rollout.analysis.SplitCounts;
import io.crossfade.rollout.analysis.Verdict;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the responses of an attempt say about the canary, metric by metric, and how to tell a person; mutable, owned by the
 * rollout's thread.
 *
 * <p>It is a function of the batches and events since the attempt began.
 */
public final class Evidence {
    private static final long NEVER = -1;

    /** Natural logarithm below which what a detector has in hand is not worth a word. */
    private static final double AT_REST = 2;

    private final AnalysisSettings settings;
    private Analysis analysis;
    private final Map<Detector, Onset> onsets = new EnumMap<>(Detector.class);
    private boolean dropped;

    /**
     * When what speaks against the canary began, for one detector: with the first of it that counted and was not undone since.
     *
     * @param millis an instant of {@link Input#nowMillis()}
     * @param floor natural logarithm of evidence; below it what began then is undone
     */
    public record Onset(long millis, double floor) {
        /** Where nothing but the instant is known. */
        public static Onset at(long millis) {
            return new Onset(millis, AT_REST);
        }
    }

    /**
     * Evidence at rest, for a checkpoint.
     *
     * @param onsets of the detectors that have one
     */
    public record Memory(Memento analysis, Map<Detector, Onset> onsets) {
        public Memory {
            onsets = Collections.unmodifiableMap(onsets.isEmpty() ? Map.of() : new EnumMap<>(onsets));
        }
    }

    Evidence(AnalysisSettings settings) {
        this.settings = settings;
        this.analysis = new Analysis(settings);
    }

    void apply(Batch batch) {
        if (onsets.isEmpty() && Metrics.ALL.stream().noneMatch(metric -> metric.against(batch))) {
            analysis.apply(batch);
            return;
        }
        Map<Detector, Double> before = levels();
        analysis.apply(batch);
        levels().forEach((detector, level) ->
                follow(detector, before.getOrDefault(detector, Finding.LEAST), level, batch));
    }

    private Map<Detector, Double> levels() {
        Map<Detector, Double> levels = new EnumMap<>(Detector.class);
        findings().forEach(finding -> levels.put(finding.detector(), finding.logEvidence()));
        return levels;
    }

    private void follow(Detector detector, double before, double after, Batch batch) {
        Onset onset = onsets.get(detector);
        if (onset != null && after < onset.floor()) {
            onset = null;
        } else if (onset != null && after >= AT_REST) {
            onset = Onset.at(onset.millis());
        }
        if (onset == null && after > before && Metrics.of(detector).against(batch)) {
            onset = new Onset(batch.nowMillis(), Math.min(after, AT_REST));
        }
        if (onset == null) {
            onsets.remove(detector);
        } else {
            onsets.put(detector, onset);
        }
    }

    /** What the tables of units take, bytes, about. */
    public long unitBytes() {
        return analysis.unitBytes();
    }

    /** See {@link Analysis#forgetUnits}. */
    void forgetUnits() {
        analysis.forgetUnits();
        onsets.clear();
    }

    void apply(Event event) {
        if (event instanceof Event.Replaced) {
            analysis = new Analysis(settings); // another baseline may fail as often as it likes
            onsets.clear();
        } else if (event instanceof Event.AttemptBegun) {
            analysis.beginAttempt();
            onsets.clear();
            dropped = false;
        } else if (event instanceof Event.EvidenceCleared) {
            analysis.clearEvidence();
            onsets.clear();
            dropped = false;
        } else if (event instanceof Event.AnalysisChanged) {
            analysis = new Analysis(settings);
            onsets.clear();
            dropped = false;
        } else if (event instanceof Event.StepEntered || event instanceof Event.SteppedBack) {
            analysis.beginEpoch();
            analysis.beginStep();
        } else if (event instanceof Event.WeightSet) {
            analysis.beginStep();
        }
    }

    /** The same evidence for another analysis: where that is set as before it goes on, else it begins anew. */
    Evidence under(AnalysisSettings changed) {
        if (changed.equals(settings)) {
            return this;
        }
        Evidence anew = new Evidence(changed);
        anew.restore(save());
        return anew;
    }

    public Memory save() {
        return new Memory(analysis.save(), onsets);
    }

    /** Goes on exactly where {@link #save} was; evidence of other settings is none, and false is the answer. */
    public boolean restore(Memory memory) {
        dropped = !memory.analysis().fits(settings);
        if (dropped) {
            return false;
        }
        analysis = Analysis.restore(settings, memory.analysis());
        onsets.clear();
        onsets.putAll(memory.onsets());
        return true;
    }

    /** Whether evidence of other settings was dropped and no event says so yet. */
    boolean dropped() {
        return dropped;
    }

    /**
     * When what speaks against the canary began; -1 when nothing does. Of two detectors that are halfway to their threshold
     * the later one counts: it is enough to explain the decision.
     */
    private long onset(Metric metric) {
        long leading = NEVER;
        long any = NEVER;
        for (Finding finding : findings(metric)) {
            Onset onset = onsets.get(finding.detector());
            if (onset != null) {
                any = any == NEVER ? onset.millis() : Math.min(any, onset.millis());
                boolean halfway = finding.logEvidence() >= finding.logThreshold() / 2;
                leading = halfway ? Math.max(leading, onset.millis()) : leading;
            }
        }
        return leading == NEVER ? any : leading;
    }

    public List<Finding> findings() {
        return analysis.findings();
    }

    /**
     * What each detector of {@link #findings} needs until it says something else, in words and in their order.
     *
     * @param stepMillis how long the canary has had its weight; its requests in that time give the rate
     */
    List<String> needs(long stepMillis) {
        Prospect prospect = analysis.prospect();
        double perSecond = perSecond(stepMillis);
        return findings().stream()
                .map(finding -> Needs.of(finding, prospect, perSecond))
                .toList();
    }

    /** What a step that waits for evidence needs, in words; empty when more requests alone will not do. */
    String needed(long stepMillis) {
        long requests = analysis.prospect().requestsToShow();
        return settings.errors() && requests > 0 ? Needs.toPass(requests, perSecond(stepMillis)) : "";
    }

    private double perSecond(long stepMillis) {
        return stepMillis <= 0 ? 0 : analysis.counts().canaryRequestsInStep() * 1000.0 / stepMillis;
    }

    /** Whether there is evidence against the canary, be it little, by what is no failure. */
    public boolean suspicious() {
        return suspicious(Metrics.LATENCY) || suspicious(Metrics.CLIENT_ERRORS);
    }

    private boolean suspicious(Metric metric) {
        return findings(metric).stream().anyMatch(finding -> finding.logEvidence() >= AT_REST);
    }

    private List<Finding> findings(Metric metric) {
        return findings().stream()
                .filter(finding -> metric.detectors().contains(finding.detector()))
                .toList();
    }

    /** Whether it is judged by this metric at all. */
    boolean judges(Metric metric) {
        return !findings(metric).isEmpty();
    }

    /** See {@link Metric#measured}. */
    public Optional<Measured> measured(Metric metric) {
        return metric.measured(analysis);
    }

    Verdict verdict(Metric metric) {
        return metric.verdict(analysis);
    }

    OnFail follows(Metric metric, OnFail configured) {
        return metric.follows(analysis, configured);
    }

    boolean mayAdvance() {
        return analysis.mayAdvance();
    }

    /** The word of the reason when a metric decides. */
    String reason(Metric metric) {
        return metric.reason(analysis);
    }

    /** The word of the reason for which a metric holds the rollout now; empty when there is none. */
    Optional<String> hold(Metric metric, long nowMillis) {
        return metric.hold(analysis, nowMillis);
    }

    /** Whether a detector has tripped and waits for the baseline, so that each answer of it matters. */
    public boolean waiting() {
        return analysis.waiting();
    }

    /** When failures began to speak against the canary; {@link Analysis#NEVER} when they do not. */
    public long roseAtMillis() {
        return analysis.roseAtMillis();
    }

    /** How often the count of distinct units was begun anew; see {@link Analysis#unitRounds}. */
    public long unitRounds() {
        return analysis.unitRounds();
    }

    /** Which attempt's new units are to be told; see {@link Analysis#splitRound}. */
    public long splitRound() {
        return analysis.splitRound();
    }

    /** Whether the units of this attempt were split as the weights say. */
    public SplitCounts split() {
        return analysis.split();
    }

    /** The baseline's latencies that were told last; see {@link Batch#tau()}. */
    public long[] tau() {
        return analysis.tau();
    }

    /** Whether the baseline itself fails so often that nothing may move towards the canary. */
    boolean baselineInTrouble(long nowMillis) {
        return analysis.baselineInTrouble(nowMillis);
    }

    /** How long it has, milliseconds; 0 when it does not. */
    long troubleMillis(long nowMillis) {
        long since = analysis.troubleSinceMillis();
        return since == Analysis.NEVER ? 0 : nowMillis - since;
    }

    /** The baseline's trouble in one line. */
    String trouble(long nowMillis) {
        long[] lately = analysis.baselineLately(nowMillis);
        return "the baseline itself failed " + Words.count(lately[0]) + " of its last " + Words.count(lately[1])
                + " requests; more than " + Words.ratio(settings.baselineLimit())
                + ", or more than three times its last hour's rate, is trouble, and so are two minutes after it";
    }

    /** What was counted, in one line. */
    String seen(Metric metric) {
        return metric.seen(analysis.counts());
    }

    /** What the detectors of a metric make of it, in one line. */
    String weighed(Metric metric) {
        String evidence = findings(metric).stream().map(Evidence::weighed).collect(Collectors.joining(", "));
        return evidence + ": chance of a false alarm at most " + Words.ratio(settings.falseAlarmBudget()) + " in "
                + Words.count(settings.perCanaryRequests()) + " canary requests";
    }

    /** How long it took, in one line. */
    String took(Metric metric, long nowMillis) {
        long onset = onset(metric);
        return onset == NEVER
                ? metric.first() + " unknown"
                : metric.first() + " to decision " + Words.time(nowMillis - onset);
    }

    /** Why a step may not end yet, in one line. */
    String missing() {
        return "no proof at " + Words.ratio(settings.advanceEvidence()) + " that the canary is within its limit after "
                + Words.count(analysis.counts().canaryRequestsInStep()) + " canary requests in this step"
                + (analysis.bothWell()
                        ? ""
                        : "; nor that fewer than " + Words.ratio(settings.baselineLimit()) + " of all requests fail")
                + (verdict(Metrics.USER_SUCCESS) == Verdict.INCONCLUSIVE ? "; " + seen(Metrics.USER_SUCCESS) : "");
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
        if (settings.users().success()) {
            numbers.put("canaryUnitsSeen", (double) n.units().canarySeen());
            numbers.put("canaryUnitsFailed", (double) n.units().canaryFailed());
            numbers.put("baselineUnitsSeen", (double) n.units().baselineSeen());
            numbers.put("baselineUnitsFailed", (double) n.units().baselineFailed());
        }
        numbers.put("errorLimit", n.errorLimit());
        numbers.put("share", n.share());
        for (Finding finding : findings()) {
            numbers.put("logEvidence" + finding.detector(), finding.logEvidence());
            numbers.put("logThreshold" + finding.detector(), finding.logThreshold());
        }
        numbers.values().removeIf(number -> !Double.isFinite(number));
        return numbers;
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
}
