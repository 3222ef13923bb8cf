package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BaselineQuantilesTest {
    private final BaselineQuantiles quantiles = new BaselineQuantiles(new double[] {0.5, 0.9, 0.99}, 2, 100);

    private long[] tau() {
        return quantiles.tau(bucket -> (bucket + 1) * 1_000L);
    }

    @Test
    void isUnknownWithLittleTraffic() {
        assertThat(tau()).isEmpty();
        assertThat(quantiles.p99(bucket -> 1)).isZero();
        quantiles.closeWindow(new long[] {50, 49});
        assertThat(tau()).isEmpty();
        quantiles.closeWindow(new long[] {1});
        assertThat(tau()).hasSize(3);
    }

    @Test
    void findsTheBucketThatHoldsTheQuantile() {
        quantiles.closeWindow(new long[] {0, 50, 0, 40, 9, 1});
        assertThat(tau()).containsExactly(2_000, 4_000, 5_000);
        quantiles.closeWindow(new long[] {0, 0, 0, 0, 0, 60});
        assertThat(tau()).containsExactly(4_000, 6_000, 6_000);
    }

    @Test
    void forgetsWindowsThatAreOver() {
        quantiles.closeWindow(new long[] {0, 0, 0, 1_000});
        quantiles.closeWindow(new long[] {100});
        quantiles.closeWindow(new long[] {100});
        assertThat(tau()).containsExactly(1_000, 1_000, 1_000);
    }

    /** At 100 % the baseline has no traffic, and what it did last is what the canary is measured against. */
    @Test
    void keepsWhatWasKnownLastWhenTrafficEnds() {
        quantiles.closeWindow(new long[] {98, 0, 2});
        for (int window = 0; window < 5; window++) quantiles.closeWindow(new long[0]);
        assertThat(tau()).containsExactly(1_000, 1_000, 3_000);
        assertThat(quantiles.p99(bucket -> (bucket + 1) * 1_000L)).isEqualTo(3_000);
        quantiles.closeWindow(new long[] {0, 60});
        assertThat(tau()).containsExactly(1_000, 1_000, 3_000);
        quantiles.closeWindow(new long[] {0, 60});
        assertThat(tau()).containsExactly(2_000, 2_000, 2_000);
    }
}
