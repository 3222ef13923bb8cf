package io.crossfade.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatencyBucketsTest {
    @Test
    void everyLatencyLiesInsideItsBucket() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long last = LatencyBuckets.upperNanos(LatencyBuckets.COUNT - 1);
        for (int i = 0; i < 20_000; i++) {
            long nanos = (long) Math.exp(random.nextDouble() * Math.log((double) last - 1));
            int bucket = LatencyBuckets.of(nanos);
            assertThat(nanos)
                    .as("seed %d", seed)
                    .isLessThan(LatencyBuckets.upperNanos(bucket))
                    .isGreaterThanOrEqualTo(lower(bucket));
        }
    }

    @Test
    void bucketsFollowEachOtherWithoutGap() {
        for (int bucket = 0; bucket < LatencyBuckets.COUNT; bucket++) {
            assertThat(LatencyBuckets.of(lower(bucket))).isEqualTo(bucket);
            assertThat(LatencyBuckets.of(LatencyBuckets.upperNanos(bucket) - 1)).isEqualTo(bucket);
        }
    }

    @Test
    void fromOneMicrosecondOnABucketIsAtMostASixteenthWide() {
        for (int bucket = LatencyBuckets.of(1_024); bucket < LatencyBuckets.COUNT; bucket++) {
            assertThat((double) (LatencyBuckets.upperNanos(bucket) - lower(bucket)) / lower(bucket))
                    .isLessThanOrEqualTo(1 / 16.0);
        }
    }

    @Test
    void theScaleReachesBeyondTwoMinutesAndEndsInItsLastBucket() {
        assertThat(LatencyBuckets.of(TimeUnit.SECONDS.toNanos(120))).isLessThan(LatencyBuckets.COUNT - 1);
        assertThat(LatencyBuckets.of(Long.MAX_VALUE)).isEqualTo(LatencyBuckets.COUNT - 1);
        assertThat(LatencyBuckets.of(0)).isZero();
        assertThat(LatencyBuckets.of(-5)).isZero();
    }

    @Test
    void thereIsNoOtherBucket() {
        assertThatThrownBy(() -> LatencyBuckets.upperNanos(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> LatencyBuckets.upperNanos(LatencyBuckets.COUNT))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static long lower(int bucket) {
        return bucket == 0 ? 0 : LatencyBuckets.upperNanos(bucket - 1);
    }
}
