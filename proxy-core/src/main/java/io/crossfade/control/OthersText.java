package io.crossfade.control;

import io.crossfade.rollout.analysis.Batch;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a line of {@code evidence.jsonl} says what was seen beside failures and slow requests; what was not seen is left out. */
final class OthersText {
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

    /** Lines of older versions have none of it. */
    static Batch.Others of(ObjectNode line) {
        JsonNode trials = line.path("trials");
        return new Batch.Others(
                aborts(line.path("aborted")),
                answers(line.path("answered")),
                trials.path(0).asLong(0),
                trials.path(1).asLong(0));
    }

    private static List<Batch.Abort> aborts(JsonNode numbers) {
        List<Batch.Abort> aborts = new ArrayList<>();
        for (int i = 0; i + PER_ABORT <= numbers.size(); i += PER_ABORT) {
            boolean canary = (numbers.get(i + 1).intValue() & CANARY) != 0;
            aborts.add(new Batch.Abort(
                    numbers.get(i).longValue(), numbers.get(i + 2).intValue(), canary));
        }
        return aborts;
    }

    private static List<Batch.Answered> answers(JsonNode numbers) {
        List<Batch.Answered> answers = new ArrayList<>();
        for (int i = 0; i + PER_ANSWER <= numbers.size(); i += PER_ANSWER) {
            int flags = numbers.get(i + 1).intValue();
            answers.add(new Batch.Answered(
                    numbers.get(i).longValue(),
                    numbers.get(i + 2).intValue(),
                    (flags & CANARY) != 0,
                    numbers.get(i + 3).intValue(),
                    (flags & TURNS_AWAY) != 0));
        }
        return answers;
    }

    private OthersText() {}
}
