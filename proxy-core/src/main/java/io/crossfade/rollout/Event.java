package io.crossfade.rollout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    /** The state after it; called by {@link RolloutState#apply} alone. */
    RolloutState applyTo(RolloutState state);

    /** Whether users or trust move towards the canary by it, so that it must be on disk before it is in force. */
    boolean towardsCanary(RolloutState before);

    /** Always moves users or trust towards the canary. */
    sealed interface TowardsCanary extends Event {
        @Override
        default boolean towardsCanary(RolloutState before) {
            return true;
        }
    }

    /** Never moves users or trust towards the canary. */
    sealed interface NeverTowardsCanary extends Event {
        @Override
        default boolean towardsCanary(RolloutState before) {
            return false;
        }
    }

    /** Every kind of event, each a record; the journal names a line after one of them. */
    static List<Class<? extends Event>> kinds() {
        List<Class<? extends Event>> kinds = new ArrayList<>();
        addKinds(Event.class, kinds);
        return List.copyOf(kinds);
    }

    private static void addKinds(Class<?> type, List<Class<? extends Event>> kinds) {
        if (type.isRecord()) {
            kinds.add(type.asSubclass(Event.class));
            return;
        }
        for (Class<?> below : type.getPermittedSubclasses()) {
            addKinds(below, kinds);
        }
    }

    /** An operator asked, and it was legal; what follows from it comes in the next events of the same decision. */
    record Requested(
            long nowMillis,
            Verb verb,
            String actor,
            String reason,
            @Nullable Integer weight,
            @Nullable Mode mode,
            @Nullable String scope)
            implements NeverTowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state;
        }
    }

    /**
     * An attempt began, with no evidence and at weight 0.
     *
     * @param plan {@link Plan#shape()}
     * @param identity of the rollout; null in journals of builds that did not write it
     */
    record AttemptBegun(
            long nowMillis,
            int attempt,
            String plan,
            @Nullable Identity identity) implements TowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.with(new Attempt(attempt, plan, -1))
                    .begunAs(identity)
                    .weigh(0, nowMillis)
                    .enter(Phase.PROGRESSING, nowMillis);
        }
    }

    /** A step's weight is in force and its bake time begins. */
    record StepEntered(long nowMillis, int step, int weight) implements TowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.enterStep(step, nowMillis).weigh(weight, nowMillis);
        }
    }

    /** An operator's weight is in force (or the one a rollout without steps begins at); bake time begins anew. */
    record WeightSet(long nowMillis, int weight) implements Event {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.weigh(weight, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return weight > before.weight();
        }
    }

    /** An earlier step's weight is in force; a pause or hold stays. */
    record SteppedBack(long nowMillis, int step, int weight) implements Event {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.at(step).leaveGate(nowMillis).weigh(weight, nowMillis);
        }

        @Override
        public boolean towardsCanary(RolloutState before) {
            return weight > before.weight();
        }
    }

    /** The bake time is over and the evidence is missing; the step waits for it until an instant. */
    record BakeExtended(long nowMillis, long untilMillis) implements NeverTowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.waitUntil(untilMillis);
        }
    }

    /**
     * The step is over but the next must wait; it goes on by itself when the reason ends.
     *
     * @param reason baseline-in-trouble
     */
    record StepWaits(long nowMillis, String reason, List<String> lines, Map<String, Double> numbers)
            implements NeverTowardsCanary {
        public StepWaits {
            lines = List.copyOf(lines);
            numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        }

        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.waits();
        }
    }

    /** All that {@code step} needs is an operator's promote. */
    record GateReached(long nowMillis, int step) implements NeverTowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.enter(Phase.GATED, nowMillis);
        }
    }

    /**
     * A metric is surely beyond the level at which people want to be told; no weight moves by it.
     *
     * @param metric its word
     * @param lines what was seen, one fact each, for people
     * @param numbers the same as data: value, best (the end of its confidence interval) and alert, ratios
     */
    record AlertRaised(long nowMillis, String metric, List<String> lines, Map<String, Double> numbers)
            implements NeverTowardsCanary {
        public AlertRaised {
            lines = List.copyOf(lines);
            numbers = Collections.unmodifiableMap(new TreeMap<>(numbers));
        }

        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.alerted(metric, nowMillis);
        }
    }

    /** An alert is over. */
    record AlertEnded(long nowMillis, String metric, List<String> lines) implements NeverTowardsCanary {
        public AlertEnded {
            lines = List.copyOf(lines);
        }

        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.alertOver(metric);
        }
    }

    /** An operator let the rollout into {@code step}. */
    record GatePassed(long nowMillis, int step) implements TowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state;
        }
    }

    /** An operator stopped the climb; the weight stays and is guarded. */
    record Paused(long nowMillis) implements NeverTowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.stop(Phase.PAUSED, nowMillis);
        }
    }

    /**
     * The climb stopped; the weight stays and is guarded.
     *
     * @param reason {@link #OPERATOR}, no-evidence, end-of-plan, plan-changed, or a word of the analysis
     * @param byAnalysis whether what the canary did is the reason
     */
    record Held(long nowMillis, String reason, boolean byAnalysis, List<String> lines, Map<String, Double> numbers)
            implements NeverTowardsCanary {
        public Held {
            lines = List.copyOf(lines);
            numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        }

        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.stop(Phase.HELD, nowMillis).heldByAnalysis(byAnalysis);
        }
    }

    /** An operator let a stopped climb go on where it was. */
    record Resumed(long nowMillis) implements TowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.resume(nowMillis);
        }
    }

    /** What was held against the canary is forgotten, because an operator went on all the same. */
    record EvidenceCleared(long nowMillis) implements TowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.heldByAnalysis(false);
        }
    }

    /**
     * The analysis is set otherwise. Evidence of other settings is none, so it begins anew.
     *
     * @param lines what that means, for people
     */
    record AnalysisChanged(long nowMillis, List<String> lines) implements NeverTowardsCanary {
        public AnalysisChanged {
            lines = List.copyOf(lines);
        }

        @Override
        public RolloutState applyTo(RolloutState state) {
            return state;
        }
    }

    /**
     * The plan is not the one of the journal any more.
     *
     * @param plan {@link Plan#shape()}
     * @param step the step of the new plan the rollout is at, -1 when it is before the first or there are none
     */
    record PlanChanged(long nowMillis, String plan, int step) implements NeverTowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            Attempt by = new Attempt(state.attempt(), plan, step);
            return state.replan(by, step < 0 ? Phase.PROGRESSING : Phase.BAKING, nowMillis);
        }
    }

    /** The journal did not say which rollout has the name; from now on it is this one. */
    record Identified(long nowMillis, Identity identity) implements NeverTowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.identified(identity);
        }
    }

    /** The configuration does not name the rollout any more; when it does again, that is another one. */
    record Removed(long nowMillis) implements NeverTowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.gone(nowMillis);
        }
    }

    /**
     * Another rollout has the name: a draft at weight 0 without evidence. It is in force with the configuration that brings it.
     *
     * @param before null where the journal does not say
     * @param why what is different, a clause for a person
     */
    record Replaced(
            long nowMillis, Identity identity, @Nullable Identity before, String why) implements NeverTowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.replaced(identity, why, nowMillis);
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
            implements NeverTowardsCanary {
        public RolledBack {
            lines = List.copyOf(lines);
            numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        }

        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.weigh(0, nowMillis).enter(Phase.ROLLED_BACK, nowMillis);
        }
    }

    /** An operator gave the rollout up; everybody is on the baseline. */
    record Aborted(long nowMillis) implements NeverTowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.weigh(0, nowMillis).enter(Phase.FAILED, nowMillis);
        }
    }

    /** The last step is done; the canary keeps its weight and is not watched any more. */
    record Completed(long nowMillis) implements TowardsCanary {
        @Override
        public RolloutState applyTo(RolloutState state) {
            return state.enter(Phase.COMPLETED, nowMillis);
        }
    }
}
