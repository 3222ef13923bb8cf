package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.RolloutSpec.Advance;
import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.RolloutSpec.ClientErrors;
import io.crossfade.config.RolloutSpec.Errors;
import io.crossfade.config.RolloutSpec.Latency;
import io.crossfade.config.RolloutSpec.OnFail;
import io.crossfade.config.RolloutSpec.Throughput;
import io.crossfade.config.RolloutSpec.UserSuccess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The section {@code analysis} of a rollout. */
final class AnalysisConfigTest {

    @Test
    void defaults() {
        Analysis expected = new Analysis(
                true,
                0.001,
                10_000_000,
                0.05,
                new Errors(true, 1.5, 0.01, Levels.NONE, List.of(new StatusRange(500, 599)), OnFail.ROLLBACK_IMMEDIATE),
                new Latency(true, List.of(0.5, 0.9, 0.99, 0.999), 2, Duration.ofSeconds(60), OnFail.ROLLBACK_GRACEFUL),
                new ClientErrors(true, OnFail.HOLD),
                UserSuccess.off(),
                Throughput.off(),
                new Advance(0.99, Duration.ofHours(8)));

        assertThat(analysis("{}")).isEqualTo(expected);
        assertThat(analysis("{ metrics: [{ name: latency }, { name: client-errors }, { name: errors }] }"))
                .isEqualTo(expected);
    }

    @Test
    void mapping() {
        assertThat(analysis("{ falseAlarm: { budget: 1%, perCanaryRequests: 20k }, baselineLimit: 8%,"
                        + " metrics: [{ name: errors, margin: 3x, limit: 0.5%, target: 0.04%, statuses: [5xx, 404], onFail: hold },"
                        + " { name: latency, quantiles: [p75, p99.9], margin: 1.2x, warmup: 5s,"
                        + " onFail: { rollback: immediate } }, { name: client-errors, onFail: { rollback: graceful } },"
                        + " { name: user-success, min: 97.5%, target: 99.9%, alert: 98.5% },"
                        + " { name: throughput, critical: 80%, alert: 80%, onFail: { rollback: graceful } }],"
                        + " advance: { evidence: 95%, extendUpTo: 1h, otherwise: hold }, sharedFate: hold }"))
                .isEqualTo(new Analysis(
                        true,
                        0.01,
                        20_000,
                        0.08,
                        new Errors(
                                true,
                                3,
                                0.005,
                                new Levels(0.0004, null),
                                List.of(new StatusRange(500, 599), new StatusRange(404, 404)),
                                OnFail.HOLD),
                        new Latency(true, List.of(0.75, 0.999), 1.2, Duration.ofSeconds(5), OnFail.ROLLBACK_IMMEDIATE),
                        new ClientErrors(true, OnFail.ROLLBACK_GRACEFUL),
                        new UserSuccess(true, 0.975, new Levels(0.999, 0.985), OnFail.HOLD),
                        new Throughput(true, 0.8, new Levels(null, 0.8), OnFail.ROLLBACK_GRACEFUL),
                        new Advance(0.95, Duration.ofHours(1))));
    }

    @Test
    void criticalIsTheLimitByAnotherName() {
        assertThat(analysis("{ metrics: [{ name: errors, target: 0.5%, alert: 2%, critical: 5% }] }")
                        .errors())
                .isEqualTo(analysis("{ metrics: [{ name: errors, limit: 5%, target: 0.5%, alert: 2% }] }")
                        .errors());
        assertThat(
                        Loading.problems(
                                Loading.withRollout(
                                        ", analysis: { metrics: ["
                                                + "{ name: errors, limit: 1%, critical: 1% }, { name: throughput, min: 80%, critical: 70% }] }")))
                .containsExactly(
                        "5:132  rollouts[0].analysis.metrics[0].critical  critical beside limit (expected: one of them, they are the same)",
                        "5:178  rollouts[0].analysis.metrics[1].critical  critical beside min (expected: one of them, they are the same)");
        assertThat(Loading.problems(
                        Loading.withRollout(", analysis: { metrics: [{ name: user-success, critical: 100% }] }")))
                .containsExactly("5:127  rollouts[0].analysis.metrics[0].critical  100% (expected: 1%..99.99%)");
    }

    @Test
    void levelsComeInTheOrderInWhichTheyGetWorse() {
        assertThat(Loading.problems(
                        Loading.withRollout(", analysis: { metrics: [{ name: errors, alert: 2%, target: 3% },"
                                + " { name: user-success, min: 99%, target: 98% },"
                                + " { name: throughput, alert: 85%, target: 90% }] }")))
                .containsExactly(
                        "5:118  rollouts[0].analysis.metrics[0].alert  2% (expected: at most 1%, which is limit (critical is the"
                                + " same), written or not: alert comes before it)",
                        "5:130  rollouts[0].analysis.metrics[0].target  3% (expected: at most 2%, which is alert: target is the"
                                + " better of both)",
                        "5:176  rollouts[0].analysis.metrics[1].target  98% (expected: at least 99%, which is min (critical is the"
                                + " same), written or not: target is the better of both)",
                        "5:210  rollouts[0].analysis.metrics[2].alert  85% (expected: at least 90%, which is min (critical is the"
                                + " same), written or not: alert comes before it)");
    }

    @Test
    void aLevelIsAShare() {
        assertThat(
                        Loading.problems(
                                Loading.withRollout(
                                        ", analysis: { metrics: [{ name: errors, alert: often, target: 0.5 }, { name: user-success, target: 101% }] }")))
                .containsExactly(
                        "5:118  rollouts[0].analysis.metrics[0].alert  often (expected: 0%..100%, such as 5%)",
                        "5:133  rollouts[0].analysis.metrics[0].target  0.5 has no unit (expected: 0.5%)",
                        "5:170  rollouts[0].analysis.metrics[1].target  101% (expected: 0%..100%, such as 5%)");
    }

