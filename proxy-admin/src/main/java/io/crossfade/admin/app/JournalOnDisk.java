package io.crossfade.admin.app;

import io.crossfade.admin.api.AuditVerdict;
import io.crossfade.admin.cli.DataFolder;
import io.crossfade.control.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The journal of a data folder, read without a server. */
final class JournalOnDisk implements DataFolder {
    @Override
    public AuditVerdict verify(Path data, @Nullable String head) throws IOException {
        Audit.Known known = head == null
                ? null
                : Audit.Known.of(head)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "--head: expected: SEQ:HASH, a number and 64 hexadecimal digits"));
        if (!Files.isDirectory(data)) {
            throw new IOException(data + ": no such folder");
        }
        Audit audit = new Audit(data);
        if (!audit.exists()) {
            throw new IOException(data + ": no journal is in this folder");
        }
        Audit.Verdict verdict = audit.verify(known);
        return new AuditVerdict(
                verdict.problem().isEmpty(),
                verdict.problem(),
                verdict.lines(),
                verdict.sequence() + ":" + verdict.hash());
    }
}
