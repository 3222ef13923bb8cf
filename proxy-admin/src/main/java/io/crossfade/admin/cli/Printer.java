package io.crossfade.admin.cli;

import io.crossfade.admin.api.Wire;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Turns answers into the text of {@code -o}. */
final class Printer {
    private Printer() {}

    /** JSON with indents, or YAML; ends without a line feed. */
    static String data(Remote.Output output, JsonNode tree) {
        return output == Remote.Output.yaml
                ? YAMLMapper.builder()
                        .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                        .build()
                        .writeValueAsString(tree)
                        .stripTrailing()
                : Wire.pretty(tree);
    }

    /** Columns as wide as their widest cell; the first row is the heading. */
    static String table(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append(row.get(column));
                line.append(" ".repeat(width(rows, column) - row.get(column).length() + 2));
            }
            lines.add(line.toString().stripTrailing());
        }
        return String.join("\n", lines);
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
