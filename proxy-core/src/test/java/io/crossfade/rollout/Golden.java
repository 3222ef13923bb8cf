package io.crossfade.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Expected texts under {@code src/test/resources/rollout}; {@code -Drollout.rewrite=true} writes them anew, and the diff is the review. */
final class Golden {
    static final Path FOLDER = Path.of("src/test/resources/rollout");

    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void check(Path file, String actual) {
        if (Boolean.getBoolean("rollout.rewrite")) {
            try {
                Files.writeString(file, actual);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(actual)
                .as("%s (-Drollout.rewrite=true writes it anew)", file)
                .isEqualTo(read(file));
    }

    private Golden() {}
}
