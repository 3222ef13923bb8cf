package io.crossfade.runtime;

import io.crossfade.config.Config;
import io.crossfade.control.Replay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What can be asked of a configuration and a data folder without a running server. */
public final class OffLine {
    /**
     * What the analysis of this configuration would have decided from what a server has recorded.
     *
     * @throws IOException with the reason in its message, when there is no journal to be read
     */
    public static List<Replay.Told> replay(Path data, Config config) throws IOException {
        return Replay.of(data, config.rollouts().stream().map(Plans::of).toList());
    }

    private OffLine() {}
}
