package io.crossfade.rollout.analysis;

import java.util.ArrayList;
import java.util.List;

/**
 * The judgement of one rollout: batches in, verdicts out.
 *
 * <p>Deterministic: the same settings, resets and batches give the same state, to the bit. All of it is bounded: see
 * {@link ConcurrentControl#MOST_UNITS} and {@link Cooldown#MOST}. Owner: the control thread; not safe for others.
 *
 * <p>Verdicts belong to the last batch: a detector that tripped on the way through it is reported even if later failures of the
 * same batch spoke for the canary, so ask after each one.
 */
public final class Analysis {
    /** Verdicts as a memento numbers them; never reordered. */
    private static final List<Verdict> STORED =
            List.of(Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NO_DATA, Verdict.SHARED_FATE);

    private final AnalysisSettings settings;
    private final BaselineRate baselineRate = new BaselineRate();
    private final Cooldown canaryCooldown = new Cooldown();
    private final Cooldown baselineCooldown = new Cooldown();
    private final ConcurrentControl concurrent;
    private final AbsoluteLimit absolute;
    private final Slowness slow;
    private final UnusualAnswers clientErrors;
    private final WithinLimit within;

    private long now = Long.MIN_VALUE;
    private int weight;
    private long canaryOk;
    private long canaryFailed;
    private long canaryCounted;
    private long baselineOk;
    private long baselineFailed;
    private long canaryInStep;
    private Verdict concurrentVerdict = Verdict.NO_DATA;
    private Verdict absoluteVerdict = Verdict.NO_DATA;

    public Analysis(AnalysisSettings settings) {
        double threshold = StrictMath.log(settings.threshold());
        this.settings = settings;
        this.concurrent = new ConcurrentControl(settings.errorMargin(), threshold);
        this.absolute = new AbsoluteLimit(settings.errorLimit(), threshold);
        this.slow = new Slowness(settings);
        this.clientErrors = new UnusualAnswers(threshold);
        this.within = new WithinLimit(settings.advanceEvidence());
        share(0);
        limit();
    }

    /** Forgets all evidence and every count, but not how often the baseline fails; begins a step too. */
    public void beginAttempt() {
        concurrent.reset();
        absolute.reset();
        slow.reset();
        clientErrors.reset();
        canaryCooldown.reset();
        baselineCooldown.reset();
        canaryOk = 0;
        canaryFailed = 0;
        canaryCounted = 0;
        baselineOk = 0;
        baselineFailed = 0;
        concurrentVerdict = Verdict.NO_DATA;
        absoluteVerdict = Verdict.NO_DATA;
        beginStep();
    }

    /** Forgets the evidence for advancing; evidence against the canary lives on. */
    public void beginStep() {
        within.reset();
        slow.beginStep();
        canaryInStep = 0;
    }

    /** Takes in what was seen. The baseline's own rate up to the batch before sets p_s for this one. */
    public void apply(Batch batch) {
        now = Math.max(now, batch.nowMillis());
        share(batch.weight());
        limit();
        concurrentVerdict = Verdict.NO_DATA;
        absoluteVerdict = Verdict.NO_DATA;
        for (Batch.Failure failure : batch.failures()) {
            succeeded(failure.baselineOkBefore(), failure.canaryOkBefore());
            failed(failure);
        }
        succeeded(batch.baselineOk(), batch.canaryOk());
        judge();
        share(batch.weight());
        slow.apply(batch, now);
        clientErrors.weight(batch.weight());
        clientErrors.apply(batch.others().answers());
    }

    private void share(int newWeight) {
        weight = newWeight;
        concurrent.share(newWeight);
    }

    private void limit() {
        absolute.limit(Math.max(settings.errorLimit(), settings.errorMargin() * baselineRate.upperBound()));
        within.limit(absolute.limit());
    }

    private void succeeded(long onBaseline, long onCanary) {
        absolute.baselineOk(onBaseline);
        absolute.canaryOk(onCanary);
        within.ok(onCanary);
        baselineRate.add(now, onBaseline, 0);
        baselineOk += onBaseline;
        canaryOk += onCanary;
        canaryInStep += onCanary;
    }

    private void failed(Batch.Failure failure) {
        boolean counted = failure.canary() ? canaryFailed(failure.unit()) : baselineFailed(failure.unit());
        if (failure.randomised()) counted |= concurrent.failed(failure);
        // A baseline failure speaks for the canary: nothing can trip at it.
        if (counted && failure.canary()) judge();
    }

    private boolean canaryFailed(long unit) {
        canaryFailed++;
        canaryInStep++;
        if (!canaryCooldown.counts(unit, now)) return false;
        canaryCounted++;
        absolute.canaryFailed();
        within.failed();
        return true;
    }

    private boolean baselineFailed(long unit) {
        baselineFailed++;
        if (!baselineCooldown.counts(unit, now)) return false;
        absolute.baselineFailed();
        baselineRate.add(now, 0, 1);
        return true;
    }

    /** Keeps the gravest verdict of this batch. */
    private void judge() {
        if (concurrent.tripped()) concurrentVerdict = Verdict.FAIL;
        if (absoluteVerdict != Verdict.FAIL) absoluteVerdict = absolute.verdict(weight < Batch.BUCKETS);
    }

