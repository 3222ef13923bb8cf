package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelativeRiskTest {
    private final RelativeRisk risk = new RelativeRisk(1.5);

    @Test
    void comparesTheAlternativesWithTheMargin() {
        risk.share(0.1);
        // pi_rho = 0.15 / 1.05 = 1/7; r_1 = 3: q_1 = 0.3 / 1.2 = 1/4
        assertThat(risk.logRatios(true)[0]).isCloseTo(Math.log(7.0 / 4), within(1e-12));
        assertThat(risk.logRatios(false)[0]).isCloseTo(Math.log(3.0 / 4 * 7 / 6), within(1e-12));
        // r_10 = 1536: q_10 = 153.6 / 154.5
        assertThat(risk.logRatios(true)[9]).isCloseTo(Math.log(153.6 / 154.5 * 7), within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.01, 0.1, 0.5, 0.9, 0.99})
    void ratiosHaveMeanOneAtTheMarginAndLessBelowIt(double share) {
        risk.share(share);
        double atMargin = 1.5 * share / (1.5 * share + 1 - share);
        for (int j = 0; j < RelativeRisk.ALTERNATIVES; j++) {
            double canary = Math.exp(risk.logRatios(true)[j]);
            double baseline = Math.exp(risk.logRatios(false)[j]);
            assertThat(atMargin * canary + (1 - atMargin) * baseline).isCloseTo(1, within(1e-12));
            assertThat(share * canary + (1 - share) * baseline).isLessThan(1);
        }
    }

    @Test
    void isSilentWithoutConcurrentControl() {
        risk.share(0);
        assertThat(risk.controlled()).isFalse();
        risk.share(1);
        assertThat(risk.controlled()).isFalse();
        assertThat(risk.silence()).isNotEmpty();
        risk.share(0.5);
        assertThat(risk.silence()).isEmpty();
    }
}
