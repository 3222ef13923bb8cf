package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is kept in the project and made of the declarations says what they say. */
final class GeneratedFilesTest {

    private static final boolean REGENERATE = Boolean.getBoolean("regenerate");
    private static final Path PAGE = Path.of("../docs/reference/config.md");
    private static final Path SCHEMA = Path.of("..").resolve(JsonSchema.PLACE);
    private static final String BEGIN = "<!-- keys: made of the declarations -->\n";
    private static final String END = "<!-- end of keys -->\n";
    private static final String COMMAND = "mvn -o -q -pl config test -Dtest=GeneratedFilesTest -Dregenerate=true";

    @Test
    void theSchemaIsThatOfTheDeclarations() throws IOException {
        if (REGENERATE) {
            Files.createDirectories(SCHEMA.resolve("..").normalize());
            Files.writeString(SCHEMA, JsonSchema.text());
        }
        assertThat(SCHEMA).as("missing; make it with: %s", COMMAND).exists();
        assertThat(Files.readString(SCHEMA))
                .as("%s is older than the declarations; make it anew with: %s", JsonSchema.PLACE, COMMAND)
                .isEqualTo(JsonSchema.text());
    }

    @Test
    void theReferencePageHasTheKeysOfTheDeclarations() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(begin).isGreaterThan(BEGIN.length()).isLessThan(end);
        if (REGENERATE) {
            page = page.substring(0, begin) + KeyTable.markdown() + "\n" + page.substring(end);
            Files.writeString(PAGE, page);
            end = page.indexOf(END);
        }
        assertThat(page.substring(begin, end))
                .as("docs/reference/config.md is older than the declarations; make it anew with: %s", COMMAND)
                .isEqualTo(KeyTable.markdown() + "\n");
    }
}
