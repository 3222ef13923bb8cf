package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BaselineRateTest {
    private final BaselineRate rate = new BaselineRate();

    @Test
    void saysNothingOnFewFailures() {
        assertThat(rate.upperBound()).isZero();
        rate.add(0, 10, 2);
        assertThat(rate.upperBound()).isZero();
    }

    @Test
    void boundsTheRateFromAbove() {
        rate.add(0, 970, 30);
        // Wilson's upper limit for 30 of 1000 at z = 3.0902: (0.03 + 0.0047748 + 0.0173382) / 1.0095495
        assertThat(rate.upperBound()).isCloseTo(0.05162, within(1e-4));
        rate.add(500, 970_000, 30_000);
        assertThat(rate.upperBound()).isBetween(0.03, 0.031);
    }

    @Test
    void looksBackSixtySecondsOfTraffic() {
        rate.add(0, 0, 1_000);
        for (int second = 1; second < 60; second++) rate.add(second * 1_000L, 10, 0);
        assertThat(rate.upperBound()).isGreaterThan(0.5);
        rate.add(60_000, 10, 0);
        assertThat(rate.upperBound()).isZero();
    }

    @Test
    void remembersThroughSilence() {
        rate.add(0, 900, 100);
        double before = rate.upperBound();
        rate.add(3_600_000, 0, 0);
        assertThat(rate.upperBound()).isEqualTo(before);
        rate.add(3_600_000, 1, 0);
        assertThat(rate.upperBound()).isCloseTo(before, within(1e-3));
    }
}
