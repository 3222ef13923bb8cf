package io.crossfade.rollout.analysis;

import java.util.List;
import java.util.Optional;

/**
 * Detector T: do fewer requests of a user end well on the canary?
 *
 * <p>Every five minutes the requests that ended well are counted per distinct unit, of as many units of either variant. Units differ a lot, so the
 * difference is measured against how much 16 groups of them differ, drawn by hash: with x_g the logarithm of the requests per
 * unit of a group, D the difference of the two means of x_g and s its standard error by Welch (1947), the interval for the logarithm of
 * canary over baseline is {@code D +- 7 s}. It holds the error of the sketches too. The canary fails when all of it is below {@code log min}.
 *
 * <p>Samples of one size have the same distribution where the variants are alike, whatever that is; so D / s is symmetric. In a million
 * simulated windows of units with up to 100 times the requests of others it was never beyond 6.3.
 *
 * <p>With fewer than 100 units a side there is nothing to say. Owner: the control thread.
 */
final class Throughput {
    static final int GROUPS = 16;

    /** Of a window: two for each group of each variant. */
    static final int NUMBERS = 4 * GROUPS;

    static final double LEAST_UNITS = 100;
    private static final double WIDTH = 7;

    /** Sketches of groups that agree better than that do so by chance. */
    private static final double LEAST_ERROR = 0.01;

    private static final double HUNDREDTHS = 100;

    private final double logMin;
    private boolean known;
    private double difference;
    private double error;
    private double canaryUnits;
    private double canaryWell;
    private double baselineUnits;
    private double baselineWell;

    /** @param min how many requests of a unit must end well, as a share of the baseline's, above 0 */
    Throughput(double min) {
        this.logMin = StrictMath.log(min);
    }

    void apply(List<Long> window) {
        if (window.isEmpty()) return;
        Side baseline = new Side(window, 0);
        Side canary = new Side(window, 2 * GROUPS);
        baselineUnits = baseline.units;
        baselineWell = baseline.well;
        canaryUnits = canary.units;
        canaryWell = canary.well;
        known = baseline.units >= LEAST_UNITS && canary.units >= LEAST_UNITS && baseline.whole && canary.whole;
        difference = canary.mean - baseline.mean;
        error = Math.max(LEAST_ERROR, Math.sqrt((canary.variance + baseline.variance) / GROUPS));
    }

    /** One variant of a window. */
    private static final class Side {
        final double units;
        final double well;

        /** Whether each group has a unit. */
        final boolean whole;

        final double mean;
        final double variance;

        Side(List<Long> window, int from) {
            double[] logs = new double[GROUPS];
            double unitsSum = 0;
            double wellSum = 0;
            double logSum = 0;
            boolean all = true;
            for (int i = 0; i < GROUPS; i++) {
                double wellOf = window.get(from + 2 * i);
                double unitsOf = window.get(from + 2 * i + 1) / HUNDREDTHS;
                wellSum += wellOf;
                unitsSum += unitsOf;
                all &= unitsOf > 0;
                logs[i] = StrictMath.log((wellOf + 0.5) / Math.max(0.5, unitsOf)); // half a request where there is none
                logSum += logs[i];
            }
            units = unitsSum;
            well = wellSum;
            whole = all;
            mean = logSum / GROUPS;
            double squares = 0;
            for (double log : logs) squares += (log - mean) * (log - mean);
            variance = squares / (GROUPS - 1);
        }
    }

    Verdict verdict() {
        if (!known) return Verdict.NO_DATA;
        return difference + WIDTH * error < logMin ? Verdict.FAIL : Verdict.PASS;
    }

    /** Requests of a unit that end well, canary over baseline, in the last window of five minutes; its best is seven standard errors above. */
    Optional<Measured> measured() {
        if (!known) return Optional.empty();
        double share = StrictMath.exp(difference);
        return Optional.of(new Measured(share, StrictMath.exp(difference + WIDTH * error), share, false));
    }

    /** Units of the last window and their requests that ended well: of the baseline, and of the canary. */
    long[] counts() {
        return new long[] {
            Math.round(baselineUnits), Math.round(baselineWell), Math.round(canaryUnits), Math.round(canaryWell)
        };
    }

    /** The logarithm of the likelihood ratio {@code z^2 / 2} of being z standard errors below the least. */
    Finding finding() {
        double below = known ? (logMin - difference) / error : 0;
        double evidence = below > 0 ? below * below / 2 : Finding.LEAST;
        String remark = known ? "" : "fewer than " + (int) LEAST_UNITS + " units a side in 5 minutes";
        return new Finding(Detector.T, verdict(), evidence, WIDTH * WIDTH / 2, remark);
    }

    /** A step or an attempt begins. */
    void begin() {
        known = false;
        baselineUnits = 0;
        baselineWell = 0;
        canaryUnits = 0;
        canaryWell = 0;
    }

    void save(Words out) {
        out.put(known ? 1L : 0L);
        for (double number : new double[] {difference, error, canaryUnits, canaryWell, baselineUnits, baselineWell}) {
            out.put(number);
        }
    }

    void restore(Words in) {
        known = in.take() == 1;
        difference = in.takeDouble();
        error = in.takeDouble();
        canaryUnits = in.takeDouble();
        canaryWell = in.takeDouble();
        baselineUnits = in.takeDouble();
        baselineWell = in.takeDouble();
    }
}
