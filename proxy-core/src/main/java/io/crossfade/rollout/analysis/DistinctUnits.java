package io.crossfade.rollout.analysis;

/**
 * How many distinct units the registers of a HyperLogLog sketch stand for.
 *
 * <p>The improved raw estimator of Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), algorithm 6: without
 * tables, and as good for ten units as for ten million. The standard error is {@code 1.04 / sqrt(registers)}, less for few units.
 */
public final class DistinctUnits {
    /** Ranks are 0..63, 0 for a register that no unit has come to. */
    private static final int RANKS = 64;

    private static final double ALPHA = 1 / (2 * StrictMath.log(2));

    /**
     * @param registers ranks
     * @param from of the first register of the sketch
     * @param registersOf the sketch, or of a group of its registers
     */
    public static double estimate(byte[] registers, int from, int registersOf) {
        int[] times = new int[RANKS];
        for (int i = from; i < from + registersOf; i++) times[registers[i]]++;
        double m = registersOf;
        double z = m * tau(1 - times[RANKS - 1] / m);
        for (int rank = RANKS - 2; rank > 0; rank--) z = (z + times[rank]) / 2;
        z += m * sigma(times[0] / m);
        return ALPHA * m * m / z;
    }

    /** {@code x + sum of x^(2^k) * 2^(k-1)}, k = 1, 2, ... */
    private static double sigma(double x) {
        if (x == 1) return Double.POSITIVE_INFINITY;
        double sum = x;
        double power = x;
        double factor = 1;
        double before;
        do {
            before = sum;
            power *= power;
            sum += power * factor;
            factor *= 2;
        } while (sum != before);
        return sum;
    }

    /** {@code (1 - x - sum of (1 - x^(2^-k))^2 * 2^-k) / 3}, k = 1, 2, ... */
    private static double tau(double x) {
        if (x == 0 || x == 1) return 0;
        double sum = 1 - x;
        double root = x;
        double factor = 1;
        double before;
        do {
            before = sum;
            root = Math.sqrt(root);
            factor /= 2;
            sum -= (1 - root) * (1 - root) * factor;
        } while (sum != before);
        return sum / 3;
    }

    private DistinctUnits() {}
}
