package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.analysis.AnalysisSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole rollouts between services that change; the texts tell who was hit, and when it was over. */
final class SimulationTest {
    private static final Simulation.Service WELL = now -> new double[] {0.001, 1};
    private static final Map<String, Supplier<Simulation>> STORIES = new TreeMap<>(Map.of(
            "healthy", () -> simulation(11, WELL, WELL).until(160_000, -1),
            "breaks-at-50-percent-then-fixed",
                    () -> simulation(12, WELL, now -> new double[] {now > 45_000 && now < 90_000 ? 0.3 : 0.001, 1})
                            .until(250_000, 100_000),
            "creeps-to-4-percent",
                    () -> simulation(13, WELL, now -> new double[] {Math.min(0.04, now / 2_000_000.0), 1})
                            .until(160_000, -1),
            "slow-canary",
                    () -> simulation(14, WELL, now -> new double[] {0.001, now > 40_000 ? 4 : 1})
                            .until(160_000, -1),
            "both-slow-down",
                    () -> simulation(15, slowAfter(40_000), slowAfter(40_000)).until(160_000, -1),
            "both-fail", () -> simulation(16, outage(), outage()).until(160_000, -1),
            "legacy-fails-3-percent",
                    () -> simulation(17, now -> new double[] {0.03, 1}, WELL).until(160_000, -1)));

    private static Simulation tell(String story) {
        return Objects.requireNonNull(STORIES.get(story), story).get();
    }

    private static Simulation.Service slowAfter(long millis) {
        return now -> new double[] {0.001, now > millis ? 4 : 1};
    }

    private static Simulation.Service outage() {
        return now -> new double[] {now > 50_000 && now < 60_000 ? 0.9 : 0.001, 1};
    }

    private static Simulation simulation(long seed, Simulation.Service baseline, Simulation.Service canary) {
        return new Simulation(seed, plan(), baseline, canary);
    }

    private static Plan plan() {
        List<Plan.Step> steps = List.of(
                new Plan.Step(5_000, 30_000, false),
                new Plan.Step(50_000, 30_000, false),
                new Plan.Step(100_000, 30_000, false));
        return new Plan(
                "orders",
                new Identity("legacy", "next", "orders", ""),
                steps,
                0,
                AnalysisSettings.defaults(),
                Map.of(
                        Metrics.ERRORS,
                        OnFail.ROLLBACK_IMMEDIATE,
                        Metrics.LATENCY,
                        OnFail.ROLLBACK_GRACEFUL,
                        Metrics.CLIENT_ERRORS,
                        OnFail.HOLD,
                        Metrics.USER_SUCCESS,
                        OnFail.HOLD,
                        Metrics.THROUGHPUT,
                        OnFail.HOLD),
                60_000);
    }

    static Iterable<String> stories() {
        return STORIES.keySet();
    }

    @ParameterizedTest
    @MethodSource("stories")
    void endsAsWritten(String story) {
        Golden.check(
                Golden.FOLDER.resolve("simulations").resolve(story + ".txt"),
                tell(story).text());
    }

    @Test
    void theSameInputsGiveTheSameEventsAndEvidence() {
        Simulation told = tell("breaks-at-50-percent-then-fixed");
        Rollout replayed = new Rollout(plan());
        int seen = 0;
        for (Input input : told.inputs) {
            if (replayed.take(input) instanceof Answer.Decided decided) {
                for (Event event : decided.events()) {
                    assertThat(event).isEqualTo(told.events.get(seen++));
                    replayed.apply(event);
                }
            }
        }
        assertThat(seen).isEqualTo(told.events.size());
        assertThat(replayed.state()).isEqualTo(told.rollout().state());
        assertThat(replayed.evidence().save())
                .isEqualTo(told.rollout().evidence().save());
    }

    /** At every event the evidence is saved and taken up by a new rollout that has only heard the events. */
    @Test
    void aRolloutThatIsTakenUpAgainGoesOnAsIfNothingHadHappened() {
        Simulation told = tell("creeps-to-4-percent");
        Rollout rollout = new Rollout(plan());
        int seen = 0;
        for (Input input : told.inputs) {
            if (rollout.take(input) instanceof Answer.Decided decided
                    && !decided.events().isEmpty()) {
                decided.events().forEach(rollout::apply);
                seen += decided.events().size();
                Rollout again = new Rollout(plan());
                told.events.subList(0, seen).forEach(again::apply);
                assertThat(again.evidence().restore(rollout.evidence().save())).isTrue();
                assertThat(again.state()).isEqualTo(rollout.state());
                rollout = again;
            }
        }
        assertThat(seen).isEqualTo(told.events.size());
        assertThat(rollout.evidence().save())
                .isEqualTo(told.rollout().evidence().save());
    }
}
