package io.crossfade.admin.cli;

import io.crossfade.admin.api.Rollout;
import java.util.OptionalInt;

/** What can be asked of a rollout, in the words of the command line and of the wire. */
enum Verb {
    START("start", "start", "Begins the first attempt."),
    PAUSE("pause", "pause", "Stops the climb where it is; legal in every phase."),
    RESUME("resume", "resume", "Goes on after a pause or a hold."),
    PROMOTE("promote", "promote", "Opens the gate, or goes to the next step without waiting for the bake time."),
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

    /** Hard to undo for the users, so a person at a terminal is asked; rollback never is. */
    boolean asksBack() {
        return this == ABORT || this == PROMOTE_FULL;
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
