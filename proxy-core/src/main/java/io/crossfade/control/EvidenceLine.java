package io.crossfade.control;

import io.crossfade.rollout.Evidence;
import io.crossfade.rollout.analysis.Batch;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something that the evidence log tells: a batch, a checkpoint, or only the time. {@link EvidenceParser} reads it.
 *
 * <p>{@code seq} is the journal's last sequence when it was written: on replay the events up to it come first.
 */
sealed interface EvidenceLine {
    long sequence();

    long nowMillis();

    /** Whom it tells of; empty for all. */
    default String rollout() {
        return "";
    }

    /** A line that this build writes; checkpoints are files of their own. */
    sealed interface Written extends EvidenceLine {
        ObjectNode json();
    }

    /** What was seen of a rollout. */
    record Seen(long sequence, String rollout, Batch batch) implements Written {
        static final int NUMBERS_PER_FAILURE = 5;
        static final int CANARY = 1;
        static final int RANDOMISED = 2;

        @Override
        public long nowMillis() {
            return batch.nowMillis();
        }

        @Override
        public ObjectNode json() {
            ObjectNode line = line("batch", this);
            line.put("rollout", rollout);
            line.put("weight", batch.weight());
            line.put("baselineOk", batch.baselineOk());
            line.put("canaryOk", batch.canaryOk());
            if (!batch.witness().equals(Batch.Witness.NONE)) {
                line.put("witnessesSince", batch.witness().sinceMillis());
                line.put("witnesses", batch.witness().answers());
            }
            ArrayNode failures = line.putArray("failed");
            for (Batch.Failure failure : batch.failures()) {
                failures.add(failure.unit());
                failures.add((failure.canary() ? CANARY : 0) | (failure.randomised() ? RANDOMISED : 0));
                failures.add(failure.weight());
                failures.add(failure.baselineOkBefore());
                failures.add(failure.canaryOkBefore());
            }
            ArrayNode slow = line.putArray("slots");
            for (Batch.Slow slot : batch.slow()) {
                slow.add(slot.weight());
                put(slow.addArray(), slot.baseline());
                put(slow.addArray(), slot.canary());
            }
            if (batch.slow().stream().anyMatch(slot -> slot.hanging() > 0)) {
                ArrayNode hanging = line.putArray("hanging");
                batch.slow().forEach(slot -> hanging.add(slot.hanging()));
            }
            OthersText.put(line, batch.others());
            OthersText.put(line, batch.users());
            OthersText.putNewUnits(line, batch.newUnits());
            OthersText.putTau(line, batch.tau());
            return line;
        }

        private static void put(ArrayNode array, List<Integer> counts) {
            counts.forEach(array::add);
        }
    }

    /** All the evidence of a rollout so far. */
    record Checkpoint(long sequence, long nowMillis, String rollout, Evidence.Memory memory) implements EvidenceLine {}

    /** There was no room for the units of this rollout: its evidence began anew. */
    record Epoch(long sequence, long nowMillis, String rollout) implements Written {
        @Override
        public ObjectNode json() {
            return line("epoch", this).put("rollout", rollout);
        }
    }

    /** So much time had passed; keeps bake time when nothing else is written. */
    record Clock(long sequence, long nowMillis) implements Written {
        @Override
        public ObjectNode json() {
            return line("clock", this);
        }
    }

    private static ObjectNode line(String kind, EvidenceLine of) {
        ObjectNode line = SealedLine.JSON.createObjectNode();
        line.put("kind", kind);
        line.put("seq", of.sequence());
        line.put("now", of.nowMillis());
        return line;
    }
}
