package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SlowCounterTest {
    private static final long ALL = Long.MAX_VALUE;
    private static final int WEIGHT = 10_000;

    private final SlowCounter counter = new SlowCounter(3);

    @Test
    void countsPerQuantileAndVariant() {
        counter.slow(1, true, 0b111, 5);
        counter.slow(2, true, 0b001, 5);
        counter.slow(3, false, 0b011, 5);
        counter.slow(4, false, 0, 5);
        assertThat(counter.canarySlow(6)).isEqualTo(2);
        assertThat(counter.take(6, WEIGHT)).containsExactly(slot(List.of(1, 1, 0), List.of(2, 1, 1)));
        assertThat(counter.canarySlow(6)).isZero();
        assertThat(counter.take(ALL, WEIGHT)).isEmpty();
    }

    @Test
    void theSlotThatIsOpenStays() {
        counter.slow(1, true, 0b001, 5);
        counter.slow(2, true, 0b001, 6);
        assertThat(counter.canarySlow(6)).isEqualTo(1);
        assertThat(counter.take(6, WEIGHT)).hasSize(1);
        assertThat(counter.take(6, WEIGHT)).isEmpty();
        assertThat(counter.take(7, WEIGHT)).hasSize(1);
    }

    /** Event loops are heard one after the other, each from its own past. */
    @Test
    void aSlotIsOneWhereverItsRequestsEnded() {
        counter.slow(1, true, 0b001, 7);
        counter.slow(2, true, 0b001, 5);
        counter.slow(3, true, 0b001, 7);
        counter.slow(4, true, 0b001, -2);
        assertThat(counter.take(ALL, WEIGHT))
                .extracting(slot -> slot.canary().get(0))
                .containsExactly(1, 1, 2);
    }

    @Test
    void slotsInWhichTheCanaryHadNoneComeAsOne() {
        for (int slot = 1; slot <= 9; slot++) counter.slow(slot, slot == 4 || slot == 5, 0b001, slot);
        assertThat(counter.take(ALL, WEIGHT))
                .containsExactly(
                        slot(List.of(3, 0, 0), List.of()),
                        slot(List.of(0, 0, 0), List.of(1, 0, 0)),
                        slot(List.of(0, 0, 0), List.of(1, 0, 0)),
                        slot(List.of(4, 0, 0), List.of()));
    }

    @Test
    void aUnitOfTheCanaryCountsTenTimesAWindow() {
        for (int i = 0; i < 100; i++) counter.slow(7, true, 0b001, 1);
        assertThat(canary(ALL)).isEqualTo(10);
        counter.slow(7, true, 0b001, 1);
        assertThat(canary(ALL)).isZero();
        counter.closeWindow();
        counter.slow(7, true, 0b001, 1);
        assertThat(canary(ALL)).isEqualTo(1);
    }

    /** Else a few busy clients use their ten up, and the rest of the window shows the canary's slow requests alone. */
    @Test
    void busyClientsOfTheBaselineAreCountedWhole() {
        for (int i = 0; i < 100; i++) counter.slow(7, false, 0b001, 1);
        assertThat(counter.take(ALL, WEIGHT)).containsExactly(slot(List.of(100, 0, 0), List.of()));
    }

    @Test
    void remembersBoundedlyManyUnits() {
        int many = SlowCounter.MOST_UNITS + 1_000;
        for (int round = 0; round < 2; round++) {
            for (int unit = 0; unit < many; unit++) counter.slow(unit, true, 0b001, 1);
        }
        assertThat(canary(ALL)).isEqualTo(2 * SlowCounter.MOST_UNITS);
        counter.closeWindow();
        counter.slow(many, true, 0b001, 1);
        assertThat(canary(ALL)).isEqualTo(1);
    }

    @Test
    void remembersBoundedlyManySlots() {
        int many = SlowCounter.MOST_SLOTS + 1_000;
        for (int i = 0; i < many; i++) counter.slow(i, true, 0b001, i);
        List<Batch.Slow> taken = counter.take(ALL, WEIGHT);
        assertThat(taken).hasSize(SlowCounter.MOST_SLOTS);
        assertThat(taken.get(taken.size() - 1).canary()).containsExactly(1_001, 0, 0);
    }

    private int canary(long before) {
        return counter.take(before, WEIGHT).stream()
                .filter(Batch.Slow::onCanary)
                .mapToInt(slot -> slot.canary().get(0))
                .sum();
    }

    private static Batch.Slow slot(List<Integer> baseline, List<Integer> canary) {
        return new Batch.Slow(WEIGHT, baseline, canary);
    }
}
