package io.crossfade.rollout;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a rollout; the journal keeps these words for ever, so a released event keeps its meaning.
 *
 * <p>{@link RolloutDecider} makes events, {@link RolloutState#apply} alone changes state by them. All times are
 * {@link Input#nowMillis()}.
 */
public sealed interface Event {
    /** The reason of a hold or rollback that a person asked for; all other reasons are decisions of the rollout. */
    String OPERATOR = "operator";

    long nowMillis();

    /** Changes the state; called by {@link RolloutState#apply} on a copy that nobody else sees yet. */
    void applyTo(RolloutState state);

    /** Whether users or trust move towards the canary by it. */
    boolean towardsCanary(RolloutState before);

    /** An operator asked, and it was legal; what follows from it comes in the next events of the same decision. */
    record Requested(
            long nowMillis,
            Verb verb,
            String actor,
            String reason,
            @Nullable Integer weight,
            @Nullable Mode mode,
            @Nullable String scope)
            implements Event {
        @Override
        public void applyTo(RolloutState state) {}

        @Override
        public boolean towardsCanary(RolloutState before) {
            return false;
        }
    }

    /** An attempt began, with no evidence and at weight 0; {@code plan} is {@link Plan#shape()}. */
    record AttemptBegun(long nowMillis, int attempt, String plan) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.attempt = attempt;
            state.plan = plan;
            state.step = -1;
            state.weigh(0, nowMillis);
            state.enter(Phase.PROGRESSING, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return true;
        }
    }

    /** A step's weight is in force and its bake time begins. */
    record StepEntered(long nowMillis, int step, int weight) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.step = step;
            state.enter(Phase.BAKING, nowMillis);
            state.since = nowMillis;
            state.weigh(weight, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return true;
        }
    }

    /** An operator's weight is in force (or the one a rollout without steps begins at); bake time begins anew. */
    record WeightSet(long nowMillis, int weight) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.weigh(weight, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return weight > before.weight();
        }
    }

    /** An earlier step's weight is in force; a pause or hold stays. */
    record SteppedBack(long nowMillis, int step, int weight) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.step = step;
            if (state.phase() == Phase.GATED) {
                state.enter(Phase.BAKING, nowMillis);
            }
            if (state.goesOn == Phase.GATED) {
                state.goesOn = Phase.BAKING;
            }
            state.weigh(weight, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return weight > before.weight();
        }
    }

    /** The bake time is over and the evidence is missing; the step waits for it until an instant. */
    record BakeExtended(long nowMillis, long untilMillis) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.extendedUntil = untilMillis;
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return false;
        }
    }

    /** All that {@code step} needs is an operator's promote. */
    record GateReached(long nowMillis, int step) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.enter(Phase.GATED, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return false;
        }
    }

    /** An operator let the rollout into {@code step}. */
    record GatePassed(long nowMillis, int step) implements Event {
        @Override
        public void applyTo(RolloutState state) {}

        @Override
        public boolean towardsCanary(RolloutState before) {
            return true;
        }
    }

    /** An operator stopped the climb; the weight stays and is guarded. */
    record Paused(long nowMillis) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.stop(Phase.PAUSED, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return false;
        }
    }

    /**
     * The climb stopped; the weight stays and is guarded.
     *
     * @param reason {@link #OPERATOR}, no-evidence, end-of-plan, plan-changed, or a word of the analysis
     * @param byAnalysis whether what the canary did is the reason
     */
    record Held(long nowMillis, String reason, boolean byAnalysis, List<String> lines, Map<String, Double> numbers)
            implements Event {
        public Held {
            lines = List.copyOf(lines);
            numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        }

        @Override
        public void applyTo(RolloutState state) {
            state.stop(Phase.HELD, nowMillis);
            state.heldByAnalysis = byAnalysis;
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return false;
        }
    }

    /** An operator let a stopped climb go on where it was. */
    record Resumed(long nowMillis) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.extendedUntil = RolloutState.NEVER;
            state.enter(state.goesOn, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return true;
        }
    }

    /** What was held against the canary is forgotten, because an operator went on all the same. */
    record EvidenceCleared(long nowMillis) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.heldByAnalysis = false;
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return true;
        }
    }

    /**
     * The plan is not the one of the journal any more.
     *
     * @param plan {@link Plan#shape()}
     * @param step the step of the new plan the rollout is at, -1 when it is before the first or there are none
     */
    record PlanChanged(long nowMillis, String plan, int step) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.plan = plan;
            state.step = step;
            state.goesOn = step < 0 ? Phase.PROGRESSING : Phase.BAKING;
            if (state.phase() != Phase.PAUSED && state.phase() != Phase.HELD) {
                state.enter(state.goesOn, nowMillis);
            }
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return false;
        }
    }

    /**
     * Everybody is on the baseline again.
     *
     * @param mode immediate, graceful or complete
     * @param reason {@link #OPERATOR}, internal-error, or a word of the analysis
     * @param lines what was seen, one fact each, for people
     * @param numbers the same as data
     */
    record RolledBack(long nowMillis, Mode mode, String reason, List<String> lines, Map<String, Double> numbers)
            implements Event {
        public RolledBack {
            lines = List.copyOf(lines);
            numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        }

        @Override
        public void applyTo(RolloutState state) {
            state.weigh(0, nowMillis);
            state.enter(Phase.ROLLED_BACK, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return false;
        }
    }

    /** An operator gave the rollout up; everybody is on the baseline. */
    record Aborted(long nowMillis) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.weigh(0, nowMillis);
            state.enter(Phase.FAILED, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return false;
        }
    }

    /** The last step is done; the canary keeps its weight and is not watched any more. */
    record Completed(long nowMillis) implements Event {
        @Override
        public void applyTo(RolloutState state) {
            state.enter(Phase.COMPLETED, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return true;
        }
    }
}
