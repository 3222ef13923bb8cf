package io.crossfade.control;

import io.crossfade.rollout.Evidence;
import io.crossfade.rollout.Metric;
import io.crossfade.rollout.Metrics;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Memento;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of {@code evidence.jsonl}: a batch, a checkpoint, or only the time.
 *
 * <p>{@code seq} is the journal's last sequence when it was written: on replay the events up to it come first.
 */
sealed interface EvidenceLine {
    long sequence();

    long nowMillis();

    ObjectNode json();

    /** What was seen of a rollout. */
    record Seen(long sequence, String rollout, Batch batch) implements EvidenceLine {
        private static final int NUMBERS_PER_FAILURE = 5;
        private static final int CANARY = 1;
        private static final int RANDOMISED = 2;

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
            return line;
        }

        private static Seen of(ObjectNode line) {
            int weight = line.required("weight").intValue();
            Batch batch = new Batch(
                    line.required("now").longValue(),
                    weight,
                    failures(line, weight),
                    line.required("baselineOk").longValue(),
                    line.required("canaryOk").longValue(),
                    slow(line, weight),
                    OthersText.of(line),
                    witness(line));
            return new Seen(
                    line.required("seq").longValue(), line.required("rollout").stringValue(), batch);
        }

        /** Lines of older versions have "failures" without their own weight; the batch's stands for it. */
        private static List<Batch.Failure> failures(ObjectNode line, int weightOfBatch) {
            boolean older = !line.has("failed");
            JsonNode numbers = line.required(older ? "failures" : "failed");
            int each = older ? NUMBERS_PER_FAILURE - 1 : NUMBERS_PER_FAILURE;
            List<Batch.Failure> failures = new ArrayList<>();
            for (int end = each; end <= numbers.size(); end += each) {
                int flags = numbers.get(end - each + 1).intValue();
                failures.add(new Batch.Failure(
                        numbers.get(end - each).longValue(),
                        older ? weightOfBatch : numbers.get(end - 3).intValue(),
                        (flags & CANARY) != 0,
                        (flags & RANDOMISED) != 0,
                        numbers.get(end - 2).intValue(),
                        numbers.get(end - 1).intValue()));
            }
            return failures;
        }

        private static List<Batch.Slow> slow(ObjectNode line, int weightOfBatch) {
            boolean older = !line.has("slots");
            JsonNode slots = line.required(older ? "slow" : "slots");
            int each = older ? 2 : 3;
            List<Batch.Slow> slow = new ArrayList<>();
            for (int end = each; end <= slots.size(); end += each) {
                int weight = older ? weightOfBatch : slots.get(end - each).intValue();
                int hanging = line.path("hanging").path(end / each - 1).asInt(0);
                slow.add(new Batch.Slow(weight, counts(slots.get(end - 2)), counts(slots.get(end - 1)), hanging));
            }
            return slow;
        }

        private static Batch.Witness witness(ObjectNode line) {
            JsonNode since = line.get("witnessesSince");
            return since == null
                    ? Batch.Witness.NONE
                    : new Batch.Witness(
                            since.longValue(), line.required("witnesses").longValue());
        }

        private static void put(ArrayNode array, List<Integer> counts) {
            counts.forEach(array::add);
        }

        private static List<Integer> counts(JsonNode array) {
            List<Integer> counts = new ArrayList<>();
            array.forEach(count -> counts.add(count.intValue()));
            return counts;
        }
    }

    /** All the evidence of a rollout so far. */
    record Checkpoint(long sequence, long nowMillis, String rollout, Evidence.Memory memory) implements EvidenceLine {
        @Override
        public ObjectNode json() {
            ObjectNode line = line("checkpoint", this);
            line.put("rollout", rollout);
            memory.onsets().forEach((metric, onset) -> line.put(onset(metric), onset));
            line.put("version", memory.analysis().version());
            line.put("settings", memory.analysis().settings());
            ArrayNode words = line.putArray("words");
            for (long word : memory.analysis().words()) {
                words.add(word);
            }
            return line;
        }

        private static Checkpoint of(ObjectNode line) {
            Memento memento = new Memento(
                    line.required("version").intValue(),
                    line.required("settings").longValue(),
                    SealedLine.JSON.treeToValue(line.required("words"), long[].class));
            Map<Metric, Long> onsets = new HashMap<>();
            for (Metric metric : Metrics.ALL) {
                JsonNode onset = line.get(onset(metric));
                if (onset != null) { // a metric that was not there yet has none
                    onsets.put(metric, onset.longValue());
                }
            }
            return new Checkpoint(
                    line.required("seq").longValue(),
                    line.required("now").longValue(),
                    line.required("rollout").stringValue(),
                    new Evidence.Memory(memento, onsets));
        }

        private static String onset(Metric metric) {
            return metric.word() + "Onset";
        }
    }

    /** So much time had passed; keeps bake time when nothing else is written. */
    record Clock(long sequence, long nowMillis) implements EvidenceLine {
        @Override
        public ObjectNode json() {
            return line("clock", this);
        }
    }

    /**
     * Reads a line that matched its seal.
     *
     * @throws IllegalArgumentException when it is not one of ours
     */
    static EvidenceLine of(ObjectNode line) {
        try {
            String kind = line.required("kind").stringValue();
            return switch (kind) {
                case "batch" -> Seen.of(line);
                case "checkpoint" -> Checkpoint.of(line);
                case "clock" ->
                    new Clock(
                            line.required("seq").longValue(),
                            line.required("now").longValue());
                default -> throw new IllegalArgumentException("kind \"" + kind + "\" is not known to this version");
            };
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
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
