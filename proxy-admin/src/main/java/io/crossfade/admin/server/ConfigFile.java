package io.crossfade.admin.server;

import io.crossfade.config.ConfigLoader;
import io.crossfade.config.LoadResult;
import java.nio.file.Path;
import java.util.Map;

/**
 * The file a server was started with, and what its placeholders stand for.
 *
 * @param path may be gone meanwhile
 */
public record ConfigFile(Path path, Map<String, String> environment) {

    /** Of a server that was started without one. */
    static final ConfigFile NONE = new ConfigFile(Path.of("crossfade.yaml"), Map.of());

    public ConfigFile {
        environment = Map.copyOf(environment);
    }

    /** The file as it is now. */
    public LoadResult read() {
        return ConfigLoader.load(path, environment);
    }

    /** A text as if it stood in the file: relative paths start where the file's do. */
    LoadResult parse(String yaml) {
        return ConfigLoader.parse(path.resolveSibling("body"), yaml, environment);
    }
}
