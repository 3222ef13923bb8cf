package io.crossfade.rollout.analysis;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Detector U: do too many of the canary's users see a failure?
 *
 * <p>Counted are distinct hash-assigned units since the step began, those that were seen and those of them with a failure, by sketches.
 * The limit is {@code max(1 - min, 1.5 * the baseline's share)}: who makes many requests sees a failure sooner or later on either variant.
 *
 * <p><b>To advance</b> the lower 95% bound (Wilson 1927) of the canary's share must be within the limit; of the baseline's share the upper
 * one counts, as a few units without a failure are no proof of a service without failures.
 *
 * <p><b>To fail</b> takes more, since it is looked at again and again: {@code n * KL(share, limit) >= log A}, n the units seen and KL the
 * Kullback-Leibler divergence. At one look that has a chance of at most 1/A (Chernoff), at any of the looks up to n units one of
 * at most {@code e * ceil(log A * log n) / A} (Garivier and Cappé 2011, theorem 10). The limit for this is made of the upper 99.9% bound of the
 * baseline's share, and a tenth larger, because a sketch errs by 2.3%.
 *
 * <p><b>At 100 %</b> nobody is counted on the baseline. Its share of the step before stands for it, over as long a time as that was
 * counted: then the canary is counted anew.
 *
 * <p>Owner: the control thread.
 */
final class UserSuccess {
    static final double MARGIN = 1.5;

    /** Of each sketch. */
    static final int REGISTERS = 1 << 11;

    /** Seen on the baseline, seen on the canary, failed on the baseline, failed on the canary. */
    static final int SKETCHES = 4;

    /** The standard normal's 95% quantile. */
    private static final double Z_95 = 1.6448536269514722;

    private static final int RANK_BITS = 6;

    /** How far a share made of two sketches may be off. */
    private static final double SKETCH_ERROR = 1.1;

    /** So few units say nothing of their share. */
    private static final double LEAST_UNITS = 30;

    private final double least;
    private final double threshold;
    private final byte[] registers = new byte[SKETCHES * REGISTERS];

    /** Distinct units of each sketch. */
    private final double[] units = new double[SKETCHES];

    private long sinceMillis = Rise.NEVER;
    private boolean alone;

    /** The baseline's units of the step before, those that failed among them, and over how long they were counted. */
    private double lastSeen;

    private double lastFailed;
    private long lastMillis;

    /** How often it was begun to count anew. */
    private long rounds;

    /**
     * @param min share of the canary's units without a failure, 0..1
     * @param threshold natural logarithm of A
     */
    UserSuccess(double min, double threshold) {
        this.least = 1 - min;
        this.threshold = threshold;
    }

    void apply(Batch batch, long nowMillis) {
        if (sinceMillis == Rise.NEVER) sinceMillis = nowMillis;
        alone = batch.weight() == Batch.BUCKETS;
        raise(batch.users().raised());
        if (!alone) remember(nowMillis);
        else if (lastMillis > 0 && nowMillis - sinceMillis >= lastMillis) begin();
    }

    private void raise(List<Integer> raised) {
        if (raised.isEmpty()) return;
        for (int each : raised) {
            int register = each >>> RANK_BITS;
            byte rank = (byte) (each & (1 << RANK_BITS) - 1);
            if (register < registers.length && rank > registers[register]) registers[register] = rank;
        }
        estimate();
    }

    private void estimate() {
        for (int i = 0; i < SKETCHES; i++) units[i] = DistinctUnits.estimate(registers, i * REGISTERS, REGISTERS);
    }

    private void remember(long nowMillis) {
        if (units[0] < LEAST_UNITS) return;
        lastSeen = units[0];
        lastFailed = units[2];
        lastMillis = nowMillis - sinceMillis;
    }

    /** A step or an attempt begins, or the time that can be compared is over. */
    void begin() {
        Arrays.fill(registers, (byte) 0);
        Arrays.fill(units, 0);
        sinceMillis = Rise.NEVER;
        rounds++;
    }

    /** Another number than before: what loops have counted is to be forgotten. */
    long rounds() {
        return rounds;
    }

    Verdict verdict() {
        if (units[1] < 1) return Verdict.NO_DATA;
        if (logEvidence() >= threshold) return Verdict.FAIL;
        return canary().lower(Z_95) <= Math.max(least, theirs(Z_95)) ? Verdict.PASS : Verdict.INCONCLUSIVE;
    }

    /** Of the canary's units; the sketches err, so that more may seem to fail than were seen. */
    private Ratio canary() {
        return of(units[1], units[3]);
    }

    private Ratio baseline() {
        return alone ? of(lastSeen, lastFailed) : of(units[0], units[2]);
    }

    /** What the baseline's share allows; where no share was ever known, nothing, when it has no users. */
    private double theirs(double z) {
        Ratio baseline = baseline();
        return alone && baseline.requests() == 0 ? 0 : MARGIN * baseline.upper(z);
    }

    private static Ratio of(double seen, double failed) {
        long all = Math.round(seen);
        long bad = Math.min(all, Math.round(failed));
        return new Ratio(all - bad, bad);
    }

    private double logEvidence() {
        Ratio canary = canary();
        double limit = Math.min(1, SKETCH_ERROR * Math.max(least, theirs(Ratio.Z_999)));
        double share = canary.rate();
        if (share <= limit) return Finding.LEAST;
        double well = share == 1 ? 0 : (1 - share) * StrictMath.log((1 - share) / (1 - limit));
        return canary.requests() * (share * StrictMath.log(share / limit) + well);
    }

    /**
     * The share of the canary's units without a failure in this step. Its best is Wilson's one-sided 99.9% bound, and a tenth better, as a sketch
     * errs; with fewer than 30 units there is nothing to go back to.
     */
    Optional<Measured> measured() {
        if (units[1] < 1) return Optional.empty();
        Ratio canary = canary();
        double well = 1 - canary.rate();
        double longer = units[1] < LEAST_UNITS ? Double.NaN : well;
        return Optional.of(new Measured(well, 1 - canary.lower() / SKETCH_ERROR, longer, false));
    }

    /** Units seen and failed on the baseline, and on the canary. */
    long[] counts() {
        Ratio canary = canary();
        Ratio baseline = baseline();
        return new long[] {baseline.requests(), baseline.failed(), canary.requests(), canary.failed()};
    }

    Finding finding() {
        String remark = alone && units[1] >= 1 ? "against the baseline's last share, which has no users" : "";
        return new Finding(Detector.U, verdict(), logEvidence(), threshold, remark);
    }

    void save(Words out) {
        out.put(registers);
        for (long number : new long[] {sinceMillis, alone ? 1L : 0L, lastMillis, rounds}) out.put(number);
        out.put(lastSeen);
        out.put(lastFailed);
    }

    void restore(Words in) {
        in.take(registers);
        estimate();
        sinceMillis = in.take();
        alone = in.take() == 1;
        lastMillis = in.take();
        rounds = in.take();
        lastSeen = in.takeDouble();
        lastFailed = in.takeDouble();
    }
}
