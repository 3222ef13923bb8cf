package io.crossfade.admin.server;

import io.crossfade.admin.api.AuditAcceptance;
import io.crossfade.admin.api.AuditPage;
import io.crossfade.admin.api.AuditVerdict;
import io.crossfade.admin.api.Wire;
import io.crossfade.control.Audit;
import io.crossfade.control.ControlApi;
import io.crossfade.control.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tools.jackson.databind.JsonNode;

/** The journal for those who ask afterwards. Its files are read on a thread of their own and not on the admin loop. */
final class AuditLog {
    private static final int STANDARD_PAGE = 50;
    private static final int LARGEST_PAGE = 1_000;
    private static final double BUCKETS_PER_PERCENT = 1_000;

    private final ControlApi control;
    private final Audit audit;
    private final Executor reader;

    AuditLog(ControlApi control, Path data, Executor reader) {
        this.control = control;
        this.audit = new Audit(data);
        this.reader = reader;
    }

    CompletableFuture<Answer> list(Call call) {
        Optional<Long> before = number(call, "before", Long.MAX_VALUE);
        Optional<Long> limit = number(call, "limit", STANDARD_PAGE);
        if (before.isEmpty() || limit.isEmpty() || limit.get() < 1 || limit.get() > LARGEST_PAGE) {
            return CompletableFuture.completedFuture(
                    Answer.problem(ProblemType.BAD_REQUEST, "expected: ?before=SEQ&limit=1..." + LARGEST_PAGE));
        }
        return CompletableFuture.supplyAsync(
                () -> page(before.get(), limit.get().intValue()), reader);
    }

    private static Optional<Long> number(Call call, String name, long standard) {
        return call.query().containsKey(name)
                ? call.parameter(name)
                        .filter(text -> text.matches("[0-9]{1,18}"))
                        .map(Long::parseLong)
                : Optional.of(standard);
    }

    private Answer page(long before, int limit) {
        try {
            Audit.Page page = audit.list(before, limit);
            List<AuditPage.Entry> entries = new ArrayList<>();
            for (String line : page.lines()) {
                entries.add(entry(line));
            }
            return Answer.json(200, new AuditPage(entries, page.before() == 0 ? null : page.before()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CompletableFuture<Answer> verify(Call call) {
        Optional<String> head = call.parameter("head");
        Optional<Audit.Known> known = head.flatMap(Audit.Known::of);
        if (call.query().containsKey("head") && known.isEmpty()) {
            return CompletableFuture.completedFuture(Answer.problem(
                    ProblemType.BAD_REQUEST, "expected: ?head=SEQ:HASH, a number and 64 hexadecimal digits"));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        Audit.Verdict verdict = audit.verify(known.orElse(null));
                        return Answer.json(
                                200,
                                new AuditVerdict(
                                        verdict.problem().isEmpty(),
                                        verdict.problem(),
                                        verdict.lines(),
                                        verdict.sequence() + ":" + verdict.hash()));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                reader);
    }

    CompletableFuture<Answer> accept(Call call) {
        String reason;
        try {
            AuditAcceptance body = RequestBody.object(call.body(), AuditAcceptance.class);
            reason = body.reason() == null ? "" : body.reason().strip();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(
                    Answer.problem(ProblemType.BAD_REQUEST, String.valueOf(e.getMessage())));
        }
        if (reason.isEmpty()
                || reason.length() > OperationForm.MAX_REASON
                || reason.chars().anyMatch(Character::isISOControl)) {
            return CompletableFuture.completedFuture(Answer.problem(
                    ProblemType.INVALID_OPERATION,
                    "reason: 1 to " + OperationForm.MAX_REASON + " characters on one line; it stands in the journal"));
        }
        return control.accept(Operations.actor(call), reason).thenApply(AuditLog::accepted);
    }

    private static Answer accepted(Operation.Receipt receipt) {
        return switch (receipt.result()) {
            case ACCEPTED -> Answer.json(200, new AuditAcceptance.Done(receipt.version(), receipt.detail()));
            case ILLEGAL -> Answer.problem(ProblemType.ILLEGAL_OPERATION, receipt.detail());
            case OVERLOADED -> Answer.problem(ProblemType.OVERLOADED, receipt.detail());
            case STALE, INVALID, UNKNOWN_ROLLOUT, JOURNAL_UNAVAILABLE ->
                Answer.problem(ProblemType.JOURNAL_UNAVAILABLE, receipt.detail());
        };
    }

    private static AuditPage.Entry entry(String line) {
        JsonNode event;
        try {
            event = Wire.tree(line);
        } catch (IllegalArgumentException notJson) {
            return new AuditPage.Entry(0, "", "", "unreadable", "", "", "a line that is no JSON");
        }
        return new AuditPage.Entry(
                event.path("seq").longValue(),
                text(event, "at"),
                text(event, "rollout"),
                text(event, "type"),
                text(event, "actor"),
                text(event, "reason"),
                what(event));
    }

    private static String what(JsonNode event) {
        List<String> words = new ArrayList<>();
        words.add(event.has("verb") ? text(event, "verb") : text(event, "type"));
        add(words, "attempt ", event, "attempt");
        if (event.path("step").isNumber() && event.path("step").intValue() >= 0) {
            words.add("step " + (event.path("step").intValue() + 1));
        }
        if (event.path("weight").isNumber()) {
            words.add("weight " + percent(event.path("weight").doubleValue() / BUCKETS_PER_PERCENT));
        }
        add(words, "mode ", event, "mode");
        add(words, "scope ", event, "scope");
        add(words, "found: ", event, "found");
        return String.join(", ", words);
    }

    private static void add(List<String> words, String before, JsonNode event, String member) {
        if (event.path(member).isValueNode() && !event.path(member).isNull()) {
            words.add(before + event.path(member).asString());
        }
    }

    private static String percent(double percent) {
        return (percent == Math.rint(percent) ? String.valueOf((long) percent) : String.valueOf(percent)) + "%";
    }

    private static String text(JsonNode event, String member) {
        return event.path(member).asString("");
    }
}
