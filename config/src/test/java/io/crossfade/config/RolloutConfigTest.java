package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.RolloutSpec.Risk;
import io.crossfade.config.RolloutSpec.Step;
import io.crossfade.config.RolloutSpec.UnitSource;
import io.crossfade.config.RolloutSpec.UnitSource.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The section {@code rollouts}, without its analysis. */
final class RolloutConfigTest {

    @Test
    void defaults() {
        RolloutSpec rollout = Loading.rollout("");

        assertThat(rollout.unitFrom()).containsExactly(new UnitSource(Kind.CLIENT_IP, ""));
        assertThat(rollout.salt()).isEqualTo("shift");
        assertThat(rollout.release()).isNull();
        assertThat(rollout.steps()).isEmpty();
        assertThat(rollout.weight()).isZero();
        assertThat(rollout.holdback()).isZero();
        assertThat(rollout.analysis()).isEqualTo(Analysis.defaults());
        assertThat(rollout.recall().budget()).isEqualTo(0.2);
    }

    /** Only a last step to everybody may be above what it leaves: it bakes there. */
    @Test
    void holdback() {
        assertThat(Loading.rollout(
                                ", holdback: 5%, steps: [{ setWeight: 10%, bake: 1m }, { setWeight: 100%, bake: 1m }]")
                        .holdback())
                .isEqualTo(5_000);
        assertThat(Loading.problems(Loading.withRollout(
                        ", holdback: 5%, steps: [{ setWeight: 95%, bake: 1m }, { setWeight: 96%, bake: 1m }]")))
                .hasSize(2)
                .allMatch(problem -> problem.contains("expected: less than 95%"));
        assertThat(Loading.problems(Loading.withRollout(", holdback: 5%, weight: 96%")))
                .singleElement()
                .asString()
                .contains("rollouts[0].weight  96% (expected: at most 95%, as the baseline keeps a holdback)");
        assertThat(Loading.problems(Loading.withRollout(", holdback: 51%")))
                .singleElement()
                .asString()
                .contains("rollouts[0].holdback  51% (expected: 0%..50%)");
    }

    @Test
    void recall() {
        assertThat(Loading.rollout(", recall: { budget: 0% }").recall().budget())
                .isZero();
        assertThat(Loading.problems(Loading.withRollout(", recall: { budget: 101% }")))
                .anySatisfy(problem ->
                        assertThat(problem.toString()).contains("recall.budget", "101% (expected: 0%..100%"));
    }

    @Test
    void mapping() {
        RolloutSpec rollout =
                Loading.rollout(", risk: low, unit: { from: [{ header: X-User }, { cookie: Uid }, clientIp],"
                        + " salt: s, affinity: user }, steps: [{ setWeight: 0.5%, bake: 2h, gate: goNoGo },"
                        + " { setWeight: 100%, bake: 1m, gate: none }]");

        assertThat(rollout.name()).isEqualTo("shift");
        assertThat(rollout.risk()).isEqualTo(Risk.LOW);
        assertThat(rollout.baseline()).isEqualTo("legacy");
        assertThat(rollout.canary()).isEqualTo("next");
        assertThat(rollout.unitFrom())
                .containsExactly(
                        new UnitSource(Kind.HEADER, "x-user"),
                        new UnitSource(Kind.COOKIE, "Uid"),
                        new UnitSource(Kind.CLIENT_IP, ""));
        assertThat(rollout.salt()).isEqualTo("s");
        assertThat(rollout.steps())
                .containsExactly(
                        new Step(500, Duration.ofHours(2), true), new Step(100_000, Duration.ofMinutes(1), false));
    }

    @Test
    void aReleaseIsTheTextThatIsWritten() {
        assertThat(Loading.rollout(", release: 2.10").release()).isEqualTo("2.10");
        assertThat(Loading.rollout(", release: \"2026.11.2+b/1:x@y-z\"").release())
                .isEqualTo("2026.11.2+b/1:x@y-z");
        assertThat(Loading.problems(Loading.withRollout(", release: \"2 final\"")))
                .anySatisfy(problem -> assertThat(problem.toString())
                        .contains("release", "2 final (expected: 1 to 100 letters, digits or ._+:/@-"));
    }

    @Test
    void riskAloneFillsThePlan() {
        assertThat(Loading.rollout(", risk: low").steps()).isEqualTo(plan(30, false, 10, 25, 50, 75, 100));
        assertThat(Loading.rollout(", risk: medium").steps()).isEqualTo(plan(60, false, 5, 25, 50, 75, 100));
        assertThat(Loading.rollout(", risk: critical").steps()).isEqualTo(plan(120, true, 1, 5, 25, 50, 100));
    }

