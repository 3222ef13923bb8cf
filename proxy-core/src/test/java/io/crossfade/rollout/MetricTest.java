package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossfade.rollout.analysis.Analysis;
import io.crossfade.rollout.analysis.AnalysisSettings;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Detector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every metric must have, so that adding one is one file and one place in the list. */
final class MetricTest {

    @ParameterizedTest
    @EnumSource(Detector.class)
    void eachDetectorJudgesByOneMetric(Detector detector) {
        assertThat(Metrics.ALL)
                .filteredOn(metric -> metric.detectors().contains(detector))
                .containsExactly(Metrics.of(detector));
    }

    /** Checkpoints, the API and the configuration have these words, in this order. */
    @Test
    void theWordsStay() {
        assertThat(Metrics.ALL)
                .extracting(Metric::word)
                .containsExactly("errors", "latency", "client-errors", "user-success", "throughput");
    }

    @Test
    void aPlanSaysForEachWhatFollows() {
        assertThatThrownBy(() -> plan(Map.of(Metrics.ERRORS, OnFail.HOLD)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing for latency");
        Plan plan = plan(Map.of(
                Metrics.ERRORS,
                OnFail.HOLD,
                Metrics.LATENCY,
                OnFail.ROLLBACK_GRACEFUL,
                Metrics.CLIENT_ERRORS,
                OnFail.HOLD,
                Metrics.USER_SUCCESS,
                OnFail.HOLD,
                Metrics.THROUGHPUT,
                OnFail.HOLD));
        assertThat(plan.onFail(Metrics.ERRORS)).isEqualTo(OnFail.HOLD);
        assertThat(plan.onFail(Metrics.LATENCY)).isEqualTo(OnFail.ROLLBACK_GRACEFUL);
    }

    private static Plan plan(Map<Metric, OnFail> onFail) {
        return new Plan(
                "orders",
                new Identity("legacy", "next", "orders", ""),
                List.of(),
                0,
                AnalysisSettings.defaults(),
                onFail,
                0);
    }

    @Test
    void whatSpeaksAgainstTheCanaryIsTheCanarysAlone() {
        Batch.Failure onBaseline = new Batch.Failure(1, 10_000, false, true, 0, 0);
        Batch.Failure onCanary = new Batch.Failure(1, 10_000, true, true, 0, 0);
        Batch.Slow slowBaseline = new Batch.Slow(10_000, List.of(1), List.of(0));
        Batch.Slow slowCanary = new Batch.Slow(10_000, List.of(0), List.of(1));
        assertThat(Metrics.ERRORS.against(batch(List.of(onBaseline), List.of(slowCanary))))
                .isFalse();
        assertThat(Metrics.ERRORS.against(batch(List.of(onBaseline, onCanary), List.of())))
                .isTrue();
        assertThat(Metrics.LATENCY.against(batch(List.of(onCanary), List.of(slowBaseline))))
                .isFalse();
        assertThat(Metrics.LATENCY.against(batch(List.of(), List.of(slowBaseline, slowCanary))))
                .isTrue();
    }

    private static Batch batch(List<Batch.Failure> failures, List<Batch.Slow> slow) {
        return new Batch(1, 10_000, failures, 0, 0, slow);
    }

    /** A checkpoint of a build that did not have a metric yet: that one has no onset, the others keep theirs. */
    @Test
    void aMetricThatACheckpointDoesNotNameHasNoOnset() {
        Evidence.Memory older = new Evidence.Memory(
                new Analysis(AnalysisSettings.defaults()).save(), Map.of(Detector.C, Evidence.Onset.at(1)));
        Evidence evidence = new Evidence(AnalysisSettings.defaults());
        assertThat(evidence.restore(older)).isTrue();
        assertThat(evidence.took(Metrics.ERRORS, 3_001)).isEqualTo("first failure to decision 3s");
        assertThat(evidence.took(Metrics.LATENCY, 3_001)).isEqualTo("first slow request unknown");
        assertThat(evidence.save()).isEqualTo(older);
    }
}
