package io.crossfade.rollout.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Two services that do equally well behind one analysis, in virtual time: only failures and seconds are gone through, so that a half
 * hour takes milliseconds. Half of the failures come with a client error of somebody else.
 */
final class Alike {
    /** How a stretch of time ended. */
    enum End {
        QUIET,
        BLAMED,
        SHARED,
        NO_CONTROL
    }

    /** Failures within so many milliseconds are looked at together. */
    private static final int LOOK_MILLIS = 5;

    private static final int CLIENT_ERROR = 1;
    private static final int FEW = 30;

    final Analysis analysis = new Analysis(AnalysisSettings.defaults());
    private final Witnesses witnesses = new Witnesses();
    private final SplittableRandom random;
    private final Crowd crowd;
    private final int weight;
    private final double perSecond;
    private final double canaryShare;
    private final List<Batch.Failure> failures = new ArrayList<>();
    private final List<Batch.Answered> answers = new ArrayList<>();
    private double now;
    private long counted;
    private int baselineOk;
    private int canaryOk;

    /** Whether a step could have gone on in the last stretch. */
    boolean mightGoOn;

    /** Seconds at which it could have gone on last, below 0 for never. */
    double wentOnAt = -1;

    /** Whether a hold ends a stretch; otherwise it is only noted, as judging goes on. */
    boolean endsWhenHeld = true;

    /** Seconds at which it was held first, below 0 for never. */
    double heldAt = -1;

    Alike(SplittableRandom random, Crowd crowd, int weight, double perSecond) {
        this.random = random;
        this.crowd = crowd;
        this.weight = weight;
        this.perSecond = perSecond;
        this.canaryShare = crowd.canaryShare(weight);
        analysis.beginAttempt();
    }

    double now() {
        return now;
    }

    /** Runs for so long with the crowd's own failures, or until somebody is blamed or it must be held. */
    End seconds(double seconds) {
        return run(seconds, crowd.fails, false);
    }

    /** The same while requests fail for a cause that meets all alike. */
    End together(double seconds, double fails) {
        return run(seconds, fails, true);
    }

    private End run(double seconds, double fails, boolean together) {
        mightGoOn = false;
        double end = now + seconds;
        double failsAt = now + gap(fails);
        double second = Math.floor(now) + 1;
        double look = Double.POSITIVE_INFINITY;
        while (true) {
            double next = Math.min(Math.min(failsAt, second), Math.min(look, end));
            now = next;
            if (next == failsAt) {
                fail(together);
                failsAt += gap(fails);
                look = Math.min(look, next + LOOK_MILLIS / 1e3);
                continue;
            }
            if (next == second) second++;
            look = Double.POSITIVE_INFINITY;
            End ended = look();
            if (ended != End.QUIET || next == end) return ended;
        }
    }

    /** Seconds until the next failure: requests come evenly, one in {@code 1 / fails} of them fails. */
    private double gap(double fails) {
        if (fails <= 0) return Double.POSITIVE_INFINITY;
        double requests = fails >= 1 ? 1 : 1 + Math.floor(Math.log(1 - random.nextDouble()) / Math.log(1 - fails));
        return requests / perSecond;
    }

    private void fail(boolean together) {
        succeed();
        long unit = crowd.failing(random, together);
        boolean canary = Crowd.onCanary(unit, weight);
        failures.add(new Batch.Failure(unit, weight, canary, true, baselineOk, canaryOk));
        counted++;
        baselineOk = 0;
        canaryOk = 0;
        if (random.nextInt(2) == 0) {
            long other = random.nextLong();
            answers.add(new Batch.Answered(other, weight, Crowd.onCanary(other, weight), CLIENT_ERROR, true));
        }
    }

    /** Those since the last event. */
    private void succeed() {
        long all = (long) (now * perSecond);
        int ok = (int) Math.max(0, all - counted);
        counted += ok;
        int canary = binomial(ok, canaryShare);
        canaryOk += canary;
        baselineOk += ok - canary;
    }

    private int binomial(int of, double share) {
        if (share > 0.5) return of - binomial(of, 1 - share);
        if (share <= 0 || of == 0) return 0;
        if (of * share > FEW) {
            double drawn = of * share + Math.sqrt(of * share * (1 - share)) * random.nextGaussian();
            return (int) Math.max(0, Math.min(of, Math.round(drawn)));
        }
        int hits = 0;
        double log = Math.log(1 - share);
        double at = Math.floor(Math.log(1 - random.nextDouble()) / log);
        while (at < of) {
            hits++;
            at += 1 + Math.floor(Math.log(1 - random.nextDouble()) / log);
        }
        return hits;
    }

    private End look() {
        succeed();
        long millis = (long) (now * 1_000);
        Batch.Others others = new Batch.Others(List.of(), answers, 0, 0);
        analysis.apply(witnesses.with(new Batch(millis, weight, failures, baselineOk, canaryOk, List.of(), others)));
        witnesses.call(analysis.roseAtMillis(), millis);
        failures.clear();
        answers.clear();
        baselineOk = 0;
        canaryOk = 0;
        if (heldAt < 0 && analysis.mayAdvance() && !analysis.baselineInTrouble(millis)) {
            mightGoOn = true;
            wentOnAt = now;
        }
        if (analysis.clientErrors() == Verdict.FAIL) return End.BLAMED;
        End end = switch (analysis.errors()) {
            case FAIL -> End.BLAMED;
            case SHARED_FATE -> End.SHARED;
            case PASS, INCONCLUSIVE, NO_DATA -> analysis.noControl(millis) ? End.NO_CONTROL : End.QUIET;
        };
        if (end == End.QUIET || end == End.BLAMED || endsWhenHeld) return end;
        if (heldAt < 0) heldAt = now;
        return End.QUIET;
    }
}
