package io.crossfade.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads the table of the heads that the edge refuses; its first lines say how it is written. */
public final class RefusedHeads {
    private static final Path TABLE = Path.of("src/test/resources/http/refused-heads.txt");

    /** A head with what comes of it. The text is that of the table, where every byte can be seen. */
    public record Head(String rule, String text, int status, String word) {
        /** One character a byte. */
        public String bytes() {
            return Wire.bytes(text.replace("~", "\\r\\n"));
        }

        @Override
        public String toString() {
            return rule + ": " + text;
        }
    }

    private final List<Head> heads = new ArrayList<>();
    private final List<String> forms = new ArrayList<>();
    private String rule = "";
    private String refusal = "";
    private boolean formsGoOn;

    private RefusedHeads() {}

    public static List<Head> all() {
        RefusedHeads table = new RefusedHeads();
        lines().forEach(table::read);
        return table.heads;
    }

    private void read(String line) {
        boolean form = line.startsWith("in ");
        if (form && !formsGoOn) {
            forms.clear();
        }
        formsGoOn = form;
        if (form) {
            forms.add(line.substring("in ".length()));
        } else if (line.startsWith("== ")) {
            rule = line.substring("== ".length());
        } else if (line.startsWith("    ")) {
            cases(line.substring(4).split(" \\| ", -1));
        } else {
            refusal = line;
        }
    }

    private void cases(String[] texts) {
        int status = Integer.parseInt(refusal.substring(0, 3));
        for (String text : texts) {
            for (String form : forms) {
                eachControl(form.replace("{}", text))
                        .forEach(head -> heads.add(new Head(rule, head, status, refusal.substring(4))));
            }
        }
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(TABLE, StandardCharsets.US_ASCII).stream()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> eachControl(String text) {
        return !text.contains("\\c")
                ? Stream.of(text)
                : IntStream.range(0, 0x80)
                        .filter(c -> (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
                        .mapToObj(c -> text.replace("\\c", "\\x%02x".formatted(c)));
    }
}
