package io.crossfade.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void quantilesAreWithinTwoPercentOfTheSortedOnes() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        var latencies = new Latencies();
        long[] all = new long[10_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) Math.exp(random.nextDouble(8, 24));
            latencies.record(all[i]);
        }
        Arrays.sort(all);
        for (double quantile : new double[] {0.01, 0.5, 0.9, 0.99, 0.999}) {
            double exact = all[(int) Math.ceil(all.length * quantile) - 1] / 1000.0;
            assertThat(latencies.quantileMicros(quantile))
                    .as("quantile %s, seed %s", quantile, seed)
                    .isCloseTo(exact, within(exact * 0.02));
        }
    }

    @Test
    void nothingRecordedIsZero() {
        assertThat(new Latencies().quantileMicros(0.99)).isZero();
    }
}
