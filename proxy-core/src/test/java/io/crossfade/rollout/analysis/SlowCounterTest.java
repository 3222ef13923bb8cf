package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlowCounterTest {
    private final SlowCounter counter = new SlowCounter(3);

    @Test
    void countsPerQuantileAndVariant() {
        counter.slow(1, true, 0b111);
        counter.slow(2, true, 0b001);
        counter.slow(3, false, 0b011);
        counter.slow(4, false, 0);
        assertThat(counter.canarySlow()).isTrue();
        assertThat(counter.takeCanary()).containsExactly(2, 1, 1);
        assertThat(counter.takeBaseline()).containsExactly(1, 1, 0);
        assertThat(counter.canarySlow()).isFalse();
        assertThat(counter.takeCanary()).containsExactly(0, 0, 0);
    }

    @Test
    void aUnitOfTheCanaryCountsTenTimesAWindow() {
        for (int i = 0; i < 100; i++) counter.slow(7, true, 0b001);
        assertThat(counter.takeCanary()).containsExactly(10, 0, 0);
        counter.slow(7, true, 0b001);
        assertThat(counter.takeCanary()).containsExactly(0, 0, 0);
        counter.closeWindow();
        counter.slow(7, true, 0b001);
        assertThat(counter.takeCanary()).containsExactly(1, 0, 0);
    }

    /** Else a few busy clients use their ten up, and the rest of the window shows the canary's slow requests alone. */
    @Test
    void busyClientsOfTheBaselineAreCountedWhole() {
        for (int i = 0; i < 100; i++) counter.slow(7, false, 0b001);
        assertThat(counter.takeBaseline()).containsExactly(100, 0, 0);
    }

    @Test
    void remembersBoundedlyManyUnits() {
        int many = SlowCounter.MOST_UNITS + 1_000;
        for (int round = 0; round < 2; round++) for (int unit = 0; unit < many; unit++) counter.slow(unit, true, 0b001);
        assertThat(counter.takeCanary()[0]).isEqualTo(2 * SlowCounter.MOST_UNITS);
        counter.closeWindow();
        counter.slow(many, true, 0b001);
        assertThat(counter.takeCanary()[0]).isEqualTo(1);
    }
}
