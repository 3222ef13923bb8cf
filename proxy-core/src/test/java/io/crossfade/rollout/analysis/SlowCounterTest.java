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
        counter.slow(1, true, WEIGHT, 0b111, 5);
        counter.slow(2, true, WEIGHT, 0b001, 5);
        counter.slow(3, false, WEIGHT, 0b011, 5);
        counter.slow(4, false, WEIGHT, 0, 5);
        assertThat(counter.canarySlow(6)).isEqualTo(2);
        assertThat(counter.take(6)).containsExactly(slot(List.of(1, 1, 0), List.of(2, 1, 1)));
        assertThat(counter.canarySlow(6)).isZero();
        assertThat(counter.take(ALL)).isEmpty();
    }

    @Test
    void theSlotThatIsOpenStays() {
        counter.slow(1, true, WEIGHT, 0b001, 5);
        counter.slow(2, true, WEIGHT, 0b001, 6);
        assertThat(counter.canarySlow(6)).isEqualTo(1);
        assertThat(counter.take(6)).hasSize(1);
        assertThat(counter.take(6)).isEmpty();
        assertThat(counter.take(7)).hasSize(1);
    }

    /** Event loops are heard one after the other, each from its own past. */
    @Test
    void aSlotIsOneWhereverItsRequestsEnded() {
        counter.slow(1, true, WEIGHT, 0b001, 7);
        counter.slow(2, true, WEIGHT, 0b001, 5);
        counter.slow(3, true, WEIGHT, 0b001, 7);
        counter.slow(4, true, WEIGHT, 0b001, -2);
        assertThat(counter.take(ALL)).extracting(slot -> slot.canary().get(0)).containsExactly(1, 1, 2);
    }

    @Test
    void slotsInWhichTheCanaryHadNoneComeAsOne() {
        for (int slot = 1; slot <= 9; slot++) counter.slow(slot, slot == 4 || slot == 5, WEIGHT, 0b001, slot);
        assertThat(counter.take(ALL))
                .containsExactly(
                        slot(List.of(3, 0, 0), List.of()),
                        slot(List.of(0, 0, 0), List.of(1, 0, 0)),
                        slot(List.of(0, 0, 0), List.of(1, 0, 0)),
                        slot(List.of(4, 0, 0), List.of()));
    }

    /** e^2 at 10 %, as much as a slot may say: a second trial would be e^4. Each quantile has its own. */
    @Test
    void aUnitOfTheCanaryAddsBoundedlyMuchInAnHour() {
        for (int i = 0; i < 60; i++) counter.slow(7, true, WEIGHT, 0b001, 1);
        counter.slow(7, true, WEIGHT, 0b011, 1);
        assertThat(counter.take(ALL)).containsExactly(slot(List.of(0, 0, 0), List.of(1, 1, 0)));
        counter.closeHour();
        for (int i = 0; i < 60; i++) counter.slow(7, true, WEIGHT, 0b011, 1);
        assertThat(canary(ALL)).as("an hour may have begun a moment ago").isZero();
        counter.closeHour();
        counter.slow(7, true, WEIGHT, 0b011, 1);
        assertThat(counter.take(ALL)).containsExactly(slot(List.of(0, 0, 0), List.of(1, 1, 0)));
    }

    /** A slow trial says 0.59 at most where half of all are the canary's: five say less than 3. */
    @Test
    void whereATrialSaysLessMoreOfAUnitCount() {
        for (int i = 0; i < 60; i++) counter.slow(7, true, 50_000, 0b001, 1);
        counter.slow(7, true, WEIGHT, 0b001, 1);
        assertThat(canary(ALL)).isEqualTo(5);
    }

    @Test
    void weightsAreToldApart() {
        counter.slow(1, true, WEIGHT, 0b001, 5);
        counter.slow(2, false, 50_000, 0b001, 5);
        counter.slow(3, false, 50_000, 0b001, 6);
        counter.slow(4, false, WEIGHT, 0b001, 7);
        assertThat(counter.take(ALL)).extracting(Batch.Slow::weight).containsExactly(WEIGHT, 50_000, WEIGHT);
    }

    @Test
    void whatHangsIsCountedBesides() {
        counter.slow(1, true, WEIGHT, 0b001, 5, true);
        counter.slow(2, true, WEIGHT, 0b001, 5, false);
        counter.slow(3, false, WEIGHT, 0b001, 5, true);
        assertThat(counter.take(ALL)).containsExactly(new Batch.Slow(WEIGHT, List.of(1, 0, 0), List.of(2, 0, 0), 1));
    }

    /** Else a few busy clients use their ten up, and the rest of the window shows the canary's slow requests alone. */
    @Test
    void busyClientsOfTheBaselineAreCountedWhole() {
        for (int i = 0; i < 100; i++) counter.slow(7, false, WEIGHT, 0b001, 1);
        assertThat(counter.take(ALL)).containsExactly(slot(List.of(100, 0, 0), List.of()));
    }

    @Test
    void remembersBoundedlyManyUnits() {
        int many = SpentUnits.MOST_UNITS;
        for (int unit = 0; unit < many; unit++) counter.slow(unit, true, WEIGHT, 0b001, 1);
        for (int unit = 0; unit < many; unit++) counter.slow(unit, true, WEIGHT, 0b001, 1);
        assertThat(canary(ALL)).isEqualTo(many);
        for (int unit = many; unit <= 2 * many; unit++) counter.slow(unit, true, WEIGHT, 0b001, 1);
        assertThat(canary(ALL)).isEqualTo(many + 1);
        counter.slow(0, true, WEIGHT, 0b001, 1);
        counter.slow(2L * many, true, WEIGHT, 0b001, 1);
        assertThat(canary(ALL))
                .as("the oldest are forgotten, the youngest are not")
                .isEqualTo(1);
    }

    @Test
    void remembersBoundedlyManySlots() {
        int many = SlowCounter.MOST_SLOTS + 1_000;
        for (int i = 0; i < many; i++) counter.slow(i, true, WEIGHT, 0b001, i);
        List<Batch.Slow> taken = counter.take(ALL);
        assertThat(taken).hasSize(SlowCounter.MOST_SLOTS);
        assertThat(taken.get(taken.size() - 1).canary()).containsExactly(1_001, 0, 0);
    }

    private int canary(long before) {
        return counter.take(before).stream()
                .filter(Batch.Slow::onCanary)
                .mapToInt(slot -> slot.canary().get(0))
                .sum();
    }

    private static Batch.Slow slot(List<Integer> baseline, List<Integer> canary) {
        return new Batch.Slow(WEIGHT, baseline, canary);
    }
}
