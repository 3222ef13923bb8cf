package io.crossfade.control;

import io.crossfade.rollout.analysis.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a line of {@code evidence.jsonl} says what was seen beside failures and slow requests; what was not seen is left out. */
final class OthersText {
    private static final long[] NONE = {};
    private static final int PER_ABORT = 3;
    private static final int PER_ANSWER = 4;
    private static final int CANARY = 1;
    private static final int TURNS_AWAY = 2;

    static void put(ObjectNode line, Batch.Others others) {
        if (others.baselineTrials() + others.canaryTrials() > 0) {
            line.putArray("trials").add(others.baselineTrials()).add(others.canaryTrials());
        }
        if (!others.aborts().isEmpty()) {
            ArrayNode aborts = line.putArray("aborted");
            for (Batch.Abort abort : others.aborts()) {
                aborts.add(abort.unit()).add(abort.canary() ? CANARY : 0).add(abort.weight());
            }
        }
        if (!others.answers().isEmpty()) {
            ArrayNode answers = line.putArray("answered");
            for (Batch.Answered answer : others.answers()) {
                int flags = (answer.canary() ? CANARY : 0) | (answer.turnsAway() ? TURNS_AWAY : 0);
                answers.add(answer.unit()).add(flags).add(answer.weight()).add(answer.answerClass());
            }
        }
    }

    static void putTau(ObjectNode line, List<Long> tau) {
        if (!tau.isEmpty()) {
            ArrayNode numbers = line.putArray("tau");
            tau.forEach(numbers::add);
        }
    }

    /** Lines without it are those of most batches. */
    static List<Long> tau(Map<String, long[]> lists) {
        return Arrays.stream(lists.getOrDefault("tau", NONE)).boxed().toList();
    }

    /** Runs of one weight, one behind the other: the weight, how many units, the units. */
    static void putNewUnits(ObjectNode line, List<Batch.NewUnits> runs) {
        if (!runs.isEmpty()) {
            ArrayNode numbers = line.putArray("newUnits");
            for (Batch.NewUnits of : runs) {
                numbers.add(of.weight()).add(of.units().size());
                of.units().forEach(numbers::add);
            }
        }
    }

    /** Lines of older versions have none of it. */
    static List<Batch.NewUnits> newUnits(Map<String, long[]> lists) {
        long[] numbers = lists.getOrDefault("newUnits", NONE);
        List<Batch.NewUnits> runs = new ArrayList<>();
        for (int i = 0; i + 1 < numbers.length; ) {
            int from = i + 2;
            int to = (int) Math.min(numbers.length, from + numbers[i + 1]);
            List<Integer> units = Arrays.stream(numbers, from, to)
                    .mapToObj(number -> (int) number)
                    .toList();
            runs.add(new Batch.NewUnits((int) numbers[i], units));
            i = to;
        }
        return runs;
    }

    static void put(ObjectNode line, Batch.Users users) {
        if (users.canaryLately() >= 0) {
            line.put("canaryLately", users.canaryLately());
        }
        if (!users.raised().isEmpty()) {
            ArrayNode raised = line.putArray("raised");
            users.raised().forEach(raised::add);
        }
        if (!users.window().isEmpty()) {
            ArrayNode window = line.putArray("window");
            users.window().forEach(window::add);
        }
    }

    /**
     * Lines of older versions have none of it.
     *
     * @param canaryLately -1 in a line that does not say it
     */
    static Batch.Users users(long canaryLately, Map<String, long[]> lists) {
        List<Integer> raised = Arrays.stream(lists.getOrDefault("raised", NONE))
                .mapToObj(number -> (int) number)
                .toList();
        List<Long> window =
                Arrays.stream(lists.getOrDefault("window", NONE)).boxed().toList();
        return new Batch.Users((int) canaryLately, raised, window);
    }

    /**
     * Lines of older versions have none of it.
     *
     * @param lists the lists of numbers of a line, by the names of its members
     */
    static Batch.Others of(Map<String, long[]> lists) {
        long[] trials = lists.getOrDefault("trials", new long[2]);
        return new Batch.Others(
                aborts(lists.getOrDefault("aborted", NONE)),
                answers(lists.getOrDefault("answered", NONE)),
                trials.length > 0 ? trials[0] : 0,
                trials.length > 1 ? trials[1] : 0);
    }

    private static List<Batch.Abort> aborts(long[] numbers) {
        List<Batch.Abort> aborts = new ArrayList<>();
        for (int i = 0; i + PER_ABORT <= numbers.length; i += PER_ABORT) {
            boolean canary = (numbers[i + 1] & CANARY) != 0;
            aborts.add(new Batch.Abort(numbers[i], (int) numbers[i + 2], canary));
        }
        return aborts;
    }

    private static List<Batch.Answered> answers(long[] numbers) {
        List<Batch.Answered> answers = new ArrayList<>();
        for (int i = 0; i + PER_ANSWER <= numbers.length; i += PER_ANSWER) {
            answers.add(new Batch.Answered(
                    numbers[i],
                    (int) numbers[i + 2],
                    (numbers[i + 1] & CANARY) != 0,
                    (int) numbers[i + 3],
                    (numbers[i + 1] & TURNS_AWAY) != 0));
        }
        return answers;
    }

    private OthersText() {}
}
