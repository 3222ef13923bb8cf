package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which kinds of event may wait for the disk, and which may never be in force before they are on it. */
final class EventTest {
    @Test
    void theKindsAreTheRecordsAndNothingElse() {
        assertThat(Event.kinds())
                .hasSize(23)
                .doesNotHaveDuplicates()
                .allSatisfy(
                        kind -> assertThat(kind.isRecord()).as(kind.getName()).isTrue());
    }

    /** A released event keeps its meaning, and whether it waits for the disk is a part of that. */
    @Test
    void whatMovesTowardsTheCanaryIsWrittenDownHere() {
        assertThat(kindsOf(Event.TowardsCanary.class))
                .containsExactlyInAnyOrder(
                        Event.AttemptBegun.class,
                        Event.StepEntered.class,
                        Event.GatePassed.class,
                        Event.Resumed.class,
                        Event.EvidenceCleared.class,
                        Event.Completed.class);
        assertThat(kindsOf(Event.NeverTowardsCanary.class))
                .containsExactlyInAnyOrder(
                        Event.Requested.class,
                        Event.BakeExtended.class,
                        Event.StepWaits.class,
                        Event.AlertRaised.class,
                        Event.AlertEnded.class,
                        Event.GateReached.class,
                        Event.Paused.class,
                        Event.Held.class,
                        Event.AnalysisChanged.class,
                        Event.PlanChanged.class,
                        Event.Identified.class,
                        Event.Removed.class,
                        Event.Replaced.class,
                        Event.RolledBack.class,
                        Event.Aborted.class);
    }

    @Test
    void aWeightByHandMovesTowardsTheCanaryWhenItGrows() {
        RolloutState at10 = RolloutState.draft().apply(new Event.WeightSet(0, 10_000));
        assertThat(new Event.WeightSet(1, 10_001).towardsCanary(at10)).isTrue();
        assertThat(new Event.WeightSet(1, 10_000).towardsCanary(at10)).isFalse();
        assertThat(new Event.SteppedBack(1, 0, 10_001).towardsCanary(at10)).isTrue();
        assertThat(new Event.SteppedBack(1, 0, 10_000).towardsCanary(at10)).isFalse();
    }

    private static List<Class<? extends Event>> kindsOf(Class<?> group) {
        return Event.kinds().stream().filter(group::isAssignableFrom).toList();
    }
}