    @Test
    void aMetricWithoutLevelsSaysWhy() {
        assertThat(Loading.problems(Loading.withRollout(", analysis: { metrics: [{ name: latency, alert: 2% },"
                        + " { name: client-errors, target: 1% }] }")))
                .containsExactly(
                        "5:112  rollouts[0].analysis.metrics[0].alert  latency has no levels: it is measured against the baseline's own"
                                + " quantiles (expected: margin; for a bound in seconds a Prometheus rule on"
                                + " crossfade_request_duration_seconds)",
                        "5:148  rollouts[0].analysis.metrics[1].target  client-errors has no levels: each class of answers is measured"
                                + " against the baseline's own share (expected: onFail alone; or those statuses among the statuses of"
                                + " errors, which has levels)");
    }

    @Test
    void whatIsInForceHasTheLevelsThatAreWritten() {
        assertThat(EffectiveConfig.of(Loading.config(Loading.load(Loading.withRollout(
                                ", analysis: { metrics: [{ name: errors, critical: 5%, target: 0.5% }] }"))))
                        .toString())
                .contains("limit=5%, target=0.5%, statuses");
    }

    @Test
    void aStatusIsOneOrAClass() {
        assertThat(Loading.problems(Loading.withRollout(
                        ", analysis: { metrics: [{ name: errors, statuses: [600, 4x, 5XX, 404] }] }")))
                .hasSize(3)
                .allMatch(problem -> problem.contains("expected: a status such as 404, or a class such as 5xx"));
    }

    @Test
    void offIsOff() {
        assertThat(analysis("off").enabled()).isFalse();
        assertThat(Loading.problems(Loading.withRollout(", analysis: of")))
                .containsExactly("5:83  rollouts[0].analysis  of (expected: off or keys and values)");
    }

    @Test
    void whatIsNotListedIsNotLookedAt() {
        Analysis analysis = analysis("{ metrics: [{ name: errors }] }");

        assertThat(analysis.errors().enabled()).isTrue();
        assertThat(analysis.latency().enabled()).isFalse();
        assertThat(analysis.clientErrors().enabled()).isFalse();
        assertThat(analysis.userSuccess().enabled()).isFalse();
        assertThat(analysis.throughput().enabled()).isFalse();
    }

    @Test
    void numbersAreWithinBounds() {
        assertThat(Loading.problems(
                        Loading.withRollout(", analysis: { falseAlarm: { budget: 60%, perCanaryRequests: 0 },"
                                + " metrics: [{ name: errors, margin: 0.5x, limit: 1 }, { name: latency, quantiles: [p50, p9] }],"
                                + " advance: { evidence: 100%, extendUpTo: 8 } }")))
                .containsExactly(
                        "5:107  rollouts[0].analysis.falseAlarm.budget  60% (expected: 0.0000001%..50%)",
                        "5:131  rollouts[0].analysis.falseAlarm.perCanaryRequests  0 (expected: 1..1000000000000)",
                        "5:170  rollouts[0].analysis.metrics[0].margin  0.5x (expected: 1x..100x)",
                        "5:183  rollouts[0].analysis.metrics[0].limit  1 has no unit (expected: 1%)",
                        "5:222  rollouts[0].analysis.metrics[1].quantiles[1]  p9 (expected: between 0 and 1, and above the"
                                + " one before)",
                        "5:251  rollouts[0].analysis.advance.evidence  100% (expected: 50%..99.9999%)",
                        "5:269  rollouts[0].analysis.advance.extendUpTo  8 has no unit (expected: 8ms or 8s or 8m or 8h)");
    }

    @Test
    void quantilesAreAtMostEight() {
        String eight = "p10, p20, p30, p40, p50, p60, p70, p80";

        assertThat(analysis("{ metrics: [{ name: latency, quantiles: [" + eight + "] }] }")
                        .latency()
                        .quantiles())
                .hasSize(8);
        assertThat(Loading.problems(Loading.withRollout(
                        ", analysis: { metrics: [{ name: latency, quantiles: [" + eight + ", p90] }] }")))
                .containsExactly("5:123  rollouts[0].analysis.metrics[0].quantiles  9 (expected: 1..8)");
    }

    @Test
    void whatThisVersionLacksIsRefused() {
        assertThat(Loading.problems(Loading.withRollout(", analysis: { metrics: [{ name: user-sucess, min: 95% },"
                        + " { name: errors, onFail: { rollback: complete } }, { name: errors, min: 1% }, { name: latncy }, {}],"
                        + " sharedFate: rollback, advance: { otherwise: abort } }")))
                .containsExactly(
                        "5:103  rollouts[0].analysis.metrics[0].name  user-sucess (did you mean user-success?)",
                        "5:164  rollouts[0].analysis.metrics[1].onFail.rollback  complete is not supported by this version"
                                + " (expected: immediate or graceful)",
                        "5:186  rollouts[0].analysis.metrics[2].name  errors is there already (expected: once)",
                        "5:194  rollouts[0].analysis.metrics[2].min  not supported by this version (expected: no such key)",
                        "5:213  rollouts[0].analysis.metrics[3].name  latncy (did you mean latency?)",
                        "5:223  rollouts[0].analysis.metrics[4]  no metric (expected: name: errors, name: latency, name: client-errors,"
                                + " name: user-success or name: throughput)",
                        "5:240  rollouts[0].analysis.sharedFate  rollback (expected: hold)",
                        "5:272  rollouts[0].analysis.advance.otherwise  abort (expected: hold)");
    }

    private static Analysis analysis(String yaml) {
        return Loading.rollout(", analysis: " + yaml).analysis();
    }
}
