package io.crossfade.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each script is the story of one exchange or a few, and goes as it is written. {@code -Dexchange.rewrite=true} writes anew what was
 * seen; the diff is the review.
 */
class ExchangeScriptTest {
    private static final Path FOLDER = Path.of("src/test/resources/exchange");

    static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void goesAsWritten(Path script) throws IOException {
        String written = Files.readString(script);
        String went = ExchangeScript.play(written);
        if (Boolean.getBoolean("exchange.rewrite")) {
            Files.writeString(script, went);
        } else {
            assertThat(went)
                    .as("%s (-Dexchange.rewrite=true writes it anew)", script)
                    .isEqualTo(written);
        }
        assertThat(went).endsWith(" exchanges under way, then 0 and 0 bytes\n");
    }
}
