package io.crossfade.rollout.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The judgement of one rollout: batches in, verdicts out.
 *
 * <p>Deterministic: the same settings, resets and batches give the same state, to the bit. All of it is bounded: see
 * {@link ConcurrentControl#MOST_UNITS}, {@link Cooldown#MOST} and {@link #forgetUnits}. Owner: the control thread; not safe for others.
 *
 * <p>Verdicts belong to the last batch: a detector that tripped on the way through it is reported even if later failures of the
 * same batch spoke for the canary, so ask after each one.
 */
public final class Analysis {
    /** Stands for no instant. */
    public static final long NEVER = Rise.NEVER;

    private final AnalysisSettings settings;
    private final Failures failures;
    private final Slowness slow;
    private final UnusualAnswers clientErrors;
    private final UserSuccess userSuccess;
    private final Throughput throughput;
    private final SplitEvidence split = new SplitEvidence();
    private long now = Long.MIN_VALUE;
    private int weight;
    private long[] tau = {};

    public Analysis(AnalysisSettings settings) {
        this.settings = settings;
        this.failures = new Failures(settings);
        this.slow = new Slowness(settings);
        double threshold = StrictMath.log(settings.threshold());
        this.clientErrors = new UnusualAnswers(threshold);
        this.userSuccess = new UserSuccess(settings.users().successMin(), threshold);
        this.throughput = new Throughput(settings.users().throughputMin());
    }

    /** Forgets all evidence and every count, but not how often the baseline fails; begins a step too. */
    public void beginAttempt() {
        split.begin();
        clearEvidence();
    }

    /**
     * The same in the middle of an attempt, for an operator who has judged what speaks against the canary. The units' split goes on being
     * tested, as it may be only once an attempt; where it has tripped that was judged too, and the test begins anew.
     */
    public void clearEvidence() {
        failures.beginAttempt();
        slow.reset();
        clientErrors.reset();
        if (split.verdict() == Verdict.FAIL) split.begin();
        beginStep();
    }

    /** Forgets the evidence for advancing; evidence against the canary lives on. */
    public void beginStep() {
        failures.beginStep();
        slow.beginStep();
        userSuccess.begin();
        throughput.begin();
    }

    /** How often the count of distinct units was begun anew: what was counted before the number changed is to be forgotten. */
    public long unitRounds() {
        return userSuccess.rounds();
    }

    /** Tells the attempts of the split test apart: when it changes units are new again; 0 while it needs to be told of none. */
    public long splitRound() {
        return split.round();
    }

    /** Whether the units of this attempt were split between the variants as the weights say. */
    public SplitCounts split() {
        return split.counts();
    }

    /** C forgets the units it has counted, and its evidence with them: the plan has moved to another step. */
    public void beginEpoch() {
        failures.beginEpoch();
    }

    /** What the tables of units take, bytes, about; see {@link #forgetUnits}. */
    public long unitBytes() {
        return failures.unitBytes() + slow.unitBytes() + clientErrors.unitBytes();
    }

    /**
     * Forgets the units, and the evidence with them: for each detector an epoch ends, and the bounds of epochs add. What was counted and
     * what the canary has shown in this step stay.
     */
    public void forgetUnits() {
        failures.forgetUnits();
        slow.forgetUnits();
        clientErrors.reset();
    }

    /** Takes in what was seen. */
    public void apply(Batch batch) {
        now = Math.max(now, batch.nowMillis());
        weight = batch.weight();
        if (!batch.tau().isEmpty())
            tau = batch.tau().stream().mapToLong(nanos -> nanos).toArray();
        failures.apply(batch, now);
        slow.apply(batch, now);
        clientErrors.weight(weight);
        clientErrors.apply(batch.others());
        userSuccess.apply(batch, now);
        throughput.apply(batch.users().window());
        split.apply(batch.newUnits());
    }

    /**
     * Failures: C trips -> Fail; S trips and the baseline is seen to be well -> Fail; S trips on both -> SharedFate. Pass needs
     * evidence of this step that the canary is within its limit, and C and S to be quiet now.
     */
    public Verdict errors() {
        return settings.errors() ? failures.verdict() : Verdict.NO_DATA;
    }

    /** Unusual answers: E trips -> Fail. It never passes, it is quiet. */
    public Verdict clientErrors() {
        return settings.clientErrors() ? clientErrors.verdict() : Verdict.NO_DATA;
    }

    /** Users: Fail when too many of the canary's are shown to see a failure, Pass while that cannot be said of this step. */
    public Verdict userSuccess() {
        return settings.users().success() ? userSuccess.verdict() : Verdict.NO_DATA;
    }

    /** Throughput: Fail when fewer of a unit's requests end well on the canary. */
    public Verdict throughput() {
        return settings.users().throughput() ? throughput.verdict() : Verdict.NO_DATA;
    }

    /** Whether what {@link #clientErrors} found is that the canary turns users away, and at least 16 times as often. */
    public boolean turnsAway() {
        return clientErrors.turnsAway();
    }

    /** The baseline's latencies that batches told last; see {@link Batch#tau()}. */
    public long[] tau() {
        return tau.clone();
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
        if (settings.users().success() && userSuccess.verdict() != Verdict.PASS) return false;
        return settings.errors()
                ? failures.mayAdvance()
                : failures.canaryInStep() * (1 - settings.advanceEvidence()) >= 1;
    }

    /** Whether a detector of failures has tripped and waits until the baseline is seen to answer, so that a look is due at once. */
    public boolean waiting() {
        return settings.errors() && failures.waiting();
    }

    /** Whether it has waited so long that the rollout must be held, as it may be the canary or both. */
    public boolean noControl(long nowMillis) {
        return settings.errors() && failures.noControl(nowMillis);
    }

    /** Whether the canary fails so that it must be held, as too few units are there for a detector to trip. */
    public boolean fewUnits(long nowMillis) {
        return settings.errors() && failures.fewUnits(nowMillis);
    }

    /**
     * When failures began to speak against the canary, on the rollout's timeline; {@link #NEVER} when they do not. Requests of the
     * baseline that begin after it and end well are what {@link Batch.Witness} should tell of.
     */
    public long roseAtMillis() {
        return settings.errors() ? failures.roseAtMillis() : NEVER;
    }

    /** Whether the baseline itself fails too often for anything to move towards the canary, or did so a moment ago. */
    public boolean baselineInTrouble(long nowMillis) {
        return settings.errors() && failures.inTrouble(nowMillis);
    }

    /** Whether few enough requests of both together are shown to fail in this step for it to end. */
    public boolean bothWell() {
        return !settings.errors() || failures.bothWell();
    }

    /** Since when it has been, as of the last batch; {@link #NEVER} when it was not. */
    public long troubleSinceMillis() {
        return failures.troubleSinceMillis();
    }

    /** How often the baseline fails lately: failures and requests. */
    public long[] baselineLately(long nowMillis) {
        Ratio lately = failures.baselineLately(nowMillis);
        return new long[] {lately.failed(), lately.requests()};
    }

    /** Per detector in use, in the order C, S, L, A, E, U, T. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(7);
        if (settings.errors()) findings.addAll(failures.findings());
        if (settings.latency()) findings.addAll(slow.findings());
        if (settings.clientErrors()) findings.add(clientErrors.finding());
        if (settings.users().success()) findings.add(userSuccess.finding());
        if (settings.users().throughput()) findings.add(throughput.finding());
        return findings;
    }

    /** The number that a detector judges by, where that has levels: S, U and T; empty for others, and while nothing is known. */
    public Optional<Measured> measured(Detector by) {
        return switch (by) {
            case S -> settings.errors() ? failures.measured() : Optional.empty();
            case U -> settings.users().success() ? userSuccess.measured() : Optional.empty();
            case T -> settings.users().throughput() ? throughput.measured() : Optional.empty();
            case C, L, A, E -> Optional.empty();
        };
    }

    /** How far it is to other verdicts on errors. */
    public Prospect prospect() {
        return failures.prospect();
    }

    /** What was counted since the attempt began. */
    public Counts counts() {
        ClassOfAnswers answers =
                new ClassOfAnswers(clientErrors.leading(), clientErrors.canaryUnits(), clientErrors.baselineUnits());
        CountsOfUnits units = CountsOfUnits.of(userSuccess.counts(), throughput.counts());
        return failures.counts(slow.canarySlow(), slow.baselineSlow(), answers, units);
    }

    /** The whole state; {@link #restore} continues from it to the bit. */
    public Memento save() {
        Words out = new Words();
        out.put(now);
        out.put((long) weight);
        out.put((long) tau.length);
        out.put(tau);
        failures.save(out);
        slow.save(out);
        clientErrors.save(out);
        if (settings.users().success()) userSuccess.save(out);
        throughput.save(out);
        split.save(out);
        return new Memento(Memento.VERSION, settings.fingerprint(), out.asItStands());
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
        weight = (int) in.take();
        tau = new long[in.takeSize()];
        in.take(tau);
        failures.restore(in);
        slow.restore(in);
        clientErrors.restore(in);
        if (settings.users().success()) userSuccess.restore(in);
        throughput.restore(in);
        split.restore(in);
    }
}
