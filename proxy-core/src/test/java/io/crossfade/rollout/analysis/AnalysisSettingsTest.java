package io.crossfade.rollout.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AnalysisSettingsTest {
    @Test
    void defaultsGiveTheStatedThreshold() {
        assertThat(AnalysisSettings.defaults().threshold()).isEqualTo(5e8, within(1e-6));
    }

    @Test
    void aSmallerBudgetOrALongerRunRaisesTheThreshold() {
        assertThat(budget(0.0001, 10_000_000).threshold()).isEqualTo(4e9, within(1e-5));
        assertThat(budget(0.001, 100_000_000).threshold()).isEqualTo(4e9, within(1e-5));
        assertThat(budget(0.9, 1).threshold()).isEqualTo(1_000);
    }

    /** One budget for all: each detector gets its share of it. */
    @Test
    void onlyDetectorsThatAreOnShareTheBudget() {
        double[] quantiles = {0.5};
        AnalysisSettings errors = new AnalysisSettings(true, 1.5, 0.01, false, quantiles, 2, 0.001, 10_000_000, 0.99);
        AnalysisSettings answers = new AnalysisSettings(
                false, 1.5, 0.01, 0.05, false, quantiles, 2, true, 0.001, 10_000_000, 0.99, AnalysisSettings.Users.OFF);
        assertThat(errors.threshold()).isEqualTo(2e8, within(1e-6));
        assertThat(answers.threshold()).isEqualTo(1e8, within(1e-6));
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> budget(0, 1)).hasMessageContaining("falseAlarmBudget: 0.0");
        assertThatThrownBy(
                        () -> new AnalysisSettings(true, 1.5, 0.01, true, new double[] {0.9, 0.5}, 2, 0.001, 1, 0.99))
                .hasMessageContaining("quantile: 0.5");
        assertThatThrownBy(() -> new AnalysisSettings(true, 0.5, 0.01, true, new double[] {0.9}, 2, 0.001, 1, 0.99))
                .hasMessageContaining("errorMargin: 0.5");
    }

    @Test
    void equalsByValue() {
        assertThat(AnalysisSettings.defaults()).isEqualTo(AnalysisSettings.defaults());
        assertThat(AnalysisSettings.defaults()).isNotEqualTo(budget(0.5, 3));
    }

    private static AnalysisSettings budget(double budget, long requests) {
        return new AnalysisSettings(true, 1.5, 0.01, true, new double[] {0.5}, 2, budget, requests, 0.99);
    }
}
