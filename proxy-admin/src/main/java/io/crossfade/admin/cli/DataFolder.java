package io.crossfade.admin.cli;

import io.crossfade.admin.api.AuditVerdict;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the data folder of a server that need not run. */
@FunctionalInterface
public interface DataFolder {
    /**
     * Whether each line of the journal is as it was written.
     *
     * @param head {@code SEQ:HASH}, a line that must be there too
     * @throws IOException when there is no journal to be read
     * @throws IllegalArgumentException when the head is none
     */
    AuditVerdict verify(Path data, @Nullable String head) throws IOException;
}
