package io.crossfade.rollout.analysis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Two simulated services behind one analysis, in virtual time.
 *
 * <p>Users are drawn evenly from a population and stay with their variant. Fields may change while it runs.
 */
final class Traffic {
    private static final int BUCKETS = 100_000;
    private static final double SIGMA = 0.6;

    /** The standard normal's quantiles at 50, 90, 99 and 99.9%. */
    private static final double[] Z = {0, 1.2815515655446004, 2.3263478740408408, 3.090232306167813};

    Analysis analysis;
    final SplittableRandom random;
    private final SlowCounter slow = new SlowCounter(Z.length);

    /** Units that had their trial of this minute. */
    private final Set<Long> trials = new HashSet<>();

    private long[] trialsOf = new long[2];
    private final Witnesses witnesses = new Witnesses();

    int weight = 10_000;
    long users = 1_000_000;
    int perBatch = 20;

    /** Whether each failure is looked at at once, as the control thread does. */
    boolean lookAtFailures;

    /** The canary's and the baseline's together. */
    double perSecond = 1_000;

    /** Requests per slot of the clock, in which slow ones count together. */
    int perSlot = 5;

    double baselineErrors;
    double canaryErrors;

    /** Users whose every request fails, and their share of the traffic. */
    long brokenUsers;

    double brokenShare;

    /** Times slower than the baseline was when tau was measured; 0 leaves latency out. */
    double baselineSlowness;

    double canarySlowness;

    long requests;
    long canaryRequests;
    long canaryFailures;

    private List<Batch.Failure> failures = new ArrayList<>();
    private int baselineOk;
    private int canaryOk;

    Traffic(long seed) {
        analysis = new Analysis(AnalysisSettings.defaults());
        analysis.beginAttempt();
        random = new SplittableRandom(seed);
    }

    /** Goes on with another analysis. */
    Traffic with(Analysis other) {
        analysis = other;
        return this;
    }

    /** Both services fail with this probability. */
    Traffic errors(double both) {
        return errors(both, both);
    }

    Traffic errors(double baseline, double canary) {
        baselineErrors = baseline;
        canaryErrors = canary;
        return this;
    }

    /** Runs until the canary has had so many requests, or until a verdict moves users; returns the verdict that did, or PASS. */
    Verdict untilCanaryRequests(long canary) {
        long end = canaryRequests + canary;
        while (canaryRequests < end) {
            Verdict verdict = step();
            if (verdict != Verdict.PASS) return verdict;
        }
        return Verdict.PASS;
    }

    /** The same with requests of either. */
    Verdict untilRequests(long more) {
        long end = requests + more;
        while (requests < end) {
            Verdict verdict = step();
            if (verdict != Verdict.PASS) return verdict;
        }
        return Verdict.PASS;
    }

    void startCounting() {
        canaryRequests = 0;
        canaryFailures = 0;
    }

    /** One request; what it has led to. */
    Verdict step() {
        request();
        return requests % perBatch == 0 || (lookAtFailures && !failures.isEmpty()) ? flush() : Verdict.PASS;
    }

    private void request() {
        requests++;
        boolean broken = brokenUsers > 0 && random.nextDouble() < brokenShare;
        long unit = mix(broken ? -1 - random.nextLong(brokenUsers) : random.nextLong(users));
        boolean canary = Long.remainderUnsigned(unit, BUCKETS) < weight;
        if (canary) canaryRequests++;
        if (broken || random.nextDouble() < (canary ? canaryErrors : baselineErrors)) fail(unit, canary);
        else if (canary) canaryOk++;
        else baselineOk++;
        double slowness = canary ? canarySlowness : baselineSlowness;
        if (slowness > 0 && trials.add(unit)) {
            trialsOf[canary ? 1 : 0]++;
            slow.slow(unit, canary, weight, slowAt(canary ? slowness / 2 : slowness), requests / perSlot);
        }
        if (requests % 60_000 == 0) trials.clear();
        if (requests % 3_600_000 == 0) slow.closeHour();
    }

    private int slowAt(double slowness) {
        double z = random.nextGaussian() + Math.log(slowness) / SIGMA;
        int bits = 0;
        for (int i = 0; i < Z.length; i++) if (z > Z[i]) bits |= 1 << i;
        return bits;
    }

    private void fail(long unit, boolean canary) {
        if (canary) canaryFailures++;
        failures.add(new Batch.Failure(unit, weight, canary, true, baselineOk, canaryOk));
        baselineOk = 0;
        canaryOk = 0;
    }

    private Batch.Others others() {
        return new Batch.Others(List.of(), List.of(), trialsOf[0], trialsOf[1]);
    }

    private long millis() {
        return (long) (requests * 1_000 / perSecond);
    }

    private Verdict flush() {
        analysis.apply(witnesses.with(
                new Batch(millis(), weight, failures, baselineOk, canaryOk, slow.take(Long.MAX_VALUE), others())));
        witnesses.call(analysis.roseAtMillis(), millis());
        trialsOf = new long[2];
        failures = new ArrayList<>();
        baselineOk = 0;
        canaryOk = 0;
        Verdict errors = analysis.errors();
        if (errors == Verdict.FAIL || errors == Verdict.SHARED_FATE) return errors;
        return analysis.latency() == Verdict.FAIL ? Verdict.FAIL : Verdict.PASS;
    }

    /** Stafford's mix 13, a bijection: neighbours become far apart. */
    static long mix(long number) {
        long z = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
