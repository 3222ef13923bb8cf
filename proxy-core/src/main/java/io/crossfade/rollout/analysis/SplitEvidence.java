package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.List;

/**
 * Whether new units fall to the canary as often as the weight says: a sequential test of a multinomial with two cells (Lindon and Malek,
 * <i>Anytime-valid inference for multinomial count data</i>, NeurIPS 2022). It blames nobody; a split that is not what was set spoils every
 * comparison, so the rollout is to be held.
 *
 * <p>Each unit counts once an attempt. With p the share of the canary that the units so far let expect of the next one, the evidence
 * is multiplied by {@code p / pi} when that one is the canary's, else by {@code (1 - p) / (1 - pi)}, where pi is the weight in force when it was
 * assigned. As p is known before, the expected factor is 1 while the split is as set, whatever p is and however often the weight
 * changes. So by Ville's inequality the chance that the evidence ever reaches 1 / alpha is at most alpha = 1e-4 in an attempt.
 *
 * <p>At one weight p is the mean of a Dirichlet distribution that began as (50 pi, 50 (1 - pi)): the evidence is that of the paper. What was
 * seen at other weights is carried over as the ratio of the odds, for as many units as say as much of that: see {@link #judge}.
 *
 * <p>Which units have come is a bit map of {@value #BITS} bits, 8 KiB. A unit whose bit is set counts as one that has come, on both sides
 * alike. Once half of the bits are set the test is over until the next attempt; that is after {@value #MOST_UNITS} units. Owner: the control thread.
 */
final class SplitEvidence {
    static final int BITS = 1 << 16;

    /** So many units are judged in an attempt. */
    static final int MOST_UNITS = BITS / 2;

    static final double ALPHA = 1e-4;

    private static final double LOG_THRESHOLD = -StrictMath.log(ALPHA);

    /** Units that the prior stands for. */
    private static final double PRIOR = 50;

    private final long[] come = new long[BITS / Long.SIZE];
    private long round = 1;
    private long units;
    private long canary;

    /** Units of the canary that the weights let expect: the sum of pi. */
    private double expected;

    /** The sum of pi (1 - pi): how much the units say of the ratio of the odds. */
    private double information;

    private double logEvidence;
    private boolean tripped;

    /** Where a unit stands in the bit map, 0..{@value #BITS} - 1; says nothing of its bucket. */
    static int place(long unit) {
        return (int) ((unit * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - Integer.numberOfTrailingZeros(BITS)));
    }

    void apply(List<Batch.NewUnits> all) {
        for (Batch.NewUnits assigned : all) {
            boolean split = assigned.weight() > 0 && assigned.weight() < Batch.BUCKETS;
            double pi = assigned.weight() / (double) Batch.BUCKETS;
            for (int i = 0; split && i < assigned.units().size() && !over(); i++) {
                int unit = assigned.units().get(i);
                if (comes(Batch.NewUnits.place(unit))) judge(pi, Batch.NewUnits.canary(unit));
            }
        }
    }

    private boolean comes(int place) {
        long bit = 1L << place;
        boolean first = (come[place / Long.SIZE] & bit) == 0;
        come[place / Long.SIZE] |= bit;
        return first;
    }

    /** A unit that was assigned when the canary's share was {@code pi}, above 0 and below 1. */
    void judge(double pi, boolean onCanary) {
        // as many units at this weight as say as much, but not more than there were: it may have a mismatch of its own
        double equivalent = Math.min((double) units, information / (pi * (1 - pi)));
        double share = units == 0 ? pi : share(pi);
        double predicted = PRIOR * (onCanary ? pi : 1 - pi) + equivalent * (onCanary ? share : 1 - share);
        logEvidence += StrictMath.log(predicted / (PRIOR + equivalent) / (onCanary ? pi : 1 - pi));
        tripped |= logEvidence >= LOG_THRESHOLD;
        units++;
        canary += onCanary ? 1 : 0;
        expected += pi;
        information += pi * (1 - pi);
    }

    /** The canary's share at this weight if the odds are as far off as those of the units so far; at one weight just their share. */
    private double share(double pi) {
        double onCanary = pi * (canary / expected);
        double onBaseline = (1 - pi) * ((units - canary) / (units - expected));
        return onCanary / (onCanary + onBaseline);
    }

    /** Whether nothing more is judged in this attempt. */
    private boolean over() {
        return units >= MOST_UNITS;
    }

    /** Tells attempts apart: when it changes units are new again; 0 when there is nothing to be told of them. */
    long round() {
        return over() ? 0 : round;
    }

    Verdict verdict() {
        if (tripped) return Verdict.FAIL;
        return units == 0 ? Verdict.NO_DATA : Verdict.INCONCLUSIVE;
    }

    SplitCounts counts() {
        return new SplitCounts(verdict(), units, canary, expected, logEvidence, LOG_THRESHOLD, over());
    }

    /** An attempt begins. */
    void begin() {
        Arrays.fill(come, 0);
        round++;
        units = 0;
        canary = 0;
        expected = 0;
        information = 0;
        logEvidence = 0;
        tripped = false;
    }

    /** A restart goes on with the same bit map and the same evidence: begun anew, an attempt would spend alpha once more. */
    void save(Words out) {
        out.put(come);
        out.put(round);
        out.put(units);
        out.put(canary);
        out.put(expected);
        out.put(information);
        out.put(logEvidence);
        out.put(tripped ? 1L : 0L);
    }

    void restore(Words in) {
        in.take(come);
        round = in.take();
        units = in.take();
        canary = in.take();
        expected = in.takeDouble();
        information = in.takeDouble();
        logEvidence = in.takeDouble();
        tripped = in.take() == 1;
    }
}
