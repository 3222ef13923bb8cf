package io.crossfade.admin.cli;

/** The exit codes of every verb. */
public final class Exit {
    /** Done, or healthy. */
    public static final int OK = 0;

    /** Failed, or the server cannot be reached. */
    public static final int FAILED = 1;

    /** Wrong usage, or an invalid configuration. */
    public static final int USAGE = 2;

    public static final int ROLLED_BACK = 3;

    /** Waiting at a gate, paused or held: somebody has to do something. */
    public static final int WAITING = 4;

    public static final int TIMED_OUT = 5;

    /** The rollout changed since it was read. */
    public static final int CONFLICT = 6;

    /** The server does not allow this, to this caller or in this phase. */
    public static final int NOT_ALLOWED = 7;

    private Exit() {}

    /** What a rollout's phase means for a script that asks how it stands. */
    static int ofPhase(String phase) {
        return switch (phase) {
            case "rollingBack", "rolledBack" -> ROLLED_BACK;
            case "gated", "paused", "held" -> WAITING;
            case "failed" -> FAILED;
            default -> OK;
        };
    }

    /** What an HTTP error status means. */
    static int ofStatus(int status) {
        return switch (status) {
            case 400, 422 -> USAGE;
            case 401, 403, 409 -> NOT_ALLOWED;
            case 412, 428 -> CONFLICT;
            default -> FAILED;
        };
    }
}
