package io.crossfade.admin.demo;

import io.crossfade.admin.cli.Terminal;
import io.crossfade.control.RolloutStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The live block: redrawn in place on a terminal; elsewhere one plain line per second. Owned by the demo's thread. */
final class Panel {
    private static final int BAR = 40;
    private static final int PLAIN_EVERY = 4;

    private final Terminal terminal;
    private final PrintWriter out;
    private final long start = System.nanoTime();
    private int drawn;
    private int turns;

    Panel(Terminal terminal) {
        this.terminal = terminal;
        this.out = terminal.out();
    }

    /** A line that stays, above the live block. */
    void tell(String line) {
        erase();
        out.println(printable(line));
        out.flush();
    }

    /** The same with the time since the start in front. */
    void tellNow(String line) {
        long tenths = (System.nanoTime() - start) / 100_000_000L;
        tell(String.format(Locale.ROOT, "%4d.%d s  %s", tenths / 10, tenths % 10, line));
    }

    /** Draws the present state; called four times a second. */
    void show(RolloutStatus status, Traffic.Reading baseline, Traffic.Reading canary) {
        if (terminal.interactive()) {
            draw(List.of(
                    "",
                    "  " + status.name() + ", attempt " + status.attempt() + ": " + colour(status.phase()),
                    "  " + bar(status.weight() / 100_000.0) + "  " + percent(status.weight() / 100_000.0)
                            + " of users on " + status.canary(),
                    String.format(Locale.ROOT, "  %-10s %12s %10s %10s %10s", "", "requests/s", "errors", "p50", "p99"),
                    row(status.baseline(), baseline),
                    row(status.canary(), canary),
                    "  " + status.next()));
        } else if (turns++ % PLAIN_EVERY == 0) {
            tellNow(status.phase() + " at " + percent(status.weight() / 100_000.0) + "; "
                    + plain(status.baseline(), baseline) + "; " + plain(status.canary(), canary));
        }
    }

    /** Takes the live block away. */
    void erase() {
        if (drawn > 0) {
            out.print("\u001b[" + drawn + "A\u001b[J");
            drawn = 0;
            out.flush();
        }
    }

    private void draw(List<String> lines) {
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append('A');
        }
        lines.forEach(line -> text.append(printable(line)).append("\u001b[K\n"));
        drawn = lines.size();
        out.print(text);
        out.flush();
    }

    private String row(String name, Traffic.Reading r) {
        String errors = String.format(Locale.ROOT, "%10s", percent(r.errors()));
        return String.format(
                Locale.ROOT,
                "  %-10s %,12.0f %s %10s %10s",
                name,
                r.perSecond(),
                r.errors() > 0 ? terminal.paint(31, errors) : errors,
                millis(r.p50()),
                millis(r.p99()));
    }

    private static String plain(String name, Traffic.Reading r) {
        return String.format(
                Locale.ROOT,
                "%s %,.0f/s, errors %s, p50 %s, p99 %s",
                name,
                r.perSecond(),
                percent(r.errors()),
                millis(r.p50()),
                millis(r.p99()));
    }

    private String colour(String phase) {
        boolean bad = phase.equals("rolledBack") || phase.equals("rollingBack") || phase.equals("failed");
        return terminal.paint(bad ? 31 : 32, phase);
    }

    private String bar(double ratio) {
        int full = (int) Math.round(ratio * BAR);
        return terminal.unicode()
                ? "█".repeat(full) + "░".repeat(BAR - full)
                : '[' + "#".repeat(full) + ".".repeat(BAR - full) + ']';
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio * 100).replaceFirst("\\.?0+$", "") + '%';
    }

    private static String millis(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.1f ms", value);
    }

    private String printable(String line) {
        return terminal.unicode() ? line : line.replace("→", "->");
    }
}
