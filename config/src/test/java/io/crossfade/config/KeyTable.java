package io.crossfade.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** The tables of keys in the reference page, made of the declarations. */
final class KeyTable {

    private final StringBuilder page = new StringBuilder();

    private KeyTable() {}

    static String markdown() {
        KeyTable table = new KeyTable();
        table.section("At the top", Shape.of(Config.class));
        return table.page.toString();
    }

    private void section(String heading, Shape<?> shape) {
        page.append("\n### ").append(heading).append("\n\n| key | value | default | |\n| --- | --- | --- | --- |\n");
        List<Part> inner = new ArrayList<>();
        for (Constant constant : shape.constants()) {
            row(constant.name(), constant.word(), "", constant.says());
        }
        for (Part part : shape.keys()) {
            String also = part.declared().also();
            row(
                    part.key() + (also.isEmpty() ? "" : "`, `" + also),
                    value(part),
                    standard(part),
                    part.declared().says());
            if (section(part.kind()).isPresent()) {
                inner.add(part);
            }
        }
        if (!shape.unsupported().isEmpty()) {
            page.append("\nRefused as not supported by this version: `")
                    .append(String.join("`, `", shape.unsupported()))
                    .append("`.\n");
        }
        if (!shape.refused().isEmpty()) {
            page.append("\nRefused for good: `")
                    .append(String.join("`, `", shape.refused().keySet()))
                    .append("`, as ")
                    .append(String.join(
                            "; ", new LinkedHashSet<>(shape.refused().values())))
                    .append(".\n");
        }
        String path = heading.equals("At the top") ? "" : heading.replace("`", "") + ".";
        for (Part part : inner) {
            section("`" + path + part.key() + "`", section(part.kind()).orElseThrow());
            if (part.kind() instanceof AnalysisKind) {
                section("A metric called `errors`", Shape.of(RolloutSpec.Errors.class));
                section("A metric called `latency`", Shape.of(RolloutSpec.Latency.class));
                section("A metric called `client-errors`", Shape.of(RolloutSpec.ClientErrors.class));
                section("A metric called `user-success`", Shape.of(RolloutSpec.UserSuccess.class));
                section("A metric called `throughput`", Shape.of(RolloutSpec.Throughput.class));
            }
        }
    }

    private static Optional<Shape<?>> section(Kind kind) {
        if (kind instanceof ListKind list) {
            return section(list.item());
        }
        if (kind instanceof AnalysisKind) {
            return Optional.of(Shape.of(RolloutSpec.Analysis.class));
        }
        return kind instanceof SectionKind section ? Optional.of(section.shape()) : Optional.empty();
    }

    private void row(String... cells) {
        page.append("| `").append(cells[0]).append('`');
        for (int i = 1; i < cells.length; i++) {
            page.append(" | ").append(cells[i]);
        }
        page.append(" |\n");
    }

    private static String value(Part part) {
        Range range = part.range();
        if (range != null) {
            return range.toString();
        }
        String word = part.kind().word();
        return word.isEmpty() ? (part.kind() instanceof ListKind ? "a list, see below" : "see below") : word;
    }

    private static String standard(Part part) {
        String standard = part.declared().standard();
        if (part.required()) {
            return "must be written";
        }
        return standard.isEmpty() || standard.equals("{}") ? "" : "`" + standard + "`";
    }
}
