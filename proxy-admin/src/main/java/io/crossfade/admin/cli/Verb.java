package io.crossfade.admin.cli;

import io.crossfade.admin.api.Rollout;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What can be asked of a rollout, in the words of the command line and of the wire. */
enum Verb {
    START("start", "start", "Begins the first attempt."),
    PAUSE("pause", "pause", "Stops the climb where it is; legal in every phase."),
    RESUME("resume", "resume", "Goes on after a pause or a hold."),
    PROMOTE("promote", "promote", "Ends the bake time; a second one opens the gate behind it."),
    PROMOTE_FULL("promote-full", "promoteFull", "Sends all users to the canary at once."),
    STEP_BACK("step-back", "stepBack", "Goes back to the step before."),
    HOLD("hold", "hold", "Keeps the weight until somebody decides; legal in every phase."),
    SET_WEIGHT("set-weight", "setWeight", "Sets the canary's share of users."),
    ABORT("abort", "abort", "Ends the rollout as failed; all users go to the baseline."),
    ROLLBACK("rollback", "rollback", "Sends all users to the baseline, now; legal in every phase, never asks back."),
    RETRY("retry", "retry", "Begins another attempt after a rollback.");

    private final String command;
    private final String wire;
    private final String description;

    Verb(String command, String wire, String description) {
        this.command = command;
        this.wire = wire;
        this.description = description;
    }

    String command() {
        return command;
    }

    String wire() {
        return wire;
    }

    String description() {
        return description;
    }

    /** Legal in every state, so no version has to be read first. */
    boolean needsNoVersion() {
        return this == ROLLBACK || this == PAUSE || this == HOLD;
    }

    /** Whether a person at a terminal is asked although nobody goes further than a step; rollback never asks. */
    boolean asksBack() {
        return this == ABORT;
    }

    /**
     * Why this goes further than a step at a time, in words; empty when it does not.
     *
     * @param weight what set-weight asks for, as it was typed
     */
    Optional<String> leaps(Rollout rollout, @Nullable String weight) {
        List<String> gates = rollout.gates().stream()
                .filter(gate -> !gate.state().equals("passed"))
                .map(gate -> RolloutText.percent(gate.weight()))
                .toList();
        return switch (this) {
            case PROMOTE_FULL ->
                Optional.of("sends all users to the canary"
                        + (gates.isEmpty() ? "" : ", through the gates of " + String.join(", ", gates)));
            case PROMOTE ->
                rollout.gates().stream()
                        .filter(gate -> gate.state().equals("waiting"))
                        .map(gate -> "opens the gate of " + RolloutText.percent(gate.weight()))
                        .findFirst();
            case SET_WEIGHT ->
                beyondTheNextStep(rollout, weight)
                        ? Optional.of("goes beyond the next step of the plan")
                        : Optional.empty();
            case START, PAUSE, RESUME, STEP_BACK, HOLD, ABORT, ROLLBACK, RETRY -> Optional.empty();
        };
    }

    /** A weight that cannot be read is left to the server. */
    private static boolean beyondTheNextStep(Rollout rollout, @Nullable String weight) {
        int next = rollout.step() + 1;
        if (weight == null
                || !weight.matches("[0-9]{1,3}(\\.[0-9]+)?%")
                || next >= rollout.steps().size()) {
            return false;
        }
        double wanted = Double.parseDouble(weight.substring(0, weight.length() - 1)) / 100;
        return wanted <= 1
                && wanted > rollout.weight().set()
                && wanted > rollout.steps().get(next).weight();
    }

    /** With --wait: the exit code, once the rollout has come to rest; empty while it has not. */
    OptionalInt settled(Rollout rollout) {
        return switch (rollout.phase()) {
            case "completed" -> OptionalInt.of(Exit.OK);
            case "rolledBack" -> OptionalInt.of(this == ROLLBACK ? Exit.OK : Exit.ROLLED_BACK);
            case "failed" -> OptionalInt.of(this == ABORT ? Exit.OK : Exit.FAILED);
            case "paused" -> OptionalInt.of(this == PAUSE ? Exit.OK : Exit.WAITING);
            case "held" -> OptionalInt.of(this == HOLD ? Exit.OK : Exit.WAITING);
            case "gated" -> OptionalInt.of(Exit.WAITING);
            case "progressing", "baking" ->
                rollout.steps().isEmpty() || this == SET_WEIGHT || this == STEP_BACK
                        ? OptionalInt.of(Exit.OK)
                        : OptionalInt.empty();
            default -> OptionalInt.empty();
        };
    }
}
