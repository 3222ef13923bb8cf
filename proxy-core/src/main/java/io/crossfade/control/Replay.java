package io.crossfade.control;

import io.crossfade.config.ControlSettings;
import io.crossfade.rollout.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What another analysis would have decided, and when, from the journal and the evidence of a data folder; nothing is written.
 *
 * <p>The recorded story goes on as it went: weights, steps and requests of people are those of the journal. So the first decision of an
 * attempt that differs is what would have been; what would have come after it nobody knows.
 */
public final class Replay {
    private static final Duration FOR_EVER = Duration.ofDays(365_000);

    /**
     * One moment at which a decision was taken, or would have been.
     *
     * @param recorded what the journal has; empty when it has nothing there
     * @param would what would have been; empty when nothing
     * @param lines what was seen, one fact each
     */
    public record Moment(Instant at, int attempt, String recorded, String would, List<String> lines) {}

    /**
     * What became of one rollout.
     *
     * @param looks batches of evidence that were judged
     * @param notes what could not be judged, one sentence each
     */
    public record Told(String rollout, long looks, List<Moment> moments, List<String> notes) {}

    /**
     * Judges each of these rollouts by its plan's analysis.
     *
     * @throws IOException with the reason in its message, when there is no journal to be read
     */
    public static List<Told> of(Path data, List<Plan> plans) throws IOException {
        if (!Files.isReadable(data.resolve(Journal.FILE))) {
            throw new IOException(
                    data.resolve(Journal.FILE) + " cannot be read (expected: the data folder of a server)");
        }
        Ledger ledger = DiskLedger.open(new ReadOnlyFolder(data), ControlSettings::defaults, () -> FOR_EVER);
        if (!ledger.standing(0).readable()) {
            throw new IOException(ledger.standing(0).problem());
        }
        Map<String, Retelling> retellings = new LinkedHashMap<>();
        plans.forEach(plan -> retellings.put(plan.name(), new Retelling(plan)));
        ledger.recovery().tell(retellings);
        return retellings.values().stream().map(Retelling::told).toList();
    }

    private Replay() {}
}
