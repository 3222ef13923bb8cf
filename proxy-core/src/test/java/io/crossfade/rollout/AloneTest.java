package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.analysis.AnalysisSettings;
import org.junit.jupiter.api.Test;

final class AloneTest {
    @Test
    void sendsNobodyToLookForAComparisonThatCannotBe() {
        assertThat(Alone.guards(new Evidence(AnalysisSettings.defaults())))
                .isEqualTo(
                        "; at 100% there is no baseline to compare with, still on guard: errors, latency, client-errors");
    }

    @Test
    void saysWhatNoLongerJudges() {
        AnalysisSettings all = AnalysisSettings.defaults().with(new AnalysisSettings.Users(true, 0.95, true, 0.9));
        assertThat(Alone.guards(new Evidence(all)))
                .isEqualTo("; at 100% there is no baseline to compare with, still on guard:"
                        + " errors, latency, client-errors, user-success; off guard: throughput");
    }
}
