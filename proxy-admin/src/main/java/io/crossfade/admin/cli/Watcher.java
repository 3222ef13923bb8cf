package io.crossfade.admin.cli;

import java.util.concurrent.TimeUnit;

/** Shows a text once, or again and again: in place on a terminal, else whenever it has changed. */
final class Watcher {
    private static final long INTERVAL_MILLIS = 1_000;

    private final Terminal terminal;
    private final boolean again;

    Watcher(Terminal terminal, boolean again) {
        this.terminal = terminal;
        this.again = again;
    }

    /** What is to be shown, and the exit code if this is the last of it. */
    record View(String text, int exit) {}

    interface Source {
        View look() throws Failure;
    }

    /** Returns the exit code of the last view; a watch ends when its thread is interrupted. */
    int show(Source source) throws Failure {
        View view = source.look();
        terminal.out().println(view.text());
        terminal.out().flush();
        while (again && pause()) {
            View next = source.look();
            if (terminal.interactive()) {
                terminal.out().print("\u001b[" + view.text().lines().count() + "A\u001b[J");
                terminal.out().println(next.text());
            } else if (!next.text().equals(view.text())) {
                terminal.out().println(next.text());
            }
            terminal.out().flush();
            view = next;
        }
        return view.exit();
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