    /**
     * Failures: C trips -> Fail; S trips and the baseline is seen to be well -> Fail; S trips on both -> SharedFate. Pass needs
     * evidence of this step that the canary is within its limit, and C and S to be quiet now.
     */
    public Verdict errors() {
        if (!settings.errors()) return Verdict.NO_DATA;
        if (concurrentVerdict == Verdict.FAIL) return Verdict.FAIL;
        Verdict verdict = absoluteVerdict();
        boolean passes = within.shown() && concurrent.quiet() && absolute.quiet();
        return verdict == Verdict.INCONCLUSIVE && passes ? Verdict.PASS : verdict;
    }

    private Verdict absoluteVerdict() {
        boolean silent = canaryOk + canaryFailed == 0 && absoluteVerdict == Verdict.INCONCLUSIVE;
        return silent ? Verdict.NO_DATA : absoluteVerdict;
    }

    /** Unusual answers: E trips -> Fail. It never passes, it is quiet. */
    public Verdict clientErrors() {
        return settings.clientErrors() ? clientErrors.verdict() : Verdict.NO_DATA;
    }

    /** Whether what {@link #clientErrors} found is that the canary turns users away, and at least 16 times as often. */
    public boolean turnsAway() {
        return clientErrors.turnsAway();
    }

    /** Whether what {@link #latency} found is a canary that does not answer at all. */
    public boolean hangs() {
        return slow.hangs();
    }

    /** Slowness: L trips -> Fail; Pass needs evidence of this step that the canary is not slow much too often, and L to be quiet. */
    public Verdict latency() {
        return settings.latency() ? slow.verdict() : Verdict.NO_DATA;
    }

    /**
     * Whether the canary has shown in this step that it is within its limit, and nothing speaks against it now: no detector is
     * halfway to its threshold, and the baseline, which moves the limit, is not over it. Without traffic the canary has shown
     * nothing. Where errors are not judged there is no limit to show: {@code 1 / (1 - evidence)} requests must do.
     */
    public boolean mayAdvance() {
        if (settings.latency() && !slow.quiet()) return false;
        if (settings.clientErrors() && !clientErrors.quiet()) return false;
        return settings.errors()
                ? errors() == Verdict.PASS && !absolute.baselineTripped()
                : canaryInStep * (1 - settings.advanceEvidence()) >= 1;
    }

    /** Per detector in use, in the order C, S, L, A, E. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(5);
        if (settings.errors()) {
            findings.add(concurrent.finding(concurrentVerdict == Verdict.FAIL));
            findings.add(absolute.finding(absoluteVerdict()));
        }
        if (settings.latency()) findings.addAll(slow.findings());
        if (settings.clientErrors()) findings.add(clientErrors.finding());
        return findings;
    }

    /** What was counted since the attempt began. */
    public Counts counts() {
        return new Counts(
                canaryOk + canaryFailed,
                canaryFailed,
                canaryCounted,
                concurrent.canaryUnits(),
                slow.canarySlow(),
                canaryInStep,
                baselineOk + baselineFailed,
                baselineFailed,
                concurrent.baselineUnits(),
                slow.baselineSlow(),
                absolute.limit(),
                new ClassOfAnswers(clientErrors.leading(), clientErrors.canaryUnits(), clientErrors.baselineUnits()),
                weight / (double) Batch.BUCKETS,
                absolute.logBaselineEvidence());
    }

    /** The whole state; {@link #restore} continues from it to the bit. */
    public Memento save() {
        Words out = new Words();
        for (long number : new long[] {
            now,
            weight,
            canaryOk,
            canaryFailed,
            canaryCounted,
            baselineOk,
            baselineFailed,
            canaryInStep,
            STORED.indexOf(concurrentVerdict),
            STORED.indexOf(absoluteVerdict)
        }) {
            out.put(number);
        }
        out.put(absolute.limit());
        baselineRate.save(out);
        canaryCooldown.save(out);
        baselineCooldown.save(out);
        concurrent.save(out);
        absolute.save(out);
        slow.save(out);
        clientErrors.save(out);
        within.save(out);
        return new Memento(Memento.VERSION, settings.fingerprint(), out.written());
    }

    /**
     * An analysis that goes on where {@link #save} left off.
     *
     * @throws IllegalArgumentException when the memento is damaged or {@link Memento#fits} not
     */
    public static Analysis restore(AnalysisSettings settings, Memento memento) {
        if (!memento.fits(settings)) throw new IllegalArgumentException("memento of other settings or version");
        Analysis analysis = new Analysis(settings);
        Words in = new Words(memento.words());
        analysis.restore(in);
        in.end();
        return analysis;
    }

    private void restore(Words in) {
        now = in.take();
        share((int) in.take());
        canaryOk = in.take();
        canaryFailed = in.take();
        canaryCounted = in.take();
        baselineOk = in.take();
        baselineFailed = in.take();
        canaryInStep = in.take();
        concurrentVerdict = verdict(in.take());
        absoluteVerdict = verdict(in.take());
        double limit = in.takeDouble();
        absolute.limit(limit);
        within.limit(limit);
        baselineRate.restore(in);
        canaryCooldown.restore(in);
        baselineCooldown.restore(in);
        concurrent.restore(in);
        absolute.restore(in);
        slow.restore(in);
        clientErrors.restore(in);
        within.restore(in);
    }

    private static Verdict verdict(long stored) {
        if (stored < 0 || stored >= STORED.size())
            throw new IllegalArgumentException("memento is damaged: verdict " + stored);
        return STORED.get((int) stored);
    }
}
