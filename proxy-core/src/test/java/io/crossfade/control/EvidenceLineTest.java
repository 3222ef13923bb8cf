package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.analysis.Batch;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Lines of the evidence log, those of older versions too. */
final class EvidenceLineTest {
    private static final Batch BATCH = new Batch(
                    1_234,
                    10_000,
                    List.of(
                            new Batch.Failure(-7, 50_000, true, true, 3, 4),
                            new Batch.Failure(Long.MAX_VALUE, 0, false, false, 0, 1)),
                    5,
                    6,
                    List.of(
                            new Batch.Slow(50_000, List.of(1, 0, 0), List.of(2, 1, 0)),
                            new Batch.Slow(10_000, List.of(1, 1, 1), List.of())))
            .with(new Batch.Witness(1_200, 17));

    @Test
    void aBatchIsReadAsItWasWritten() {
        EvidenceLine.Seen line = new EvidenceLine.Seen(9, "orders", BATCH);
        assertThat(EvidenceLine.of(line.json())).isEqualTo(line);
    }

    /** As written before failures and slots had a weight of their own. */
    @Test
    void inAnOlderLineTheWeightIsThatOfTheBatch() {
        ObjectNode older = (ObjectNode) SealedLine.JSON.readTree("""
                {"kind": "batch", "seq": 9, "now": 1234, "rollout": "orders", "weight": 10000, "baselineOk": 5, "canaryOk": 6,
                 "failures": [-7, 3, 3, 4, 9223372036854775807, 0, 0, 1], "slow": [[1, 0, 0], [2, 1, 0], [1, 1, 1], []]}
                """);
        Batch expected = new Batch(
                1_234,
                10_000,
                BATCH.failures().stream()
                        .map(failure -> failure.assignedAt(10_000))
                        .toList(),
                5,
                6,
                BATCH.slow().stream()
                        .map(slot -> new Batch.Slow(10_000, slot.baseline(), slot.canary()))
                        .toList());
        assertThat(EvidenceLine.of(older)).isEqualTo(new EvidenceLine.Seen(9, "orders", expected));
    }
}
