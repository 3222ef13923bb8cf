package io.crossfade.admin.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configurations that were applied over the API, each a file in the data folder. One thread at a time. */
final class Revisions {
    /** So many of the newest are kept. */
    static final int KEPT = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Revisions.class);
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH-mm-ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Path folder;

    /** @param data folder of the server; the revisions lie in one below it */
    Revisions(Path data) {
        this.folder = data.resolve("revisions");
    }

    /** @return name of the file, or null when the disk does not take it: what was applied is in force all the same */
    @Nullable
    String keep(String yaml, Instant now) {
        String name = NAME.format(now) + ".yaml";
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name), yaml);
            prune();
            return name;
        } catch (IOException e) {
            LOG.warn("the applied configuration cannot be kept as {}", folder.resolve(name), e);
            return null;
        }
    }

    private void prune() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(folder)) {
            all = files.sorted().toList();
        }
        for (Path oldest : all.subList(0, Math.max(0, all.size() - KEPT))) {
            Files.delete(oldest);
        }
    }
}
