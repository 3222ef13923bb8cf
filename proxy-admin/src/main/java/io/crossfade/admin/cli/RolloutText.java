package io.crossfade.admin.cli;

import io.crossfade.admin.api.Rollout;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rollouts as people read them. */
final class RolloutText {
    private static final int BAR = 30;

    private final Terminal terminal;

    RolloutText(Terminal terminal) {
        this.terminal = terminal;
    }

    /** One line per rollout under a heading. */
    String table(List<Rollout> rollouts) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ROLLOUT", "PHASE", "ATTEMPT", "STEP", "WEIGHT", "OBSERVED", "SINCE", "NEXT"));
        for (Rollout rollout : rollouts) {
            rows.add(List.of(
                    rollout.name(),
                    rollout.phase(),
                    Integer.toString(rollout.attempt()),
                    step(rollout),
                    percent(rollout.weight().set()),
                    observed(rollout.weight().observed()),
                    age(rollout.since()),
                    printable(rollout.next())));
        }
        return Printer.table(rows);
    }

    /** Everything about one rollout. */
    String page(Rollout rollout) {
        List<String> lines = new ArrayList<>();
        lines.add(rollout.name() + "  " + terminal.paint(colour(rollout.phase()), rollout.phase()) + " for "
                + age(rollout.since()) + ", attempt " + rollout.attempt() + ", step " + step(rollout));
        lines.add("  " + bar(rollout.weight().set()) + ' '
                + percent(rollout.weight().set()) + " of users on "
                + rollout.variants().canary()
                + (rollout.release() == null ? "" : ", release " + printable(rollout.release())) + " (observed "
                + observed(rollout.weight().observed()) + " of requests), the rest on "
                + rollout.variants().baseline());
        if (!rollout.steps().isEmpty()) {
            lines.add("  steps: " + steps(rollout));
        }
        lines.add("  next:  " + printable(rollout.next()));
        for (Rollout.Gate gate : rollout.gates()) {
            if (gate.state().equals("waiting")) {
                lines.add("  gate:  before " + percent(gate.weight()) + ", open it with: crossfade rollout promote "
                        + rollout.name());
            }
        }
        if (!rollout.verdicts().isEmpty()) {
            lines.add("");
            lines.add(verdicts(rollout.verdicts()).indent(2).stripTrailing());
            for (Rollout.Verdict verdict : rollout.verdicts()) {
                String needs = verdict.needs();
                if (needs != null && !needs.isEmpty()) { // older servers do not say
                    lines.add("  " + verdict.metric() + " " + verdict.detector() + ": " + printable(needs));
                }
            }
        }
        List<Rollout.Level> levels = rollout.levels();
        if (levels != null) { // older servers have none
            levels.forEach(level -> lines.add("  " + printable(LevelText.of(level))));
        }
        Rollout.Decision decision = rollout.decision();
        if (decision != null) {
            lines.add("");
            lines.add(decision(decision).indent(2).stripTrailing());
        }
        Rollout.Asked asked = rollout.asked();
        if (asked != null) {
            lines.add("");
            lines.add(asked(asked).indent(2).stripTrailing());
        }
        return String.join("\n", lines);
    }

    /** Why the proxy decided by itself. */
    String decision(Rollout.Decision decision) {
        String mode = decision.mode().isEmpty() ? "" : " (" + decision.mode() + ")";
        StringBuilder text = new StringBuilder(
                "last decision: " + decision.kind() + mode + ", " + decision.reason() + ", " + decision.at());
        decision.lines().forEach(line -> text.append("\n  ").append(printable(line)));
        text.append("\n  report: reports/decision-")
                .append(decision.sequence())
                .append(".md in the data folder, /v1/decisions/")
                .append(decision.sequence());
        return text.toString();
    }

    /** Who asked for what, and why. */
    String asked(Rollout.Asked asked) {
        Double weight = asked.weight();
        String reason = asked.reason().isBlank() ? "no reason given" : asked.reason();
        return "last request: " + asked.type() + (weight == null ? "" : " " + percent(weight)) + " by "
                + printable(asked.actor()) + ", " + asked.at() + "\n  " + printable(reason);
    }

    /** A ratio as a percentage with at most three decimals. */
    static String percent(double ratio) {
        return BigDecimal.valueOf(ratio * 100)
                        .setScale(3, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString()
                + '%';
    }

    private static String observed(@Nullable Double ratio) {
        return ratio == null ? "-" : percent(Math.round(ratio * 1000) / 1000.0);
    }

    private static String step(Rollout rollout) {
        return rollout.steps().isEmpty()
                ? "by hand"
                : (rollout.step() + 1) + "/" + rollout.steps().size();
    }

    private String steps(Rollout rollout) {
        String arrow = terminal.unicode() ? " → " : " > ";
        List<String> words = new ArrayList<>();
        for (int i = 0; i < rollout.steps().size(); i++) {
            Rollout.Step step = rollout.steps().get(i);
            String word = (step.gate() ? "gate, " : "") + percent(step.weight());
            words.add(i == rollout.step() ? "[" + word + ']' : word);
        }
        return String.join(arrow, words);
    }

    private static String verdicts(List<Rollout.Verdict> verdicts) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("METRIC", "DETECTOR", "VERDICT", "EVIDENCE", "THRESHOLD"));
        for (Rollout.Verdict v : verdicts) {
            boolean nothing = v.verdict().equals("NoData");
            rows.add(List.of(
                    v.metric(),
                    v.detector(),
                    v.verdict(),
                    nothing ? "-" : log(v.logEvidence()),
                    log(v.logThreshold())));
        }
        return Printer.table(rows);
    }

    private static String log(@Nullable Double value) {
        return value == null ? "-" : "e^" + BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP);
    }

    private String bar(double ratio) {
        int full = (int) Math.round(ratio * BAR);
        return terminal.unicode()
                ? "█".repeat(full) + "░".repeat(BAR - full)
                : '[' + "#".repeat(full) + ".".repeat(BAR - full) + ']';
    }

    private String age(String since) {
        try {
            long seconds = Math.max(
                    0,
                    Duration.between(Instant.parse(since), terminal.clock().instant())
                            .toSeconds());
            if (seconds < 120) {
                return seconds + "s";
            }
            if (seconds < 7_200) {
                return seconds / 60 + "m";
            }
            return seconds < 172_800 ? seconds / 3_600 + "h" : seconds / 86_400 + "d";
        } catch (DateTimeParseException e) {
            return since;
        }
    }

    /** Control characters out of a server's text must not reach a terminal. */
    String printable(String text) {
        String visible = text.replaceAll("\\p{Cntrl}", " ");
        return terminal.unicode() ? visible : visible.replace("→", "->").replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static int colour(String phase) {
        return switch (phase) {
            case "rolledBack", "rollingBack", "failed" -> 31;
            case "gated", "paused", "held" -> 33;
            default -> 32;
        };
    }
}
