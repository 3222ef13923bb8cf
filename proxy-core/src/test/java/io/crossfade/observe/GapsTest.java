package io.crossfade.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GapsTest {
    private static final long MILLI = 1_000_000;

    private final Gaps gaps = new Gaps();
    private final long[] counted = new long[Gaps.CLASSES];

    private void add(long answers, long nanos) {
        int at = Gaps.of(nanos);
        counted[at] += answers;
        gaps.counted(at, counted[at]);
    }

    @Test
    void nothingIsKnownBefore1000Answers() {
        add(999, 0);
        assertThat(gaps.p999()).isEqualTo(Long.MAX_VALUE);
        add(1, 0);
        assertThat(gaps.p999()).isEqualTo(100 * MILLI);
    }

    @Test
    void oneIn1000MayBeLonger() {
        add(1_998, 50 * MILLI);
        add(2, 5_000 * MILLI);
        assertThat(gaps.p999()).isEqualTo(100 * MILLI);
        add(1, 5_000 * MILLI);
        assertThat(gaps.p999()).isBetween(5_000 * MILLI, 6_250 * MILLI);
    }

    @Test
    void whatIsLongerThanTheScaleIsNotKnown() {
        add(1_000, 3_600_000 * MILLI);
        assertThat(gaps.p999()).isEqualTo(Long.MAX_VALUE);
    }

    /** Two million answers with long silences, then as many without: half a million forget them. */
    @Test
    void whatWasLongAgoIsForgotten() {
        for (int i = 0; i < 2_000; i++) {
            add(1_000, 2_000 * MILLI);
            gaps.p999();
        }
        assertThat(gaps.p999()).isBetween(2_000 * MILLI, 2_500 * MILLI);
        for (int i = 0; i < 600; i++) {
            add(1_000, 0);
            gaps.p999();
        }
        assertThat(gaps.p999()).isEqualTo(100 * MILLI);
    }

    @Test
    void aSilenceIsNeverTakenForAShorterOne() {
        for (long nanos = 0; nanos < 80_000 * MILLI; nanos += 7 * MILLI) {
            Gaps one = new Gaps();
            one.counted(Gaps.of(nanos), 1_000);
            assertThat(one.p999()).isBetween(nanos, Math.max(100 * MILLI, nanos + nanos / 4 + 1));
        }
    }
}
