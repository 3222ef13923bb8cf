package io.crossfade.rollout.analysis;

import java.util.List;
import java.util.Optional;

/**
 * What failed and what ended well on both variants, and what C, S and the reverse test make of it.
 *
 * <p>C and S count a unit's failure seldom, because it is one witness. The reverse test counts every one: what the canary's users
 * suffer is what it must be shown to keep within the limit. Owner: the control thread.
 */
final class Failures {
    /** Fewer units of the canary than that in a minute are few. */
    private static final int FEW = 5;

    private static final int CALM_MINUTES = 5;

    /** However seldom the baseline fails, half of p_s at least is taken for usual: its few users may be lucky ones. */
    private static final double MOST_LESS = 2;

    private final AnalysisSettings settings;
    private final Cooldown canaryCooldown = new Cooldown();
    private final Cooldown baselineCooldown = new Cooldown();
    private final ConcurrentControl concurrent;
    private final AbsoluteLimit absolute;
    private final WithinLimit within;
    private final BothWell both;
    private final Blame blame = new Blame();
    private final FewUnits few = new FewUnits();

    /** As S counts. */
    private final BaselineRate counted = new BaselineRate();

    /** Each failure. */
    private final BaselineRate all = new BaselineRate();

    /** Each failure of the canary. */
    private final Lately canary = new Lately();

    private long now = Long.MIN_VALUE;
    private int weight;
    private long troubleSince = Rise.NEVER;

    /** Units of the canary that were seen in a minute; -1 while that is not known. */
    private int canaryLately = -1;

    private long canaryOk;
    private long canaryFailed;
    private long canaryCounted;
    private long canaryInStep;
    private long baselineOk;
    private long baselineFailed;
    private Verdict concurrentVerdict = Verdict.NO_DATA;
    private Verdict absoluteVerdict = Verdict.NO_DATA;

    Failures(AnalysisSettings settings) {
        double threshold = StrictMath.log(settings.threshold());
        this.settings = settings;
        this.concurrent = new ConcurrentControl(settings.errorMargin(), threshold);
        this.absolute = new AbsoluteLimit(settings.errorLimit(), threshold);
        this.within = new WithinLimit(settings.advanceEvidence());
        this.both = new BothWell(Math.max(settings.errorLimit(), settings.baselineLimit()));
        share(0);
        limit();
    }

