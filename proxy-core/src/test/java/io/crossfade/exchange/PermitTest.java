package io.crossfade.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossfade.admit.Breaker;
import io.crossfade.outcome.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A permit is taken once and settled once; whoever forgets or repeats it is told what to do instead. */
class PermitTest {
    private final Breaker breaker = new Breaker("legacy", 0.5, 2, 2, Duration.ofMinutes(1), 1);
    private final Breaker.Gate gate = breaker.gate();
    private final Permit permit = new Permit();

    @Test
    void aSecondSettleIsAMistakeOfOurs() {
        permit.take(gate);
        permit.settle(Outcome.OK);
        assertThatThrownBy(() -> permit.settle(Outcome.RESET))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("settled a second time")
                .hasMessageContaining("settle it where the outcome is first known");
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void anExchangeThatEndsWithItsPermitOpenIsAMistakeOfOurs() {
        permit.take(gate);
        assertThatThrownBy(permit::clear).hasMessageContaining("settle it with the outcome first");
        assertThatThrownBy(() -> permit.take(gate)).hasMessageContaining("settle that first");
        permit.settle(Outcome.CLIENT_ABORT);
        permit.clear();
        assertThatThrownBy(() -> permit.settle(Outcome.OK)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatBeganWellAndBreaksOffCountsAsAFailureBesides() {
        permit.take(gate);
        assertThatThrownBy(permit::brokeOff).hasMessageContaining("settle it with the failure");
        permit.settle(Outcome.OK);
        permit.brokeOff();
        permit.clear();
        assertThat(breaker.state()).isEqualTo("open");
    }

    @Test
    void whatSaysNothingOfTheVariantSettlesAsNothing() {
        for (Outcome outcome : Outcome.values()) {
            permit.take(gate);
            permit.settle(outcome.failure() ? Outcome.CLIENT_ABORT : outcome);
            permit.clear();
        }
        assertThat(breaker.state()).isEqualTo("closed");
    }
}
