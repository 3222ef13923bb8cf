package io.crossfade.admin.server;

import io.crossfade.admin.api.DecisionReport;
import io.crossfade.admin.api.Rollout;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report as a page of Markdown, for a ticket or a mail. */
final class ReportText {
    private ReportText() {}

    static String of(DecisionReport r) {
        List<String> lines = new ArrayList<>();
        lines.add("# " + (r.kind().equals("hold") ? "Hold" : "Rollback") + " of " + text(r.rollout()) + ", " + r.at());
        paragraph(lines, r.meaning() + asked(r.asked()));
        lines.add("");
        lines.add("| | |");
        lines.add("| --- | --- |");
        row(lines, "reason", "`" + r.reason() + "`" + (r.mode().isEmpty() ? "" : ", mode " + r.mode()));
        row(lines, "release", r.release() == null ? "not said" : text(r.release()));
        row(lines, "before", state(r.before()));
        row(lines, "after", state(r.after()));
        row(lines, "requests on the canary in this attempt", count(r.exposure().requests()));
        row(lines, "of them failed", count(r.exposure().failures()));
        row(lines, "distinct users with a failure", count(r.exposure().users()));
        row(lines, "decision", "line " + r.sequence() + " of the journal");
        list(lines, "What was seen", r.seen());
        list(lines, "What was done", r.actions());
        list(lines, "What to do now", r.nextSteps());
        if (!r.numbers().isEmpty()) {
            lines.add("");
            lines.add("## Numbers");
            lines.add("");
            lines.add("| number | value |");
            lines.add("| --- | --- |");
            r.numbers().forEach((name, value) -> row(lines, name, plain(value)));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String asked(Rollout.@Nullable Asked asked) {
        if (asked == null) {
            return "";
        }
        return " " + text(asked.actor()) + " asked for " + asked.type()
                + (asked.reason().isBlank() ? ", without a reason." : ": " + text(asked.reason()));
    }

    private static String state(DecisionReport.State state) {
        return state.phase() + " at " + plain(state.weight() * 100) + "%, attempt " + state.attempt()
                + (state.step() < 0 ? "" : ", step " + (state.step() + 1));
    }

    private static void paragraph(List<String> lines, String text) {
        lines.add("");
        lines.add(text);
    }

    private static void row(List<String> lines, String what, String value) {
        lines.add("| " + what + " | " + value + " |");
    }

    private static void list(List<String> lines, String title, List<String> facts) {
        lines.add("");
        lines.add("## " + title);
        lines.add("");
        facts.forEach(fact -> lines.add("- " + text(fact)));
    }

    private static String count(@Nullable Long n) {
        return n == null ? "not counted" : String.format(Locale.ROOT, "%,d", n);
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(Math.round(value * 1e6), 6)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** What people wrote must not become a heading, a table or a link: it stays the text that it is. */
    static String text(String anything) {
        return anything.replaceAll("\\p{Cntrl}", " ").replaceAll("[\\\\`*_{}\\[\\]<>#|!]", "\\\\$0");
    }
}
