package io.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.rollout.analysis.Batch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

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

    private static final Batch WITH_OTHERS = new Batch(
            1_234,
            10_000,
            List.of(),
            5,
            6,
            List.of(
                    new Batch.Slow(50_000, List.of(1, 0, 0), List.of(2, 1, 0), 0),
                    new Batch.Slow(50_000, List.of(), List.of(2), 2)),
            new Batch.Others(
                    List.of(new Batch.Abort(-3, 10_000, true)),
                    List.of(new Batch.Answered(9, 10_000, false, 3, true), new Batch.Answered(8, 0, true, 0, false)),
                    7,
                    8));

    private static final Batch WITH_USERS = Batch.ofSuccesses(1_234, 10_000, 5, 6)
            .with(new Batch.Users(
                    12, List.of(65, 524_287), LongStream.range(0, 64).boxed().toList()))
            .withTau(List.of(1_000L, 5_000_000_000L))
            .withNewUnits(List.of(
                    new Batch.NewUnits(10_000, List.of(3, 131_071, 0)), new Batch.NewUnits(100_000, List.of(5))));

    @Test
    void aBatchIsReadAsItWasWritten() {
        for (Batch batch : List.of(BATCH, WITH_OTHERS, WITH_USERS)) {
            EvidenceLine.Seen line = new EvidenceLine.Seen(9, "orders", batch);
            byte[] object = SealedLine.JSON.writeValueAsBytes(line.json().put("n", 17));
            assertThat(EvidenceParser.parse(object)).isEqualTo(new EvidenceParser.Numbered(17, line));
        }
    }

    /** As written before failures and slots had a weight of their own. */
    @Test
    void inAnOlderLineTheWeightIsThatOfTheBatch() {
        byte[] older = """
                {"kind": "batch", "seq": 9, "now": 1234, "rollout": "orders", "weight": 10000, "baselineOk": 5, "canaryOk": 6,
                 "failures": [-7, 3, 3, 4, 9223372036854775807, 0, 0, 1], "slow": [[1, 0, 0], [2, 1, 0], [1, 1, 1], []]}
                """.getBytes(StandardCharsets.UTF_8);
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
        assertThat(EvidenceParser.parse(older).line()).isEqualTo(new EvidenceLine.Seen(9, "orders", expected));
    }
}