    @Test
    void riskFillsWhatAStepLeavesOut() {
        assertThat(Loading.rollout(
                                ", risk: critical, steps: [{ setWeight: 5% }, { setWeight: 6%, bake: 0s, gate: none }]")
                        .steps())
                .containsExactly(new Step(5_000, Duration.ofHours(2), true), new Step(6_000, Duration.ZERO, false));
    }

    @Test
    void aWeightMeansByHandWhateverTheRisk() {
        RolloutSpec rollout = Loading.rollout(", risk: critical, weight: 10%");

        assertThat(rollout.steps()).isEmpty();
        assertThat(rollout.weight()).isEqualTo(10_000);
    }

    @Test
    void stepsClimb() {
        assertThat(
                        Loading.problems(
                                Loading.withRollout(
                                        ", steps: [{ setWeight: 5%, bake: 1h }, { setWeight: 5%, bake: 1h }, { setWeight: 4%, bake: 1h }]")))
                .containsExactly(
                        "5:110  rollouts[0].steps[1]  5% (expected: more than 5%, the step before)",
                        "5:139  rollouts[0].steps[2]  4% (expected: more than 5%, the step before)");
    }

    @Test
    void stepsAreWithinBounds() {
        assertThat(
                        Loading.problems(
                                Loading.withRollout(
                                        ", weight: 1%, steps: [{ setWeight: 0%, bake: 1h }, { setWeight: 101%, bake: 1h }, { setWeight: 7 }]")))
                .containsExactly(
                        "5:81  rollouts[0].weight  weight beside steps (expected: one of them)",
                        "5:106  rollouts[0].steps[0].setWeight  0% (expected: 0.001%..100%)",
                        "5:135  rollouts[0].steps[1].setWeight  101% (expected: 0%..100% with at most three decimals, such as 5%)",
                        "5:153  rollouts[0].steps[2].bake  missing (expected: a duration such as 500ms, 30s, 2h or 1h30m;"
                                + " or a risk class)",
                        "5:166  rollouts[0].steps[2].setWeight  7 has no unit (expected: 7%)");
    }

    @Test
    void variantsAreTwoUpstreams() {
        assertThat(Loading.problems(Loading.with("rollouts: [{ name: a, variants: { baseline: next, canary: next } },"
                        + " { name: b, variants: { baseline: lgacy } }, { name: c }]\n")))
                .containsExactly(
                        "5:59  rollouts[0].variants.canary  next (expected: another upstream than the baseline)",
                        "5:90  rollouts[1].variants.canary  missing (expected: the name of an upstream)",
                        "5:102  rollouts[1].variants.baseline  no upstream is called lgacy (did you mean legacy?)",
                        "5:113  rollouts[2].variants  missing (expected: variants: { baseline: ..., canary: ... })");
    }

    @Test
    void unitsComeFromSomewhere() {
        assertThat(
                        Loading.problems(
                                Loading.withRollout(
                                        ", unit: { from: [{ claim: sub }, { header: 'a b' }, { heder: x }, clientIP, {}], affinity: none }")))
                .containsExactly(
                        "5:90  rollouts[0].unit.from[0].claim  not supported by this version (expected: no such key)",
                        "5:114  rollouts[0].unit.from[1].header  a b (expected: " + Tokens.EXPECTED + ")",
                        "5:125  rollouts[0].unit.from[2].heder  unknown key (did you mean header?)",
                        "5:137  rollouts[0].unit.from[3]  clientIP (did you mean clientIp?)",
                        "5:147  rollouts[0].unit.from[4]  missing (expected: header or cookie)",
                        "5:162  rollouts[0].unit.affinity  none (expected: user)");
        assertThat(Loading.problems(Loading.withRollout(", unit: { from: [clientIp, { header: A }] }")))
                .containsExactly(
                        "5:98  rollouts[0].unit.from[1]  header a (expected: nothing after clientIp, which is always there)");
    }

    @Test
    void whatThisVersionLacksIsRefused() {
        assertThat(Loading.problems(Loading.withRollout(", fallback: { to: baseline }, risk: hi")))
                .containsExactly(
                        "5:73  rollouts[0].fallback  not supported by this version (expected: no such key)",
                        "5:107  rollouts[0].risk  hi (expected: low, medium or critical)");
    }

    private static List<Step> plan(int minutes, boolean gate, int... percents) {
        return Arrays.stream(percents)
                .mapToObj(percent -> new Step(percent * 1_000, Duration.ofMinutes(minutes), gate))
                .toList();
    }
}
