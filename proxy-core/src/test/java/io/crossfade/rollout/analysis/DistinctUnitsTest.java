package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistinctUnitsTest {
    private static final int RUNS = 20;

    /** Seven standard errors of 2.3% at most in each run, and no bias: three standard errors of the mean of all runs. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 100, 1_000, 5_000, 20_000, 200_000})
    void countsWithinItsError(int units) {
        double sum = 0;
        for (int run = 0; run < RUNS; run++) {
            Sketches sketches = new Sketches();
            for (int i = 0; i < units; i++) sketches.unit(((long) run << 32) | i, true, false);
            double counted = sketches.estimate(1);
            assertThat(counted / units).as("run %d", run).isBetween(1 - 0.16, 1 + 0.16);
            sum += counted / units;
        }
        assertThat(sum / RUNS).as("mean of %d runs", RUNS).isBetween(1 - 0.016, 1 + 0.016);
    }

    @Test
    void nobodyIsNobodyAndTheSameUnitCountsOnce() {
        Sketches sketches = new Sketches();
        assertThat(sketches.estimate(1)).isZero();
        for (int i = 0; i < 100; i++) sketches.unit(42, true, false);
        assertThat(sketches.estimate(1)).isBetween(0.99, 1.01);
    }

    /** A sketch of units that nobody can tell apart any more is not endless. */
    @Test
    void fullRegistersAreANumber() {
        byte[] full = new byte[2_048];
        Arrays.fill(full, (byte) 54);
        assertThat(DistinctUnits.estimate(full, 0, full.length)).isFinite().isGreaterThan(1e15);
    }
}
