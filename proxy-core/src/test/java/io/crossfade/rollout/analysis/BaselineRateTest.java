package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BaselineRateTest {
    private static final double LIMIT = 0.05;
    private static final long MINUTE = 60_000;

    private final BaselineRate rate = new BaselineRate();

    @Test
    void saysNothingOnFewFailures() {
        assertThat(rate.upperBound(0)).isZero();
        rate.add(0, 10, 2);
        assertThat(rate.upperBound(0)).isZero();
    }

    @Test
    void boundsTheRateFromAbove() {
        rate.add(0, 970, 30);
        // Wilson's upper limit for 30 of 1000 at z = 3.0902: (0.03 + 0.0047748 + 0.0173382) / 1.0095495
        assertThat(rate.upperBound(0)).isCloseTo(0.05162, within(1e-4));
        rate.add(500, 970_000, 30_000);
        assertThat(rate.upperBound(500)).isBetween(0.03, 0.031);
    }

    @Test
    void looksBackSixtySecondsWhereThereAreRequestsEnough() {
        rate.add(0, 0, 1_000);
        for (int second = 1; second < 60; second++) rate.add(second * 1_000L, 50, 0);
        assertThat(rate.upperBound(59_999)).isGreaterThan(0.2);
        rate.add(65_000, 50, 0);
        assertThat(rate.upperBound(65_000)).isZero();
    }

    /** Three failures in sixty requests are no rate of 32%. */
    @Test
    void looksBackFurtherWhereThereAreFew() {
        for (int second = 0; second < 500; second++) rate.add(second * 1_000L, 4, 0);
        rate.add(500_000, 57, 3);
        assertThat(rate.lately(500_000).requests()).isBetween(2_000L, 2_060L);
        assertThat(rate.upperBound(500_000)).isBetween(0.004, 0.01);
    }

    @Test
    void whatIsOlderThanTenMinutesIsNotLately() {
        rate.add(0, 0, 100);
        assertThat(rate.upperBound(590_000)).isEqualTo(1, within(1e-12));
        assertThat(rate.lately(600_000)).isEqualTo(Ratio.NONE);
        rate.add(600_000, 10, 0);
        assertThat(rate.lately(600_000)).isEqualTo(new Ratio(10, 0));
    }

    @Test
    void itsHourIsMadeOfMinutesWithRequests() {
        for (int minute = 0; minute < 70; minute++) rate.add(10L * minute * MINUTE, minute < 10 ? 0 : 99, 1);
        assertThat(rate.hour()).isEqualTo(new Ratio(60 * 99, 60));
        assertThat(rate.silent(690 * MINUTE + 59_999)).isFalse();
        assertThat(rate.silent(691 * MINUTE)).isTrue();
    }

    @Test
    void troubleIsARateAboveTheLimit() {
        rate.add(0, 20, 4);
        assertThat(rate.inTrouble(0, LIMIT)).isFalse();
        rate.add(0, 0, 1);
        assertThat(rate.inTrouble(0, LIMIT)).isTrue();
        assertThat(rate.inTrouble(0, 0.2)).isFalse();
        assertThat(rate.inTrouble(60_000, LIMIT)).isFalse();
    }

    /** A service that always fails 3% is not in trouble; one that fails 3% where it failed 0.5% is. */
    @Test
    void troubleIsThreeTimesTheHourBefore() {
        BaselineRate steady = new BaselineRate();
        for (int minute = 0; minute < 60; minute++) {
            rate.add(minute * MINUTE, 9_950, 50);
            steady.add(minute * MINUTE, 9_700, 300);
        }
        rate.add(62 * MINUTE, 9_700, 300);
        steady.add(62 * MINUTE, 9_700, 300);
        assertThat(rate.inTrouble(62 * MINUTE, LIMIT)).isTrue();
        assertThat(steady.inTrouble(62 * MINUTE, LIMIT)).isFalse();
        rate.add(64 * MINUTE, 9_950, 50);
        assertThat(rate.inTrouble(64 * MINUTE, LIMIT)).isFalse();
    }

    @Test
    void goesOnToTheBitFromItsMemory() {
        for (int second = 0; second < 5_000; second += 7) rate.add(second * 1_000L, second % 13, second % 3);
        Words out = new Words();
        rate.save(out);
        BaselineRate twin = new BaselineRate();
        twin.restore(new Words(out.written()));
        for (BaselineRate each : new BaselineRate[] {rate, twin}) each.add(5_001_000, 3, 1);
        assertThat(twin.lately(5_001_000)).isEqualTo(rate.lately(5_001_000));
        assertThat(twin.hour()).isEqualTo(rate.hour());
        assertThat(twin.inTrouble(5_001_000, LIMIT)).isEqualTo(rate.inTrouble(5_001_000, LIMIT));
    }
}
