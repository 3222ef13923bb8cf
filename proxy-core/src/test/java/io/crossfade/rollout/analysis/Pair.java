package io.crossfade.rollout.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Two services behind one analysis in virtual time, fast enough for thousands of half hours; each request is a user of its own.
 *
 * <p>Each failure is looked at at once and successes once a second, as the control thread does.
 */
final class Pair {
    /** How a stretch of time ended. */
    enum End {
        QUIET,
        BLAMED,
        SHARED,
        NO_CONTROL
    }

    /** Few steps are that short. */
    private static final long SHORTEST_BAKE_MILLIS = 60_000;

    private static final double TWO_TO_32 = 1L << 32;

    final Analysis analysis = new Analysis(AnalysisSettings.defaults());
    /** What each minute had, whole ones only. */
    final List<OtherRules.Minute> minutes = new ArrayList<>();

    private final Witnesses witnesses = new Witnesses();
    private final SplittableRandom random;
    private final int weight;
    private final double perSecond;
    private long canaryBelow;
    private long baselineFailsBelow;
    private long canaryFailsBelow;
    private long requests;
    private long minuteCanary;
    private long minuteCanaryFailed;
    private long minuteBaseline;
    private long minuteBaselineFailed;
    private int baselineOk;
    private int canaryOk;

    long canaryRequests;
    long canaryFailures;

    /** Whether a step could have gone on in this stretch. */
    boolean mightGoOn;

    Pair(long seed, int weight, double perSecond) {
        this.random = new SplittableRandom(seed);
        this.weight = weight;
        this.perSecond = perSecond;
        canaryBelow = (long) (weight / (double) Batch.BUCKETS * TWO_TO_32);
        analysis.beginAttempt();
    }

    Pair rates(double baseline, double canary) {
        baselineFailsBelow = (long) (baseline * TWO_TO_32);
        canaryFailsBelow = (long) (canary * TWO_TO_32);
        return this;
    }

    long millis() {
        return (long) (requests * 1_000 / perSecond);
    }

    /** Runs for so long, or until somebody is blamed or it must be held. */
    End seconds(double seconds) {
        canaryRequests = 0;
        canaryFailures = 0;
        mightGoOn = false;
        long end = requests + Math.round(seconds * perSecond);
        long second = millis() / 1_000;
        while (requests < end) {
            boolean failed = request();
            boolean nextSecond = millis() / 1_000 > second;
            if (!failed && !nextSecond) continue;
            second = millis() / 1_000;
            if (nextSecond) look(List.of());
            End now = end();
            if (now != End.QUIET) return now;
            mightGoOn |=
                    millis() >= SHORTEST_BAKE_MILLIS && analysis.mayAdvance() && !analysis.baselineInTrouble(millis());
        }
        return End.QUIET;
    }

    /** Runs for so long and judges nothing: what other rules would have seen. */
    void unjudged(double seconds) {
        long end = requests + Math.round(seconds * perSecond);
        while (requests < end) {
            long bits = random.nextLong();
            boolean canary = bits >>> 32 < canaryBelow;
            requests++;
            count(canary, (bits & 0xFFFF_FFFFL) < (canary ? canaryFailsBelow : baselineFailsBelow));
        }
    }

    private void count(boolean canary, boolean failed) {
        if (canary) minuteCanary++;
        else minuteBaseline++;
        if (failed && canary) minuteCanaryFailed++;
        else if (failed) minuteBaselineFailed++;
        if (requests % Math.round(60 * perSecond) == 0) {
            minutes.add(new OtherRules.Minute(minuteCanary, minuteCanaryFailed, minuteBaseline, minuteBaselineFailed));
            minuteCanary = 0;
            minuteCanaryFailed = 0;
            minuteBaseline = 0;
            minuteBaselineFailed = 0;
        }
    }

    private boolean request() {
        requests++;
        long bits = random.nextLong();
        boolean canary = bits >>> 32 < canaryBelow;
        boolean failed = (bits & 0xFFFF_FFFFL) < (canary ? canaryFailsBelow : baselineFailsBelow);
        count(canary, failed);
        if (canary) canaryRequests++;
        if (failed) {
            if (canary) canaryFailures++;
            Batch.Failure failure = new Batch.Failure(random.nextLong(), weight, canary, true, baselineOk, canaryOk);
            baselineOk = 0;
            canaryOk = 0;
            look(new ArrayList<>(List.of(failure)));
            return true;
        }
        if (canary) canaryOk++;
        else baselineOk++;
        return false;
    }

    private void look(List<Batch.Failure> failures) {
        analysis.apply(witnesses.with(new Batch(millis(), weight, failures, baselineOk, canaryOk, List.of())));
        baselineOk = 0;
        canaryOk = 0;
        witnesses.call(analysis.roseAtMillis(), millis());
    }

    private End end() {
        return switch (analysis.errors()) {
            case FAIL -> End.BLAMED;
            case SHARED_FATE -> End.SHARED;
            case PASS, INCONCLUSIVE, NO_DATA -> analysis.noControl(millis()) ? End.NO_CONTROL : End.QUIET;
        };
    }
}
