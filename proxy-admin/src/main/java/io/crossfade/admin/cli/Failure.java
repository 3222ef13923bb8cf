package io.crossfade.admin.cli;

/** Why a command ends early: one line for the person, one exit code for the script. */
public final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exit;

    Failure(int exit, String line) {
        super(line);
        this.exit = exit;
    }

    /** One of {@link Exit}. */
    public int exit() {
        return exit;
    }
}