    /** Forgets all but how often the baseline fails; begins a step too. */
    void beginAttempt() {
        concurrent.reset();
        absolute.reset();
        blame.reset();
        both.reset();
        few.reset();
        canary.reset();
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

    /** C begins anew: at a new step units that failed before may tell something again. */
    void beginEpoch() {
        concurrent.beginEpoch();
    }

    /** What the tables of units take, bytes, about. */
    long unitBytes() {
        return concurrent.unitBytes() + canaryCooldown.bytes() + baselineCooldown.bytes();
    }

    /** C and S begin anew, because S must know what a unit has said already. */
    void forgetUnits() {
        concurrent.beginEpoch();
        absolute.reset();
        canaryCooldown.reset();
        baselineCooldown.reset();
    }

    void beginStep() {
        within.reset();
        both.beginStep();
        canaryInStep = 0;
    }

    /** The baseline's own rate up to the batch before sets p_s for this one. */
    void apply(Batch batch, long nowMillis) {
        now = nowMillis;
        share(batch.weight());
        limit();
        blame.hear(batch.witness());
        if (batch.users().canaryLately() >= 0) canaryLately = batch.users().canaryLately();
        concurrentVerdict = Verdict.NO_DATA;
        absoluteVerdict = Verdict.NO_DATA;
        long canaryBefore = canaryOk + canaryFailed;
        for (Batch.Failure failure : batch.failures()) {
            succeeded(failure.baselineOkBefore(), failure.canaryOkBefore());
            failed(failure);
        }
        succeeded(batch.baselineOk(), batch.canaryOk());
        judge();
        share(batch.weight());
        blame.waits(tripped() && !decided(), unseen(), now, dueToBaseline(canaryOk + canaryFailed - canaryBefore));
        few.note(!tripped() && few.fails(now) && fewFail(), now);
        noteTrouble();
        canary.at(now);
    }

    private boolean fewFail() {
        return canaryCooldown.countedSince(now - FewUnits.LATELY_MILLIS, FewUnits.MANY) < FewUnits.MANY;
    }

    private long cooldownMillis() {
        return canaryLately >= 0 && canaryLately < FEW ? Cooldown.SHORT_MILLIS : Cooldown.MILLIS;
    }

    private void share(int now) {
        weight = now;
        concurrent.share(now);
        if (alone()) absolute.alone();
    }

    /** Whether the baseline has no users. */
    private boolean alone() {
        return weight == Batch.BUCKETS;
    }

    private void limit() {
        double each = allowed(all);
        absolute.limit(Math.max(allowed(counted), Math.min(each, settings.errorMargin() * settings.baselineLimit())));
        absolute.usual(Math.max(usual(), absolute.limit() / MOST_LESS));
        within.limit(each);
    }

    /** How often the baseline fails in an hour with traffic, one failure more than was seen. */
    private double usual() {
        Ratio hour = counted.hour();
        return (hour.failed() + 1) / (hour.requests() + 1.0);
    }

    /**
     * p_s. A baseline that has had no traffic for a minute is not known to do better or worse than in its last hour; what its last
     * minute was like says nothing of today.
     */
    private double allowed(BaselineRate rate) {
        double theirs = rate.silent(now)
                ? Math.min(settings.errorMargin() * rate.hour().rate(), settings.baselineLimit())
                : settings.errorMargin() * rate.upperBound(now);
        return Math.min(AbsoluteLimit.LARGEST_LIMIT, Math.max(settings.errorLimit(), theirs));
    }

    private void succeeded(long onBaseline, long onCanary) {
        absolute.baselineOk(onBaseline);
        absolute.canaryOk(onCanary);
        within.ok(onCanary);
        both.ok(onBaseline + onCanary);
        few.ok(now, onBaseline, onCanary);
        counted.add(now, onBaseline, 0);
        all.add(now, onBaseline, 0);
        baselineOk += onBaseline;
        canaryOk += onCanary;
        canaryInStep += onCanary;
        if (onCanary > 0) canary.add(now, onCanary, 0);
    }

    private void failed(Batch.Failure failure) {
        both.failed();
        few.failed(now, failure.canary());
        boolean counts = failure.canary() ? canaryFailed(failure.unit()) : baselineFailed(failure.unit());
        if (failure.randomised()) counts |= concurrent.failed(failure, now);
        // A baseline failure speaks for the canary: nothing can trip at it.
        if (counts && failure.canary()) judge();
    }

    private boolean canaryFailed(long unit) {
        canaryFailed++;
        canaryInStep++;
        canary.add(now, 0, 1);
        within.failed();
        int times = canaryCooldown.counts(unit, now, cooldownMillis());
        if (times < 0) return false;
        canaryCounted++;
        absolute.canaryFailed(times, now);
        return true;
    }

    private boolean baselineFailed(long unit) {
        baselineFailed++;
        all.add(now, 0, 1);
        int times = baselineCooldown.counts(unit, now, cooldownMillis());
        if (times < 0) return false;
        absolute.baselineFailed(times);
        counted.add(now, 0, 1);
        return true;
    }

    /** Keeps the gravest verdict of this batch. */
    private void judge() {
        if (concurrent.tripped() && blame.seenWell(concurrent.roseAtMillis())) concurrentVerdict = Verdict.FAIL;
        if (absoluteVerdict != Verdict.FAIL) absoluteVerdict = absoluteNow();
    }

    private Verdict absoluteNow() {
        Verdict verdict = absolute.verdict(!alone());
        boolean blames = alone() || blame.seenWell(absolute.roseAtMillis());
        return verdict == Verdict.FAIL && !blames ? Verdict.INCONCLUSIVE : verdict;
    }

    private boolean tripped() {
        return concurrent.tripped() || absolute.canaryTripped();
    }

    /** Whether a detector has tripped and the baseline is not seen to be well. */
    private boolean unseen() {
        return (concurrent.tripped() && !blame.seenWell(concurrent.roseAtMillis()))
                || (absolute.canaryTripped() && !blame.seenWell(absolute.roseAtMillis()));
    }

    /** What the baseline should have had while the canary had so many. */
    private double dueToBaseline(long canary) {
        return weight == 0 ? 0 : canary * (double) (Batch.BUCKETS - weight) / weight;
    }

    private boolean decided() {
        return concurrentVerdict == Verdict.FAIL
                || absoluteVerdict == Verdict.FAIL
                || absoluteVerdict == Verdict.SHARED_FATE;
    }

    private void noteTrouble() {
        both.note(all.inTrouble(now, settings.baselineLimit()), now);
        if (!inTrouble(now)) troubleSince = Rise.NEVER;
        else if (troubleSince == Rise.NEVER) troubleSince = now;
    }

    /** C trips -> Fail; S trips and the baseline is seen to be well -> Fail; S trips on both -> SharedFate. */
    Verdict verdict() {
        if (concurrentVerdict == Verdict.FAIL) return Verdict.FAIL;
        Verdict verdict = absoluteVerdict();
        boolean passes = within.shown() && concurrent.quiet() && absolute.quiet();
        return verdict == Verdict.INCONCLUSIVE && passes ? Verdict.PASS : verdict;
    }

    private Verdict absoluteVerdict() {
        boolean silent = canaryOk + canaryFailed == 0 && absoluteVerdict == Verdict.INCONCLUSIVE;
        return silent ? Verdict.NO_DATA : absoluteVerdict;
    }

    /** Whether the canary is shown to be within its limit in this step, and the baseline, which moves the limit, is well too. */
    boolean mayAdvance() {
        return verdict() == Verdict.PASS && !absolute.baselineTripped() && both.shown();
    }

    /** Whether so few requests of both together are shown to fail in this step. */
    boolean bothWell() {
        return both.shown();
    }

    /** Whether a detector has tripped and nobody may be blamed yet. */
    boolean waiting() {
        return blame.waiting();
    }

    /** Whether that has lasted too long. */
    boolean noControl(long nowMillis) {
        return blame.patienceOver(nowMillis);
    }

    /** Whether the canary fails and too few units are there to show it. */
    boolean fewUnits(long nowMillis) {
        return few.holds(nowMillis);
    }

    /** When the evidence against the canary last rose; {@link Rise#NEVER} when it did not. */
    long roseAtMillis() {
        return Math.max(concurrent.roseAtMillis(), absolute.roseAtMillis());
    }

    boolean inTrouble(long nowMillis) {
        return both.troubled(nowMillis) || all.inTrouble(nowMillis, settings.baselineLimit());
    }

    /** Since when the baseline itself has been in trouble; {@link Rise#NEVER} when it is not. */
    long troubleSinceMillis() {
        return troubleSince;
    }

    /** How often the baseline fails lately, its failures in a cool-down included. */
    Ratio baselineLately(long nowMillis) {
        return all.lately(nowMillis);
    }

    /**
     * How often the canary fails lately, as of the last batch: {@link Lately}, every failure. The interval is Wilson's (1927), one-sided,
     * 99.9%, as it is for the baseline's trouble, and with fewer than 5 failures it holds 0.
     */
    Optional<Measured> measured() {
        Ratio lately = canary.at(now);
        if (lately.requests() == 0) return Optional.empty();
        double best = lately.failed() < BaselineRate.LEAST_TROUBLE ? 0 : lately.lower();
        double longer = canary.ofMinutes(now, CALM_MINUTES).rate();
        return Optional.of(new Measured(lately.rate(), best, longer, true));
    }

    List<Finding> findings() {
        return List.of(concurrent.finding(concurrentVerdict == Verdict.FAIL), absolute.finding(absoluteVerdict()));
    }

    long canaryInStep() {
        return canaryInStep;
    }

    Counts counts(long canarySlow, long baselineSlow, ClassOfAnswers answers, CountsOfUnits units) {
        return new Counts(
                canaryOk + canaryFailed,
                canaryFailed,
                canaryCounted,
                concurrent.canaryUnits(),
                canarySlow,
                canaryInStep,
                baselineOk + baselineFailed,
                baselineFailed,
                concurrent.baselineUnits(),
                baselineSlow,
                absolute.limit(),
                answers,
                units,
                weight / (double) Batch.BUCKETS,
                absolute.logBaselineEvidence());
    }

    Prospect prospect() {
        return new Prospect(concurrent.unitsToTrip(), absolute.failuresToTrip(), within.requestsToShow());
    }

    void save(Words out) {
        for (long number : new long[] {
            now,
            weight,
            troubleSince,
            canaryLately,
            canaryOk,
            canaryFailed,
            canaryCounted,
            canaryInStep,
            baselineOk,
            baselineFailed,
            concurrentVerdict.stored(),
            absoluteVerdict.stored()
        }) {
            out.put(number);
        }
        out.put(absolute.limit());
        out.put(within.limit());
        counted.save(out);
        all.save(out);
        canaryCooldown.save(out);
        baselineCooldown.save(out);
        concurrent.save(out);
        absolute.save(out);
        blame.save(out);
        both.save(out);
        few.save(out);
        canary.save(out);
        within.save(out);
    }

    void restore(Words in) {
        now = in.take();
        weight = (int) in.take();
        concurrent.share(weight);
        troubleSince = in.take();
        canaryLately = (int) in.take();
        canaryOk = in.take();
        canaryFailed = in.take();
        canaryCounted = in.take();
        canaryInStep = in.take();
        baselineOk = in.take();
        baselineFailed = in.take();
        concurrentVerdict = Verdict.of(in.take());
        absoluteVerdict = Verdict.of(in.take());
        absolute.limit(in.takeDouble());
        within.limit(in.takeDouble());
        counted.restore(in);
        all.restore(in);
        canaryCooldown.restore(in);
        baselineCooldown.restore(in);
        concurrent.restore(in);
        absolute.restore(in);
        blame.restore(in);
        both.restore(in);
        few.restore(in);
        canary.restore(in);
        within.restore(in);
    }
}
