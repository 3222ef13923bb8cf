package io.crossfade.admin.server;

import com.github.benmanes.caffeine.cache.Ticker;
import io.crossfade.admin.api.OperationAnswer;
import io.crossfade.admin.api.OperationRequest;
import io.crossfade.control.ControlApi;
import io.crossfade.control.Operation;
import io.crossfade.control.RolloutStatus;
import io.crossfade.rollout.Verb;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes the POSTs: body, key, budget, version, in this order, then hands the operation to control. Owned by the admin loop.
 *
 * <p>Rollback, pause and hold need no version and no budget: nobody has to read, or to wait, before he may stop something.
 */
final class Operations {
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final Pattern ACTOR = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final int ANSWER_SECONDS = 10;
    private static final int MOST_SHOWN = 80;

    private final ControlApi control;
    private final Ticker ticker;
    private final Idempotency idempotency;
    private final WriteBudget budget = new WriteBudget();

    Operations(ControlApi control, Ticker ticker, IntSupplier maxIdempotencyKeys) {
        this.control = control;
        this.ticker = ticker;
        this.idempotency = new Idempotency(ticker, maxIdempotencyKeys);
    }

    CompletableFuture<Answer> submit(RolloutStatus rollout, Call call) {
        if (!isJson(call.field("Content-Type"))) {
            return refuse(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json");
        }
        OperationForm form;
        try {
            form = new OperationForm(RequestBody.object(call.body(), OperationRequest.class));
        } catch (IllegalArgumentException e) {
            return refuse(ProblemType.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        Optional<String> mistake = form.mistake();
        if (mistake.isPresent()) {
            return refuse(ProblemType.INVALID_OPERATION, mistake.get());
        }
        String actor = call.field("Crossfade-Actor");
        if (actor != null && !ACTOR.matcher(actor).matches()) {
            return refuse(
                    ProblemType.BAD_REQUEST,
                    "Crossfade-Actor: " + shown(actor)
                            + " (expected: 1 to 64 letters, digits or ._@-, or no such field)");
        }
        return once(rollout, form, call);
    }

    /** A field's value may hold anything but control characters, and be long. */
    private static String shown(String value) {
        return '"'
                + value.codePoints()
                        .limit(MOST_SHOWN)
                        .mapToObj(c -> c > ' ' - 1 && c < 0x7f ? Character.toString(c) : "?")
                        .collect(Collectors.joining())
                + (value.length() > MOST_SHOWN ? "...\"" : "\"");
    }

    private CompletableFuture<Answer> once(RolloutStatus rollout, OperationForm form, Call call) {
        String word = call.field("Idempotency-Key");
        if (word == null) {
            return decide(rollout, form, call);
        }
        if (!KEY.matcher(word).matches()) {
            return refuse(ProblemType.BAD_REQUEST, "Idempotency-Key must be 1 to 255 visible ASCII characters");
        }
        Idempotency.Key key = new Idempotency.Key(rollout.name(), word);
        return idempotency.seen(key, call.body()).orElseGet(() -> {
            CompletableFuture<Answer> answer = decide(rollout, form, call);
            idempotency.remember(key, call.body(), answer);
            return answer;
        });
    }

    private CompletableFuture<Answer> decide(RolloutStatus rollout, OperationForm form, Call call) {
        Verb verb = form.verb().orElseThrow();
        boolean always = verb.alwaysLegal();
        if (!always && !budget.take(ticker.read())) {
            return CompletableFuture.completedFuture(Answer.problem(
                            ProblemType.RATE_LIMITED,
                            "more than " + WriteBudget.PER_SECOND
                                    + " writes per second; rollback, pause and hold still go")
                    .with("Retry-After", "1"));
        }
        String ifMatch = call.field("If-Match");
        if (ifMatch == null && !always) {
            return refuse(
                    ProblemType.VERSION_REQUIRED,
                    "read the rollout first and send its ETag as If-Match; it is now " + etag(rollout.version()));
        }
        if (ifMatch != null && !matches(ifMatch, rollout.version())) {
            return stale(ifMatch, rollout.version());
        }
        Operation operation = new Operation(
                verb,
                actor(call),
                form.reason(),
                form.weight(),
                form.mode().orElse(null),
                form.request().scope(),
                ifMatch == null ? null : rollout.version(),
                form.dryRun());
        return control.submit(rollout.name(), operation)
                .copy()
                .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .handle((receipt, error) -> receipt == null
                        ? Answer.problem(
                                ProblemType.OVERLOADED,
                                "no answer within " + ANSWER_SECONDS
                                        + " s; the operation may still be done: read the rollout")
                        : answer(rollout.name(), operation, receipt));
    }

    private static Answer answer(String rollout, Operation operation, Operation.Receipt receipt) {
        return switch (receipt.result()) {
            case ACCEPTED ->
                Answer.json(
                                202,
                                new OperationAnswer(
                                        rollout,
                                        operation.verb().word(),
                                        operation.dryRun(),
                                        receipt.detail(),
                                        receipt.version()))
                        .with("Location", "/v1/rollouts/" + rollout)
                        .with("ETag", etag(receipt.version()));
            case ILLEGAL -> Answer.problem(ProblemType.ILLEGAL_OPERATION, receipt.detail());
            case STALE ->
                Answer.problem(ProblemType.VERSION_CONFLICT, receipt.detail()).with("ETag", etag(receipt.version()));
            case INVALID -> Answer.problem(ProblemType.INVALID_OPERATION, receipt.detail());
            case UNKNOWN_ROLLOUT -> Answer.problem(ProblemType.UNKNOWN_ROLLOUT, receipt.detail());
            case JOURNAL_UNAVAILABLE -> Answer.problem(ProblemType.JOURNAL_UNAVAILABLE, receipt.detail());
            case OVERLOADED ->
                Answer.problem(ProblemType.OVERLOADED, receipt.detail()).with("Retry-After", "1");
        };
    }

    static String etag(long version) {
        return "\"v" + version + '"';
    }

    /** RFC 9110 section 13.1.1: strong comparison, a list, or a star. */
    private static boolean matches(String ifMatch, long version) {
        return ifMatch.strip().equals("*")
                || Arrays.stream(ifMatch.split(",", -1))
                        .anyMatch(tag -> tag.strip().equals(etag(version)));
    }

    /** Nobody is authenticated yet: the name is what the caller says, the address is what we saw. */
    static String actor(Call call) {
        String name = call.field("Crossfade-Actor");
        return (name == null ? "unnamed" : name) + " (" + call.peer() + ')';
    }

    private static boolean isJson(@Nullable String contentType) {
        return contentType != null
                && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(Answer.JSON);
    }

    private static CompletableFuture<Answer> stale(String ifMatch, long version) {
        return CompletableFuture.completedFuture(Answer.problem(
                        ProblemType.VERSION_CONFLICT,
                        "If-Match is " + ifMatch + ", the rollout is now " + etag(version))
                .with("ETag", etag(version)));
    }

    private static CompletableFuture<Answer> refuse(ProblemType type, String detail) {
        return CompletableFuture.completedFuture(Answer.problem(type, detail));
    }
}
