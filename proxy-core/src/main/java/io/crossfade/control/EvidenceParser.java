package io.crossfade.control;

import io.crossfade.rollout.Evidence;
import io.crossfade.rollout.Metric;
import io.crossfade.rollout.Metrics;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Memento;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Takes a line of the evidence log member by member, so that no tree is made of it. For one line. */
final class EvidenceParser {
    /** A line with none has one that the reader gives it: those of former builds. */
    static final long NONE = -1;

    private static final long[] NO_NUMBERS = {};

    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, String> words = new HashMap<>();
    private final Map<String, long[]> lists = new HashMap<>();
    private List<Slot> slots = List.of();

    /** @param weight in buckets; -1 in lines of former builds, where that of the batch stands for it */
    private record Slot(int weight, List<Integer> baseline, List<Integer> canary) {}

    /** A line with its place in the order of all lines. */
    record Numbered(long number, EvidenceLine line) {}

    /**
     * Reads the object of a line.
     *
     * @throws IllegalArgumentException when it is not one of ours
     */
    static Numbered parse(byte[] object) {
        EvidenceParser parser = new EvidenceParser();
        try (JsonParser in = SealedLine.JSON.createParser(object)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = in.currentName();
                in.nextToken();
                parser.member(name, in);
            }
            return new Numbered(parser.numbers.getOrDefault("n", NONE), parser.line());
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private void member(String name, JsonParser in) {
        switch (in.currentToken()) {
            case VALUE_NUMBER_INT -> numbers.put(name, in.getLongValue());
            case VALUE_STRING -> words.put(name, in.getString());
            case START_ARRAY -> {
                if (name.equals("slots") || name.equals("slow")) {
                    slots = slots(in);
                } else {
                    lists.put(name, numbers(in));
                }
            }
            default -> in.skipChildren();
        }
    }

    private static long[] numbers(JsonParser in) {
        long[] read = new long[16];
        int size = 0;
        while (in.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            if (size == read.length) {
                read = Arrays.copyOf(read, 2 * size);
            }
            read[size++] = in.getLongValue();
        }
        return Arrays.copyOf(read, size);
    }

    private static List<Slot> slots(JsonParser in) {
        List<Slot> read = new ArrayList<>();
        int weight = -1;
        JsonToken next = in.nextToken();
        while (next != JsonToken.END_ARRAY) {
            if (next == JsonToken.VALUE_NUMBER_INT) {
                weight = in.getIntValue();
                in.nextToken();
            }
            List<Integer> baseline = counts(in);
            in.nextToken();
            read.add(new Slot(weight, baseline, counts(in)));
            next = in.nextToken();
        }
        return read;
    }

    private static List<Integer> counts(JsonParser in) {
        List<Integer> counts = new ArrayList<>(4);
        while (in.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            counts.add(in.getIntValue());
        }
        return counts;
    }

    private EvidenceLine line() {
        String kind = word("kind");
        return switch (kind) {
            case "batch" -> new EvidenceLine.Seen(number("seq"), word("rollout"), batch());
            case "checkpoint" -> checkpoint();
            case "epoch" -> new EvidenceLine.Epoch(number("seq"), number("now"), word("rollout"));
            case "clock" -> new EvidenceLine.Clock(number("seq"), number("now"));
            default -> throw new IllegalArgumentException("kind \"" + kind + "\" is not known to this version");
        };
    }

    private Batch batch() {
        int weight = (int) number("weight");
        List<Batch.Slow> slow = new ArrayList<>(slots.size());
        long[] hanging = lists.getOrDefault("hanging", NO_NUMBERS);
        for (Slot slot : slots) {
            int of = slow.size() < hanging.length ? (int) hanging[slow.size()] : 0;
            slow.add(new Batch.Slow(slot.weight() < 0 ? weight : slot.weight(), slot.baseline(), slot.canary(), of));
        }
        return new Batch(
                number("now"),
                weight,
                failures(weight),
                number("baselineOk"),
                number("canaryOk"),
                slow,
                OthersText.of(lists),
                witness(),
                OthersText.users(numbers.getOrDefault("canaryLately", NONE), lists),
                OthersText.newUnits(lists),
                OthersText.tau(lists));
    }

    private Batch.Witness witness() {
        return numbers.containsKey("witnessesSince")
                ? new Batch.Witness(number("witnessesSince"), number("witnesses"))
                : Batch.Witness.NONE;
    }

    /** Lines of former builds have "failures" without a weight of their own. */
    private List<Batch.Failure> failures(int weightOfBatch) {
        boolean former = !lists.containsKey("failed");
        long[] all = lists.getOrDefault(former ? "failures" : "failed", NO_NUMBERS);
        int each = EvidenceLine.Seen.NUMBERS_PER_FAILURE - (former ? 1 : 0);
        List<Batch.Failure> failures = new ArrayList<>(all.length / each);
        for (int end = each; end <= all.length; end += each) {
            int flags = (int) all[end - each + 1];
            failures.add(new Batch.Failure(
                    all[end - each],
                    former ? weightOfBatch : (int) all[end - 3],
                    (flags & EvidenceLine.Seen.CANARY) != 0,
                    (flags & EvidenceLine.Seen.RANDOMISED) != 0,
                    (int) all[end - 2],
                    (int) all[end - 1]));
        }
        return failures;
    }

    /** As former builds wrote them among the batches. */
    private EvidenceLine checkpoint() {
        Memento memento =
                new Memento((int) number("version"), number("settings"), lists.getOrDefault("words", NO_NUMBERS));
        Map<Detector, Evidence.Onset> onsets = new EnumMap<>(Detector.class);
        for (Metric metric : Metrics.ALL) {
            long onset = numbers.getOrDefault(metric.word() + "Onset", NONE);
            if (onset != NONE) {
                metric.detectors().forEach(detector -> onsets.put(detector, Evidence.Onset.at(onset)));
            }
        }
        return new EvidenceLine.Checkpoint(
                number("seq"), number("now"), word("rollout"), new Evidence.Memory(memento, onsets));
    }

    private long number(String name) {
        Long number = numbers.get(name);
        if (number == null) {
            throw new IllegalArgumentException("\"" + name + "\" is missing");
        }
        return number;
    }

    private String word(String name) {
        String word = words.get(name);
        if (word == null) {
            throw new IllegalArgumentException("\"" + name + "\" is missing");
        }
        return word;
    }
}
